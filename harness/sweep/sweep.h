#ifndef STACKQUAKE_HARNESS_SWEEP_SWEEP_H_
#define STACKQUAKE_HARNESS_SWEEP_SWEEP_H_

#include <cstdint>
#include <optional>

#include "harness/run/nest_checker.h"
#include "harness/sweep/placements.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// Which runs of a nest's sweep are made.
struct SweepPlan {
  Checks checks = Checks::kAll;
  bool pairs = false;

  // A sweep that has more runs than this makes none of them but the dry run.
  uint64_t most_runs = UINT64_MAX;

  // Of the runs only those that leave the rest `part` when divided by `parts`. Several processes
  // with different parts share a sweep. `part` must be less than `parts`.
  uint64_t part = 0;
  uint64_t parts = 1;

  // Runs below this one are left out: a process that takes the place of another one goes on.
  uint64_t from = 0;
};

// Is told of a sweep while it goes on.
class SweepWatcher {
 public:
  virtual ~SweepWatcher() = default;

  // Before a run.
  virtual void beginning(uint64_t /*run*/) {}

  // After the dry run has shown how many runs there are. Only run 0 is left if the nest is wrong
  // without any forced copy or collection.
  virtual void planned(uint64_t /*safepoints*/, uint64_t /*runs*/) {}

  // After a run that belongs to the plan.
  virtual void ran(uint64_t /*run*/, const Placement&, const runtime::RunResult&) {}
};

// Tries every place of the loaded nest at which a stack can be copied and at which the collector
// can run: a dry run counts the safepoints, and each other run forces what Placements says.
//
// `options` are those of the nest. Their policies for copies and collections do not count. All else
// does: the built-in functions move() and runtime.GC() of the nest, growing and shrinking stacks,
// and collections that are due.
//
// The dry run is always made, because it counts. `watcher` is told that it ran only if it belongs
// to the plan.
void sweep(NestChecker& checker, const runtime::Options& options, const SweepPlan& plan,
           SweepWatcher& watcher);

// The placement of one run of the loaded nest; nothing if there is no such run. Run 0 needs no dry
// run.
std::optional<Placement> placement_of(NestChecker& checker, const runtime::Options& options,
                                      const SweepPlan& plan, uint64_t run);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_SWEEP_SWEEP_H_
