#include "harness/run/operation_runner.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace stackquake {

namespace {

constexpr int64_t kFewTimes = 2;
constexpr int64_t kMoreTimes = 10;

// Picked: some milliseconds, of which the clean-up between two runs is less than a hundredth.
constexpr double kStepsOfRun = 200'000;
constexpr int64_t kLeastTimes = 10;
constexpr int64_t kMostTimes = 5'000;
// A run may start 1,023 goroutines.
constexpr int64_t kMostGoroutines = 1'000;

// Chains of a thousand panics take more steps than other nests may have.
constexpr int64_t kUnboundedFuel = INT64_MAX / 2;

}  // namespace

OperationCosts OperationRunner::costs(const TimedOperation& operation, int64_t size) {
  const Costs few = count(operation, size, kFewTimes);
  OperationCosts costs{count(operation, size, kMoreTimes), kMoreTimes - kFewTimes};
#define STACKQUAKE_COST(name) costs.total.name -= few.name;
#include "harness/run/costs.def"
#undef STACKQUAKE_COST
  return costs;
}

int64_t OperationRunner::times_for(const TimedOperation& operation, const OperationCosts& costs) {
  const double steps = std::max(1.0, costs.of_one(costs.total.steps));
  const int64_t most = operation.starts_goroutines ? kMostGoroutines : kMostTimes;
  return std::clamp(static_cast<int64_t>(kStepsOfRun / steps), kLeastTimes, most);
}

void OperationRunner::load(const TimedOperation& operation, int64_t size, int64_t times) {
  text_ = nest_of(operation, size, times);
  Diagnostic diagnostic;
  const Nest* nest = runner_.load(text_, diagnostic);
  if (nest == nullptr) {
    std::fprintf(stderr, "%s\n%s", to_string(diagnostic, "nest").c_str(), text_.c_str());
    std::abort();
  }
  options_ = options_of(nest->directives);
  options_.poison = runtime::PoisonMode::kNone;
  options_.place = runtime::PlacePolicy::kReuse;
  options_.fuel = kUnboundedFuel;
}

bool OperationRunner::run() {
  const runtime::RunResult& result = runner_.run(options_);
  return !result.violation && result.outcome.kind == runtime::OutcomeKind::kExit;
}

Costs OperationRunner::count(const TimedOperation& operation, int64_t size, int64_t times) {
  load(operation, size, times);
  CostCounter counter(runner_.runtime());
  runner_.run(options_, counter);
  return counter.costs();
}

}  // namespace stackquake
