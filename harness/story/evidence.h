#ifndef STACKQUAKE_HARNESS_STORY_EVIDENCE_H_
#define STACKQUAKE_HARNESS_STORY_EVIDENCE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/run/behaviour.h"
#include "harness/run/nest_checker.h"
#include "harness/story/recording.h"
#include "harness/story/witness.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// Everything that is known of a run. Causes and stories are made of it alone.
struct Evidence {
  Recording recording;
  runtime::RunResult result;  // of the run with all checks
  std::optional<Testimony> testimony;
  std::vector<Holder> holders;

  // What the nest must do, and what it does where no check ends the run.
  std::vector<std::vector<int64_t>> expected_traces;  // by goroutine, in the order of their starts
  std::vector<std::vector<int64_t>> actual_traces;
  std::string expected_outcome;  // "exit", "panic 1 [recovered] 2"
  std::string actual_outcome;
  std::string why_not_compared;  // of an Expectation; empty if the behaviours are compared

  const runtime::Violation* violation() const {
    return result.violation ? &*result.violation : nullptr;
  }

  // The last state before the violation, of the goroutine that it is about; null without one.
  const State* last_state() const;

  // Whether the violation was found by the audit after a copy, or in the copy itself.
  bool is_found_at_copy() const;
};

// Runs the loaded nest a few times, to find out. Runs are repeatable, so each run can look at what
// an earlier one has found.
Evidence gather_evidence(NestChecker& checker, const runtime::Options& options);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_EVIDENCE_H_
