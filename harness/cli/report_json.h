#ifndef STACKQUAKE_HARNESS_CLI_REPORT_JSON_H_
#define STACKQUAKE_HARNESS_CLI_REPORT_JSON_H_

// Reports of runs for programs: one JSON object on one line, with its keys in the order shown.
//
// In a file name that is not valid UTF-8 the invalid bytes are replaced. "file_hex", with all bytes
// of the name in hexadecimal, then follows "file".

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "harness/run/behaviour.h"
#include "harness/run/settings.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// {"file", "design", "defects", "outcome": {"kind", "chain": [{"code", "recovered"}]},
//  "traces": [[…]], "verdict": "ok" or "violation", "violation": {…} or null, "stats": {…}}
//
// For the fields of a violation see violation_json. The traces are those of the behaviour: sorted,
// without the empty ones.
//
// When `situations` are given, "situations": {NAME: COUNT} follows.
using NamedCount = std::pair<std::string_view, uint64_t>;
std::string report_json(const std::string& file, const Settings& settings,
                        const runtime::RunResult& result,
                        std::optional<std::span<const NamedCount>> situations = std::nullopt);

// {"file", "level", "outcome": {"kind", "chain": [{"code", "recovered"}]}, "traces": [[…]],
//  "events": […]}
//
// When `not_compared` is given, "not_compared" follows: why other runtimes need not behave like
// this, or null when `not_compared` is empty.
std::string behaviour_json(const std::string& file, std::string_view level,
                           const Behaviour& behaviour, std::span<const std::string_view> events,
                           std::optional<std::string_view> not_compared = std::nullopt);

// {"file", "error"} for a file that could not be run. "further_errors" lists the other errors, if
// there are any.
std::string error_json(const std::string& file, std::span<const std::string> errors);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_REPORT_JSON_H_
