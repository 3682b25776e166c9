#include "runtime_under_test/scheduler.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

#include "runtime_under_test/runtime_testing.h"

namespace stackquake::runtime {
namespace {

class TraceOrder final : public Observer {
 public:
  void traced(const G&, int64_t value) override { values.push_back(value); }
  void goroutine_started(const G& g) override { started.emplace_back(g.id, g.index); }

  std::vector<int64_t> values;
  std::vector<std::pair<uint32_t, uint32_t>> started;  // id, index
};

class SchedulerTest : public testing::Test {
 protected:
  // A function that traces the last of its argument words.
  uint32_t write_tracer(uint16_t argument_words) {
    const uint32_t tracer = writer_.begin("tracer", 0, argument_words);
    writer_.emit_safepoint({Opcode::kTrace, argument_words});
    writer_.end();
    return tracer;
  }

  void write_go(uint32_t function, uint16_t argument_words, int64_t argument) {
    writer_.emit({Opcode::kConst, 0, 0, 0, int64_t{argument_words} * kWordBytes});
    writer_.emit({Opcode::kStaticFuncval, 1, 0, 0, function});
    writer_.emit({Opcode::kConst, static_cast<uint16_t>(argument_words + 1), 0, 0, argument});
    writer_.call(RuntimeFunction::kNewproc);
  }

  void write_three_tracers() {
    const uint32_t tracer = write_tracer(1);
    writer_.begin("main", 4);
    for (int64_t value : {1, 2, 3}) write_go(tracer, 1, value);
    for (int i = 0; i < 3; ++i) writer_.emit_safepoint({Opcode::kGosched});
    writer_.end();
  }

  std::vector<int64_t> order(uint32_t seed) {
    Options options;
    options.seed = seed;
    TraceOrder observer;
    machine_.run(options, observer);
    return observer.values;
  }

  Machine machine_;
  ProgramWriter& writer_ = machine_.writer;
};

TEST_F(SchedulerTest, SeedZeroRunsGoroutinesInTheOrderOfTheirStart) {
  write_three_tracers();
  EXPECT_EQ(order(0), (std::vector<int64_t>{1, 2, 3}));
}

TEST_F(SchedulerTest, SeedsChooseOrdersOfTheirOwn) {
  write_three_tracers();
  std::set<std::vector<int64_t>> orders;
  for (uint32_t seed = 1; seed < 40; ++seed) {
    orders.insert(order(seed));
    EXPECT_EQ(order(seed), order(seed));
  }
  EXPECT_GE(orders.size(), 6u) << "every order of three, or main first";
}

TEST_F(SchedulerTest, GoroutinesStackHoldsItsArguments) {
  const uint32_t tracer = write_tracer(600);
  writer_.begin("main", 603);
  write_go(tracer, 600, 7);
  writer_.emit_safepoint({Opcode::kGosched});
  writer_.end();
  Options options;
  options.stack_bytes = kMinStackBytes;
  EXPECT_EQ(machine_.run(options).traces()[1], std::vector<int64_t>{7});
}

TEST_F(SchedulerTest, IdsAreNewAndRecordsAreReused) {
  const uint32_t tracer = write_tracer(1);
  writer_.begin("main", 4);
  for (int64_t value : {1, 2}) {
    write_go(tracer, 1, value);
    writer_.emit_safepoint({Opcode::kGosched});
  }
  writer_.end();
  TraceOrder observer;
  machine_.run({}, observer);
  EXPECT_EQ(observer.started, (std::vector<std::pair<uint32_t, uint32_t>>{{1, 0}, {2, 1}, {3, 1}}));
}

TEST_F(SchedulerTest, ReturnOfMainEndsTheOthers) {
  const uint32_t tracer = write_tracer(1);
  writer_.begin("main", 4);
  write_go(tracer, 1, 7);
  writer_.end();
  const RunResult& result = machine_.run();
  EXPECT_EQ(result.outcome.kind, OutcomeKind::kExit);
  EXPECT_EQ(result.traces()[1], std::vector<int64_t>{});
}

TEST_F(SchedulerTest, GoexitOfMainWaitsForTheOthers) {
  const uint32_t tracer = write_tracer(1);
  writer_.begin("main", 4);
  write_go(tracer, 1, 7);
  writer_.call(RuntimeFunction::kGoexit);
  writer_.end();
  const RunResult& result = machine_.run();
  EXPECT_EQ(result.outcome.kind, OutcomeKind::kGoexit);
  EXPECT_EQ(result.traces()[1], std::vector<int64_t>{7});
}

TEST_F(SchedulerTest, NobodyRunnableIsADeadlock) {
  writer_.begin("main", 2);
  writer_.emit({Opcode::kConst, 0, 0, 0, 0});
  writer_.emit_safepoint({Opcode::kReceive, 1, 0}, {0});
  writer_.end();
  const RunResult& result = machine_.run();
  EXPECT_EQ(result.outcome.kind, OutcomeKind::kDeadlock);
  EXPECT_EQ(result.stats.blocks, 1u);
}

TEST_F(SchedulerTest, ThereIsABoundOnGoroutines) {
  const uint32_t tracer = write_tracer(1);
  writer_.begin("main", 4);
  const uint32_t loop = writer_.here();
  write_go(tracer, 1, 7);
  writer_.emit({Opcode::kJump, 0, 0, 0, loop});
  const RunResult& result = machine_.run();
  EXPECT_EQ(result.outcome.kind, OutcomeKind::kFuel);
  EXPECT_EQ(result.stats.goroutines, kMaxGoroutines);
}

TEST_F(SchedulerTest, OnlySeedsPreempt) {
  const uint32_t leaf = writer_.begin("leaf", 0);
  writer_.end();
  writer_.begin("main", 1);
  writer_.emit({Opcode::kConst, 0, 0, 0, 0});
  const uint32_t loop = writer_.here();
  writer_.call(leaf);
  writer_.emit({Opcode::kAddConst, 0, 0, 0, 1});
  Instruction jump{Opcode::kJumpLessConst, 0, 0, 0, 2000};
  jump.set_short_target(loop);
  writer_.emit(jump);
  writer_.end();
  EXPECT_EQ(machine_.run().stats.preemptions, 0u);
  Options options;
  options.seed = 7;
  const RunResult& result = machine_.run(options);
  // 2,001 calls, and at most 16 from one preemption to the next.
  EXPECT_GE(result.stats.preemptions, 125u);
  EXPECT_LT(result.stats.preemptions, 2001u);
  EXPECT_EQ(result.outcome.kind, OutcomeKind::kExit);
}

}  // namespace
}  // namespace stackquake::runtime
