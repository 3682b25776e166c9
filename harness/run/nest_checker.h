#ifndef STACKQUAKE_HARNESS_RUN_NEST_CHECKER_H_
#define STACKQUAKE_HARNESS_RUN_NEST_CHECKER_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "harness/audit/checker.h"
#include "harness/language/diagnostic.h"
#include "harness/language/tree.h"
#include "harness/oracle/expectation.h"
#include "harness/run/nest_runner.h"
#include "runtime_under_test/defects.h"
#include "runtime_under_test/design.h"
#include "runtime_under_test/interpreter.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// What is checked besides the runtime's own consistency.
enum class Checks : uint8_t {
  kNone,
  kOracle,  // behaviour-mismatch
  kAll,     // and all that the shadow and the audits see
};

// Which behaviour a design must show where Go itself has changed.
Level level_of(std::string_view design);

// Runs nests on one design, and finds out what is wrong. One nest is loaded at a time; all storage
// is reused from one to the next. There can be one in a process.
class NestChecker {
 public:
  // `design` is one of runtime::design_names().
  explicit NestChecker(std::string_view design, runtime::DefectSet defects = {});

  // A design that is not in that list.
  explicit NestChecker(std::unique_ptr<runtime::Design> design);

  // As NestRunner's.
  const Nest* load(std::string_view text, Diagnostic& diagnostic);

  void adopt(const Nest& nest);
  void set_design(std::unique_ptr<runtime::Design> design);

  // Runs the loaded nest; may be called again. Where the runtime behaved otherwise than the oracle
  // says, and nothing was wrong before that, the result has a violation for it. What kAll finds
  // comes with its word's history, which takes another run. Valid until the next run.
  const runtime::RunResult& run(const runtime::Options& options, Checks checks);

  // The same, slower, with an observer of one's own beside the checks.
  const runtime::RunResult& run(const runtime::Options& options, Checks checks,
                                runtime::Observer& beside);

  // The same with kAll, as fast as without the other, where `pair` tells the checker() and the
  // other of everything, and `loop` is an InterpreterLoop of its class.
  const runtime::RunResult& run(const runtime::Options& options, runtime::Observer& pair,
                                runtime::Interpreter& loop);

  // What the oracle says of the loaded nest under these options. Valid until the next call or run.
  Expectation expectation(const runtime::Options& options);

  NestRunner& runner() { return runner_; }
  Checker& checker() { return checker_; }

 private:
  const runtime::RunResult& judged(const runtime::RunResult& result,
                                   const runtime::Options& options, Checks checks);
  void compare(const runtime::Options& options);

  NestRunner runner_;
  Checker checker_;
  Expectations expectations_;
  const Nest* nest_ = nullptr;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_NEST_CHECKER_H_
