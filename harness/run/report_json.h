#ifndef STACKQUAKE_HARNESS_RUN_REPORT_JSON_H_
#define STACKQUAKE_HARNESS_RUN_REPORT_JSON_H_

// A run, told to programs: a JSON object in one line, its keys in the order shown.
//
// In a file name that is no UTF-8 the wrong bytes are replaced, and "file_hex" follows "file": all
// bytes of the name, in hexadecimal.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/run/behaviour.h"
#include "harness/run/settings.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// {"file", "design", "defects", "outcome": {"kind", "chain": [{"code", "recovered"}]},
//  "traces": [[…]], "verdict": "ok" or "violation", "violation": {…} or null, "stats": {…}}
//
// A violation is told as violation_json does.
//
// The traces are those of the behaviour: sorted, empty ones left out.
std::string report_json(const std::string& file, const Settings& settings,
                        const runtime::RunResult& result);

// {"file", "level", "outcome": {"kind", "chain": [{"code", "recovered"}]}, "traces": [[…]]}
//
// Where it has been asked whether other runtimes must behave like this, "not_compared" follows: why
// they need not, or null if `not_compared` is empty.
std::string behaviour_json(const std::string& file, std::string_view level,
                           const Behaviour& behaviour,
                           std::optional<std::string_view> not_compared = std::nullopt);

// {"file", "error"}: of a file that could not be run. Where there are further errors,
// "further_errors" is the list of them.
std::string error_json(const std::string& file, std::span<const std::string> errors);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_REPORT_JSON_H_
