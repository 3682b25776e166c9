#ifndef STACKQUAKE_HARNESS_RUN_OPERATION_RUNNER_H_
#define STACKQUAKE_HARNESS_RUN_OPERATION_RUNNER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/compiler/nest_runner.h"
#include "harness/run/cost_counter.h"
#include "harness/run/operations.h"

namespace stackquake {

// The costs of `times` operations, without those of what is done once in a run.
struct OperationCosts {
  Costs total;
  double times = 1;

  double of_one(uint64_t count) const { return static_cast<double>(count) / times; }
};

// Runs operations on one design: unchecked, without poison, and with stacks that are used again at
// once, as on real Go. Only one NestRunner can exist in a process, so only one of these.
class OperationRunner {
 public:
  // `design` is one of runtime::design_names().
  explicit OperationRunner(std::string_view design) : runner_(design) {}

  // The costs of an operation, from the difference between two runs. The first operations of a run,
  // which find neither a grown stack nor a pool with records, do not count.
  OperationCosts costs(const TimedOperation& operation, int64_t size);

  // How often to do an operation in a run, so that the rest of the run does not matter.
  static int64_t times_for(const TimedOperation& operation, const OperationCosts& costs);

  // Takes the nest that does an operation so many times, and runs it. False if a run does not exit.
  void load(const TimedOperation& operation, int64_t size, int64_t times);
  bool run();

 private:
  Costs count(const TimedOperation& operation, int64_t size, int64_t times);

  NestRunner runner_;
  std::string text_;
  runtime::Options options_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_OPERATION_RUNNER_H_
