#include "harness/run/nest_checker.h"

#include <algorithm>
#include <string>
#include <utility>

#include "harness/audit/investigate.h"
#include "harness/run/behaviour.h"
#include "harness/run/oracle_behaviour.h"
#include "harness/run/run_digest.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {

namespace {

using runtime::Options;
using runtime::OutcomeKind;
using runtime::RunResult;
using runtime::Violation;

// Whether each goroutine has the same trace. Both sides number goroutines as they start, so for a
// correct run this decides without sorting.
bool same_traces(const RunResult& result, const OracleResult& expected) {
  return std::ranges::equal(result.traces(), expected.traces());
}

Violation mismatch(const Behaviour& behaviour, const Behaviour& expected) {
  std::string cause = "traces";
  if (behaviour.outcome.kind != expected.outcome.kind) {
    cause = std::string(to_string(expected.outcome.kind)) + " became " +
            std::string(to_string(behaviour.outcome.kind));
  } else if (behaviour.outcome != expected.outcome) {
    cause = "chain";
  }
  Violation violation;
  violation.check = "behaviour-mismatch";
  violation.signature = "behaviour-mismatch:" + cause;
  violation.message =
      "the nest behaved: " + to_string(behaviour) + "; it must behave: " + to_string(expected);
  return violation;
}

// Whether the nest has come to its end, and neither a limit of stacks nor of steps has stopped it.
bool has_ended_by_itself(const RunResult& result) {
  return result.outcome.kind != OutcomeKind::kOverflow && result.outcome.kind != OutcomeKind::kFuel;
}

}  // namespace

Level level_of(const runtime::Design& design) {
  return design.goexit_goes_on() ? Level::kModern : Level::kGo14;
}

Level level_of(std::string_view design) {
  const std::unique_ptr<runtime::Design> made = runtime::make_design(design);
  return made == nullptr ? Level::kGo14 : level_of(*made);
}

NestChecker::NestChecker(std::string_view design, runtime::DefectSet defects)
    : NestChecker(runtime::make_design(design, defects)) {}

NestChecker::NestChecker(std::unique_ptr<runtime::Design> design)
    : runner_(std::move(design)), checker_(runner_.runtime()) {}

const Nest* NestChecker::load(std::string_view text, Diagnostic& diagnostic) {
  expected_.reset();
  nest_ = runner_.load(text, diagnostic);
  return nest_;
}

void NestChecker::adopt(const Nest& nest) {
  runner_.adopt(nest);
  nest_ = &nest;
  expected_.reset();
}

void NestChecker::set_design(std::unique_ptr<runtime::Design> design) {
  runner_.set_design(std::move(design));
  nest_ = nullptr;
  expected_.reset();
}

const RunResult& NestChecker::run(const Options& options, Checks checks) {
  if (checks != Checks::kAll) return judged(runner_.run(options), options, checks);
  judged(checker_.run(runner_.program(), options), options, checks);
  return run_unobserved(options);
}

const RunResult& NestChecker::run(const Options& options, Checks checks,
                                  runtime::Observer& beside) {
  if (checks != Checks::kAll) return judged(runner_.run(options, beside), options, checks);
  judged(checker_.run(runner_.program(), options, beside), options, checks);
  return run_unobserved(options);
}

const RunResult& NestChecker::run(const Options& options, runtime::Observer& pair,
                                  runtime::Interpreter& loop) {
  return judged(checker_.run(runner_.program(), options, pair, loop), options, Checks::kAll);
}

const RunResult& NestChecker::judged(const RunResult& result, const Options& options,
                                     Checks checks) {
  if (!result.violation && checks != Checks::kNone) {
    compare(options);
  } else if (result.violation && checks == Checks::kAll) {
    Violation whole = investigate(checker_, runner_.program(), options, *result.violation);
    runner_.runtime().result().violation = std::move(whole);
  }
  return result;
}

const RunResult& NestChecker::run_unobserved(const Options& options) {
  runtime::Runtime& runtime = runner_.runtime();
  if (runtime.result().violation) return runtime.result();
  const RunDigest observed = digest_of(runtime.result());
  const RunDigest unobserved = digest_of(runner_.run(options));
  if (unobserved != observed) {
    runtime.result().violation.reset();
    runtime.fail(not_equal("observed-differs", "run with an observer and without one", observed,
                           unobserved));
  }
  return runtime.result();
}

OracleOptions NestChecker::options_of_oracle(const Options& options) {
  OracleOptions oracle;
  oracle.level = level_of(runner_.runtime().design());
  oracle.seed = options.seed;
  oracle.stack_bytes = options.stack_bytes;
  oracle.limit_bytes = options.limit_bytes;
  return oracle;
}

Expectation NestChecker::expectation(const Options& options) {
  return expectation(options_of_oracle(options));
}

Expectation NestChecker::expectation(const OracleOptions& options) {
  if (!expected_ || expected_->options != options) {
    expected_ = {options, expectations_.of(*nest_, options)};
  }
  return expected_->expectation;
}

bool NestChecker::depends_on_addresses(const Options& options) {
  const OracleOptions asked = options_of_oracle(options);
  const Expectation expected = expectation(asked);
  return expected.why_not_compared == "addresses" ||
         expectations_.depends_on_rare_addresses(*nest_, asked, *expected.result);
}

void NestChecker::compare(const Options& options) {
  runtime::Runtime& runtime = runner_.runtime();
  const RunResult& result = runtime.result();
  OracleOptions asked = options_of_oracle(options);
  Expectation expected = expectation(asked);
  // A run that has gone deeper than the oracle does, and has not overflowed, had room: StackAudit
  // makes sure of that.
  if (expected.why_not_compared == "overflow" && has_ended_by_itself(result)) {
    asked = with_room(asked);
    expected = expectation(asked);
  }
  if (!expected.is_compared()) return;
  if (same_outcome(result.outcome, expected.result->outcome) &&
      same_traces(result, *expected.result)) {
    return;
  }
  const Behaviour behaviour = behaviour_of(result);
  const Behaviour right = behaviour_of(*expected.result);
  if (behaviour == right) return;
  if (expectations_.depends_on_rare_addresses(*nest_, asked, *expected.result)) return;
  runtime.fail(mismatch(behaviour, right));
}

}  // namespace stackquake
