#ifndef STACKQUAKE_HARNESS_FUZZING_WATCHED_RUNS_H_
#define STACKQUAKE_HARNESS_FUZZING_WATCHED_RUNS_H_

#include <memory>

#include "harness/audit/observer_pair.h"
#include "harness/fuzzing/edge_counters.h"
#include "harness/fuzzing/feedback.h"
#include "harness/fuzzing/situations.h"
#include "harness/language/tree.h"
#include "harness/run/nest_checker.h"
#include "runtime_under_test/design.h"
#include "runtime_under_test/interpreter.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// Runs nests with checks, and counts their situations, both at full speed.
class WatchedRuns {
 public:
  // Counts in `situations`, which must outlive this object.
  WatchedRuns(std::unique_ptr<runtime::Design> design, Situations& situations);
  ~WatchedRuns();

  // Uses another design for the following runs.
  void set_design(std::unique_ptr<runtime::Design> design);

  // Of the situations that the following runs look at: see RootAgreement.
  void set_share(SituationShare share) { checker_.checker().set_share(share); }

  // Runs a checked tree, with kAll also without an observer if asked for: see NestChecker. That run
  // guides no fuzzer. `is_same_nest` says that it is the tree of the last call, with other
  // directives. The result is valid until the next run.
  const runtime::RunResult& run(const Nest& nest, const runtime::Options& options, Checks checks,
                                bool unobserved_too, bool is_same_nest = false);

  NestChecker& checker() { return checker_; }

 private:
  Situations& situations_;
  NestChecker checker_;
  Feedback feedback_;
  ObserverPair<Checker, Feedback> pair_;
  std::unique_ptr<runtime::Interpreter> loop_;
  EdgeCounters edge_counters_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_WATCHED_RUNS_H_
