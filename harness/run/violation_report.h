#ifndef STACKQUAKE_HARNESS_RUN_VIOLATION_REPORT_H_
#define STACKQUAKE_HARNESS_RUN_VIOLATION_REPORT_H_

// Reports of a violation. This is the one place where each of its fields becomes text and JSON.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "runtime_under_test/result.h"

namespace stackquake {

// For people, without a line end. Unknown parts are left out:
//
//   VIOLATION stale-pointer (stale-pointer:nest:argument) in goroutine 1, down, line 17
//     argument word 0 of setBig (3 frames out) holds 0x…, where its target was before a copy; …
//     stored in main, line 9: the address of local word 2 of main
//     adjusted by 2 copies, the last of them copy 3, in down, line 16
//     missed by copy 4, in down, line 17
std::string to_string(const runtime::Violation& violation);

// For programs:
//
//   {"check", "signature", "message", "line", "function", "goroutine", "place",
//    "history": [{"event", "function", "line", "what", "value", "number", "count"}]}
//
//   event   allocated, stored, adjusted, missed or freed
//   what    what was stored or allocated
//   value   the word afterwards, in hexadecimal, when something was stored or copied
//   number  the number of the copy or collection
//   count   how many copies did the same
nlohmann::ordered_json to_json(const runtime::Violation& violation);

// The same on one line, without a line end. Bytes that are not valid UTF-8 are replaced.
std::string violation_json(const runtime::Violation& violation);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_VIOLATION_REPORT_H_
