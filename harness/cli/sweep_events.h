#ifndef STACKQUAKE_HARNESS_CLI_SWEEP_EVENTS_H_
#define STACKQUAKE_HARNESS_CLI_SWEEP_EVENTS_H_

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "harness/language/directives.h"
#include "harness/language/tree.h"
#include "harness/sweep/placements.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// What the programs that sweep nests print: JSON objects, one on each line.

// How often progress is told. Whoever reads takes a process that says nothing for a hanging one,
// after many times as long.
inline constexpr auto kBetweenProgress = std::chrono::milliseconds(250);

// The line of an event.
std::string line_of(const nlohmann::ordered_json& event);

// The text of a nest that by itself forces what a run of a sweep has forced.
std::string text_of_run(const Nest& nest, const Directives& directives, const Placement& placement);

// The members of an event that tell of a violation.
void tell_violation(nlohmann::ordered_json& event, const Placement& placement,
                    const runtime::Violation& violation);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_SWEEP_EVENTS_H_
