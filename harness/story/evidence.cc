#include "harness/story/evidence.h"

#include <algorithm>
#include <utility>

#include "harness/audit/observer_pair.h"
#include "harness/run/oracle_behaviour.h"
#include "harness/story/tape.h"

namespace stackquake {

namespace {

using Traces = std::vector<std::vector<int64_t>>;

Traces traces_of(const auto& result) {
  const auto traces = result.traces();
  return {traces.begin(), traces.end()};
}

std::string outcome_text(const runtime::Outcome& outcome) {
  const std::string text = to_string(Behaviour{outcome, {}});
  return text.substr(0, text.find(';'));
}

// A run that the runtime's own checks end has no outcome.
std::string outcome_text(const runtime::RunResult& result) {
  if (!result.violation) return outcome_text(result.outcome);
  return std::string(result.violation->check) + ": " + result.violation->message;
}

// The moment at which the walks are asked about the wrong word: where the copy began that was the
// last thing before the violation, or else the last safepoint that was passed.
Moment moment_of(const Witness& counter, bool at_copy) {
  if (at_copy) return {Moment::Kind::kCopy, counter.copies()};
  return {Moment::Kind::kSafepoint, counter.safepoints()};
}

// The instruction that the violation ends may have moved the pc before the run ended.
void stand_at_violation(Evidence& evidence) {
  const runtime::Violation* violation = evidence.violation();
  auto& end = evidence.recording.at_end;
  const bool is_about_it = violation != nullptr && end && end->goroutine == violation->goroutine &&
                           !end->frames.empty() && violation->line != 0;
  if (!is_about_it) return;
  FrameState& innermost = end->frames.back();
  const FunctionFacts& function = evidence.recording.functions.at(innermost.function);
  if (function.is_nest && function.name == violation->function) innermost.line = violation->line;
}

}  // namespace

const State* Evidence::last_state() const {
  const auto& steps = recording.steps;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    // The audit after a copy sees the goroutine as the copy has left it.
    if (!step->state) continue;
    if (step->event.kind == EventKind::kCopy) return &*step->state;
    break;
  }
  if (recording.at_end) return &*recording.at_end;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if (step->state) return &*step->state;
  }
  return nullptr;
}

bool Evidence::is_found_at_copy() const {
  if (recording.before_copy && !recording.last_copy) return true;
  return !recording.steps.empty() && recording.steps.back().event.kind == EventKind::kCopy;
}

Evidence gather_evidence(NestChecker& checker, const runtime::Options& options) {
  Evidence evidence;
  NestRunner& runner = checker.runner();
  runtime::Runtime& runtime = runner.runtime();
  Shadow& shadow = checker.checker().shadow();

  // First, only count; the violation gets the history of its word here.
  uint64_t steps = 0;
  {
    Tape counting(runtime, shadow, Tape::kCountOnly);
    evidence.result = checker.run(options, Checks::kAll, counting.observer());
    evidence.recording = counting.take();
    steps = counting.steps();
  }
  runtime::WordName word;
  if (const runtime::Violation* violation = evidence.violation()) word = violation->word;

  Witness counter(runtime, shadow, word, {});
  checker.checker().run(runner.program(), options, counter);

  // Then, with what was counted: the states before the violation, and what the walks say.
  const uint64_t first_step = steps - std::min(steps, Tape::kMostSteps);
  Tape tape(runtime, shadow, first_step);
  checker.checker().run(runner.program(), options, tape.observer());
  evidence.recording = tape.take();
  stand_at_violation(evidence);

  Witness witness(runtime, shadow, word, moment_of(counter, evidence.is_found_at_copy()));
  if (word.place != 0) {
    checker.checker().run(runner.program(), options, witness);
    evidence.testimony = witness.testimony();
    evidence.holders = witness.holders();
  }

  // What the nest does where nobody ends it.
  const runtime::RunResult& unchecked = checker.run(options, Checks::kNone);
  evidence.actual_traces = traces_of(unchecked);
  evidence.actual_outcome = outcome_text(unchecked);
  const Expectation expected = checker.expectation(options);
  evidence.expected_traces = traces_of(*expected.result);
  evidence.expected_outcome = outcome_text(behaviour_of(*expected.result).outcome);
  evidence.why_not_compared = expected.why_not_compared;
  return evidence;
}

}  // namespace stackquake
