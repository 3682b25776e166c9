// What each operation costs on each design. A benchmark is operation/NAME/DESIGN/SIZE. Its time is
// the processor time of one operation. Its counters are what one operation makes the design do
// (costs.def); they are the same in each run. operation/NAME/memcpy/SIZE is the limit of a copy: a
// memcpy of the words that the first design copies.
//
// The nests and the expected complexities come from operations.h; Google Benchmark fits one.

#include <benchmark/benchmark.h>

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "harness/run/operation_runner.h"
#include "harness/run/operations.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

// Google Benchmark calls a function several times, and the costs of an operation do not change.
const OperationCosts& costs_of(OperationRunner& runner, std::string_view design,
                               const TimedOperation& operation, int64_t size) {
  static std::map<std::tuple<std::string_view, std::string_view, int64_t>, OperationCosts> known;
  const auto key = std::make_tuple(design, operation.name, size);
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  return known.emplace(key, runner.costs(operation, size)).first->second;
}

// Google Benchmark takes no 0.
int64_t complexity_size(const TimedOperation& operation, int64_t size) {
  return operation.sizes.front() == 0 ? size + 1 : size;
}

void operate(benchmark::State& state, std::string_view design, const TimedOperation& operation) {
  OperationRunner runner(design);
  const int64_t size = state.range(0);
  const OperationCosts& costs = costs_of(runner, design, operation, size);
  const int64_t times = OperationRunner::times_for(operation, costs);
  runner.load(operation, size, times);
  if (!runner.run()) {  // also brings memory and caches to their usual state
    state.SkipWithError("the nest does not exit");
    return;
  }
  while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(times))) runner.run();
  for_each_cost(costs.total, [&](const char* name, uint64_t count) {
    state.counters[name] = costs.of_one(count);
  });
  state.SetComplexityN(complexity_size(operation, size));
}

// A copy goes to one of several places in turn, as that of a stack does.
void copy_words(benchmark::State& state, const TimedOperation& operation) {
  constexpr size_t kPlaces = 2;
  const std::string_view design = runtime::design_names().front();
  uint64_t bytes = 0;
  {
    OperationRunner runner(design);
    const OperationCosts& costs = costs_of(runner, design, operation, state.range(0));
    bytes = static_cast<uint64_t>(costs.of_one(costs.total.words_copied)) * runtime::kWordBytes;
  }
  const std::vector<char> from(bytes, 1);
  std::vector<char> to(bytes * kPlaces);
  size_t place = 0;
  for (auto _ : state) {
    std::memcpy(to.data() + place * bytes, from.data(), bytes);
    benchmark::ClobberMemory();
    place = (place + 1) % kPlaces;
  }
  state.counters["words_copied"] = static_cast<double>(bytes / runtime::kWordBytes);
  state.SetComplexityN(complexity_size(operation, state.range(0)));
}

template <typename Function>
void register_one(const TimedOperation& operation, std::string_view contender, Function function) {
  const std::string name =
      "operation/" + std::string(operation.name) + "/" + std::string(contender);
  benchmark::internal::Benchmark* registered =
      benchmark::RegisterBenchmark(name.c_str(), std::move(function));
  for (const int64_t size : operation.sizes) registered->Arg(size);
  if (operation.sizes.size() > 2) registered->Complexity();
}

bool register_all() {
  for (const TimedOperation& operation : all_operations()) {
    for (const std::string_view design : runtime::design_names()) {
      register_one(operation, design, [design, &operation](benchmark::State& state) {
        operate(state, design, operation);
      });
    }
    if (!operation.is_copy) continue;
    register_one(operation, "memcpy",
                 [&operation](benchmark::State& state) { copy_words(state, operation); });
  }
  return true;
}

[[maybe_unused]] const bool kRegistered = register_all();

}  // namespace
}  // namespace stackquake
