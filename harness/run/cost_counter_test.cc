// What the counts of operations must be. They follow from what Go's releases are known to do.

#include "harness/run/cost_counter.h"

#include <gtest/gtest.h>

#include <string_view>

#include "harness/run/operation_runner.h"
#include "harness/run/operations.h"

namespace stackquake {
namespace {

const TimedOperation& operation_named(std::string_view name) {
  for (const TimedOperation& operation : all_operations()) {
    if (operation.name == name) return operation;
  }
  ADD_FAILURE() << name;
  return all_operations().front();
}

Costs costs_of_one(std::string_view design, std::string_view name, int64_t size) {
  OperationRunner runner(design);
  const OperationCosts costs = runner.costs(operation_named(name), size);
  Costs one = costs.total;
#define STACKQUAKE_COST(name) one.name /= static_cast<uint64_t>(costs.times);
#include "harness/run/costs.def"
#undef STACKQUAKE_COST
  return one;
}

TEST(CostCounterTest, Go14HasARecordInTheHeapForEachDeferredCall) {
  const Costs costs = costs_of_one("go1.4", "defer_several", 9);
  EXPECT_EQ(costs.deferred_calls, 9u);
  EXPECT_EQ(costs.heap_records, 9u);
  EXPECT_EQ(costs.frame_records + costs.open_coded, 0u);
}

// Go 1.4's _defer on amd64: siz and started share a word; argp, pc, fn, _panic and link follow.
TEST(CostCounterTest, ArgumentsLieBehindGo14sRecord) {
  EXPECT_EQ(costs_of_one("go1.4", "defer_with_arguments", 0).record_bytes, 6u * 8);
  EXPECT_EQ(costs_of_one("go1.4", "defer_with_arguments", 64).record_bytes, (6u + 64) * 8);
}

TEST(CostCounterTest, Go113KeepsRecordsInFramesButNotThoseOfLoops) {
  const Costs straight = costs_of_one("go1.13", "defer_several", 9);
  EXPECT_EQ(straight.frame_records, 9u);
  EXPECT_EQ(straight.heap_records, 0u);
  const Costs loop = costs_of_one("go1.13", "defer_in_loop", 10);
  EXPECT_EQ(loop.heap_records, 10u);
}

// Go's compiler opens at most eight defer statements of a function.
TEST(CostCounterTest, UpToEightDeferStatementsAreOpenCodedSinceGo114) {
  const Costs eight = costs_of_one("go1.22", "defer_several", 8);
  EXPECT_EQ(eight.open_coded, 8u);
  EXPECT_EQ(eight.heap_records + eight.frame_records, 0u);
  const Costs nine = costs_of_one("go1.22", "defer_several", 9);
  EXPECT_EQ(nine.open_coded, 0u);
  EXPECT_EQ(nine.frame_records, 9u);
  EXPECT_EQ(costs_of_one("go1.22", "defer_in_loop", 10).heap_records, 10u);
}

// Before the change of 2014-09-16 every panic put a Defer of its own on the list.
TEST(CostCounterTest, TheSeedSavedTheRecordsThatPanicsPutOnTheList) {
  const Costs before = costs_of_one("before-seed", "panic_over_defers", 10);
  EXPECT_EQ(before.deferred_calls, 11u);
  EXPECT_GE(before.runtime_records, 1u);
  EXPECT_EQ(costs_of_one("seed", "panic_over_defers", 10).runtime_records, 0u);
}

// In Go 1.14 to 1.21 a panic makes a record for each frame of a function with open-coded calls,
// even for the one that panics before its defer statement.
TEST(CostCounterTest, PanicsOfGo118MakeARecordForEachFrame) {
  const Costs costs = costs_of_one("go1.18", "panic_over_defers", 10);
  EXPECT_EQ(costs.open_coded, 11u);
  EXPECT_EQ(costs.heap_records, 0u);
  EXPECT_EQ(costs.runtime_records, 12u);
  EXPECT_EQ(costs_of_one("go1.18", "defer_several", 8).runtime_records, 0u);
}

TEST(CostCounterTest, PanicsOfGo122WalkOverAllFramesOfThoseBefore) {
  const auto growth = [](std::string_view design) {
    return costs_of_one(design, "repanic_chain", 1000).frames_visited /
           costs_of_one(design, "repanic_chain", 100).frames_visited;
  };
  EXPECT_GT(growth("go1.22"), 50u);
  EXPECT_LT(growth("go1.26"), 12u);
}

// A frame of `down` has 1,000 words and some more, and one pointer into the frame before.
TEST(CostCounterTest, ACopyCopiesAndAdjustsWhatIsInTheFrames) {
  const Costs one = costs_of_one("go1.4", "copy_large_frames", 1);
  const Costs sixteen = costs_of_one("go1.4", "copy_large_frames", 16);
  EXPECT_EQ(sixteen.words_adjusted - one.words_adjusted, 15u);
  EXPECT_EQ(sixteen.frames_visited - one.frames_visited, 15u);
  EXPECT_GE(sixteen.words_copied - one.words_copied, 15u * 1000);
  EXPECT_LE(sixteen.words_copied - one.words_copied, 15u * 1020);
  EXPECT_GE(sixteen.words_visited, sixteen.words_adjusted);
}

TEST(CostCounterTest, CountingChangesNothing) {
  const TimedOperation& operation = operation_named("copy_pending");
  for (const std::string_view design : {"go1.4", "go1.13", "go1.26"}) {
    NestRunner runner(design);
    const std::string text = nest_of(operation, 10, 5);
    Diagnostic diagnostic;
    const Nest* nest = runner.load(text, diagnostic);
    ASSERT_NE(nest, nullptr);
    const runtime::Options options = options_of(nest->directives);
    const runtime::Stats unobserved = runner.run(options).stats;
    CostCounter counter(runner.runtime());
    EXPECT_EQ(runner.run(options, counter).stats, unobserved) << design;
    EXPECT_EQ(counter.costs().words_adjusted, unobserved.words_adjusted) << design;
    EXPECT_EQ(counter.costs().steps, unobserved.steps) << design;
  }
}

}  // namespace
}  // namespace stackquake
