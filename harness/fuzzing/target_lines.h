#ifndef STACKQUAKE_HARNESS_FUZZING_TARGET_LINES_H_
#define STACKQUAKE_HARNESS_FUZZING_TARGET_LINES_H_

// The lines of JSON that a fuzz target prints on standard error for `quake fuzz`, without line
// ends. Invalid UTF-8 is replaced. This is a library of its own, so that fuzz targets can be built
// without JSON.

#include <string>
#include <string_view>

#include "harness/fuzzing/situations.h"
#include "harness/fuzzing/told_runs.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// Before it aborts after a finding: "stackquake-finding: " and violation_json, in which "input" is
// the variation that shows it, if one does.
std::string finding_line(const runtime::Violation& violation, std::string_view variation = {});

// Before a variation runs: "stackquake-variation: " and {"input"}.
std::string variation_line(std::string_view variation);

// About a told run: "stackquake-run: " and
//
//   {"input", "run": {"ending", "traces", COUNTER: …, "steps"}, "earlier": [INPUT, …]}
std::string told_run_line(const ToldRun& told);

// Now and then, and when its process ends: "stackquake-situations: " and
//
//   {"inputs", "executions", "valid", "rejected", "situations": {NAME: count in all runs}}
//
// The executions are those of inputs and of their variations. Only situations that the target can
// reach are listed, so that a zero means something: none if the target counts none, and those that
// need goroutines only if its inputs may have several.
std::string situations_line(const FuzzProgress& progress);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_TARGET_LINES_H_
