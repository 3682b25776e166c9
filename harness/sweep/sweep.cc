#include "harness/sweep/sweep.h"

namespace stackquake {

namespace {

using runtime::Options;
using runtime::RunResult;

bool belongs(uint64_t run, const SweepPlan& plan) {
  return run >= plan.from && run % plan.parts == plan.part;
}

// The first run behind the dry run that belongs to the plan.
uint64_t first_of(const SweepPlan& plan) {
  const uint64_t least = plan.from == 0 ? 1 : plan.from;
  const uint64_t rest = least % plan.parts;
  return least + (plan.part >= rest ? plan.part - rest : plan.parts - rest + plan.part);
}

// The runs that there are behind a dry run.
Placements placements_behind(const RunResult& dry, const SweepPlan& plan) {
  return {dry.violation ? 0 : dry.stats.safepoints, plan.pairs};
}

}  // namespace

void sweep(NestChecker& checker, const Options& options, const SweepPlan& plan,
           SweepWatcher& watcher) {
  watcher.beginning(0);
  const RunResult& dry = checker.run(placed(options, {}), plan.checks);
  const Placements placements = placements_behind(dry, plan);
  const uint64_t count = placements.count();
  watcher.planned(dry.stats.safepoints, count);
  if (belongs(0, plan)) watcher.ran(0, {}, dry);
  if (count > plan.most_runs) return;
  for (uint64_t run = first_of(plan); run < count; run += plan.parts) {
    const Placement placement = placements.at(run);
    watcher.beginning(run);
    watcher.ran(run, placement, checker.run(placed(options, placement), plan.checks));
  }
}

std::optional<Placement> placement_of(NestChecker& checker, const Options& options,
                                      const SweepPlan& plan, uint64_t run) {
  if (run == 0) return Placement{};
  const RunResult& dry = checker.run(placed(options, {}), plan.checks);
  const Placements placements = placements_behind(dry, plan);
  if (run >= placements.count()) return std::nullopt;
  return placements.at(run);
}

}  // namespace stackquake
