#ifndef STACKQUAKE_HARNESS_RUN_REPORT_JSON_H_
#define STACKQUAKE_HARNESS_RUN_REPORT_JSON_H_

// A run, told to programs: a JSON object in one line, its keys in the order shown. Bytes of a file
// name that are no UTF-8 are replaced.

#include <optional>
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

// {"file", "error"}: of a file that could not be run.
std::string error_json(const std::string& file, const std::string& error);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_REPORT_JSON_H_
