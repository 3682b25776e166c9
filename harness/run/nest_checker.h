#ifndef STACKQUAKE_HARNESS_RUN_NEST_CHECKER_H_
#define STACKQUAKE_HARNESS_RUN_NEST_CHECKER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "harness/audit/checker.h"
#include "harness/compiler/nest_runner.h"
#include "harness/language/diagnostic.h"
#include "harness/language/tree.h"
#include "harness/oracle/expectation.h"
#include "runtime_under_test/defects.h"
#include "runtime_under_test/design.h"
#include "runtime_under_test/interpreter.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// The checks that run in addition to the runtime's own assertions.
enum class Checks : uint8_t {
  kNone,
  kOracle,  // behaviour-mismatch
  kAll,     // kOracle, all checks of the shadow and the audits, and observed-differs
};

// The level of Go whose behaviour a design must show.
Level level_of(const runtime::Design& design);
Level level_of(std::string_view design);  // kGo14 if there is no such design

// Runs nests on one design and reports what is wrong with a run.
//
// THE UNOBSERVED RUN. The shadow and the audits observe a run. For an observed run every safepoint
// takes the slow path of the interpreter: each prologue calls morestack, whatever its own
// comparison with the stack guard says. So a nest whose observed run is right runs once more
// without an observer. Both runs must end alike, with the same traces and the same counters. Else
// the result is a violation of the check observed-differs.
//
// One nest is loaded at a time, and all storage is reused for the next one. Only one NestChecker
// can exist in a process.
class NestChecker {
 public:
  // `design` is one of runtime::design_names().
  explicit NestChecker(std::string_view design, runtime::DefectSet defects = {});

  // Takes a design that is not one of runtime::design_names().
  explicit NestChecker(std::unique_ptr<runtime::Design> design);

  // As in NestRunner, like adopt and set_design.
  const Nest* load(std::string_view text, Diagnostic& diagnostic);

  void adopt(const Nest& nest);
  void set_design(std::unique_ptr<runtime::Design> design);

  // Runs the loaded nest; may be called again. The result is valid until the next run.
  //
  // A run without a violation whose behaviour differs from the oracle's gets a violation for it. A
  // violation of kAll has the history of its word, for which the nest runs a second time. With kAll
  // the nest also runs unobserved.
  const runtime::RunResult& run(const runtime::Options& options, Checks checks);

  // The same, but slower, with a caller's observer in addition to the checks.
  const runtime::RunResult& run(const runtime::Options& options, Checks checks,
                                runtime::Observer& beside);

  // The same with kAll, at full speed, and without the unobserved run. `pair` must pass every event
  // to checker() and to the caller's own observer; `loop` must be an InterpreterLoop of the class
  // of `pair`.
  const runtime::RunResult& run(const runtime::Options& options, runtime::Observer& pair,
                                runtime::Interpreter& loop);

  // After an observed run: runs the nest without an observer, unless that run has a violation, and
  // compares both.
  const runtime::RunResult& run_unobserved(const runtime::Options& options);

  // What the oracle expects of the loaded nest with these options. Valid until the next call or
  // run.
  Expectation expectation(const runtime::Options& options);

  // Whether the loaded nest behaves otherwise with other addresses. Tries many, so ask only when
  // something has differed.
  bool depends_on_addresses(const runtime::Options& options);

  NestRunner& runner() { return runner_; }
  Checker& checker() { return checker_; }

 private:
  // What was expected last of the loaded nest.
  struct Expected {
    OracleOptions options;
    Expectation expectation;
  };

  const runtime::RunResult& judged(const runtime::RunResult& result,
                                   const runtime::Options& options, Checks checks);
  void compare(const runtime::Options& options);
  OracleOptions options_of_oracle(const runtime::Options& options);
  Expectation expectation(const OracleOptions& options);

  NestRunner runner_;
  Checker checker_;
  Expectations expectations_;
  std::optional<Expected> expected_;
  const Nest* nest_ = nullptr;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_NEST_CHECKER_H_
