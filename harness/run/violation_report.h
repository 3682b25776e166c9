#ifndef STACKQUAKE_HARNESS_RUN_VIOLATION_REPORT_H_
#define STACKQUAKE_HARNESS_RUN_VIOLATION_REPORT_H_

// A violation as JSON. Not in `run`, but in a library of its own, so that fuzz targets can be built
// without JSON.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "runtime_under_test/result.h"

namespace stackquake {

//   {"check", "signature", "message", "line", "function", "goroutine", "place",
//    "history": [{"event", "function", "line", "what", "value", "number", "count"}]}
//
//   event   allocated, stored, adjusted, missed or freed
//   what    what was stored or allocated
//   value   the word afterwards, in hexadecimal, when something was stored or copied
//   number  the number of the copy or collection
//   count   how many copies did the same
nlohmann::ordered_json to_json(const runtime::Violation& violation);

// The same on one line, without a line end, with "input" if there is one. Bytes that are not valid
// UTF-8 are replaced.
std::string violation_json(const runtime::Violation& violation, std::string_view input = {});

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_VIOLATION_REPORT_H_
