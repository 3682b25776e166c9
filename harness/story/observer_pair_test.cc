// Beside a recorder, because a recorder takes every event.

#include "harness/audit/observer_pair.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/audit/checker.h"
#include "harness/run/run_testing.h"
#include "harness/story/recorder.h"
#include "harness/story/trace_printer.h"
#include "runtime_under_test/designs/designs.h"
#include "runtime_under_test/interpreter_loop.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {
namespace {

class ObserverPairTest : public testing::Test {
 protected:
  ObserverPairTest() : runtime_(runtime::make_design("go1.4")) {
    Compiler compiler(runtime_.design());
    nests_ = compile_corpus(compiler);
    for (CompiledNest& nest : nests_) nest.options.move = runtime::MovePolicy::kCall;
  }

  std::string log(const CompiledNest& nest) {
    std::string text;
    Recorder log(runtime_, [&](const Event& event) { text += trace_line(event); });
    runtime_.run(nest.program, nest.options, log);
    return text;
  }

  uint64_t hash(const CompiledNest& nest) {
    RunHash hash;
    runtime_.run(nest.program, nest.options, hash);
    return hash.sum();
  }

  runtime::Runtime runtime_;
  std::vector<CompiledNest> nests_;
};

TEST_F(ObserverPairTest, BothSeeWhatTheyWouldAlone) {
  for (const CompiledNest& nest : nests_) {
    const std::string log_alone = log(nest);
    const uint64_t hash_alone = hash(nest);
    std::string text;
    Recorder log(runtime_, [&](const Event& event) { text += trace_line(event); });
    RunHash hash;
    ObserverPair<> pair(log, hash);
    runtime_.run(nest.program, nest.options, pair);
    EXPECT_EQ(text, log_alone) << nest.name;
    EXPECT_EQ(hash.sum(), hash_alone) << nest.name;
  }
}

// A checker that missed an event would report a violation in a right run.
TEST_F(ObserverPairTest, ChecksGoOnBesideAnother) {
  Checker checker(runtime_);
  for (const CompiledNest& nest : nests_) {
    const uint64_t hash_alone = hash(nest);
    RunHash hash;
    const auto& violation = checker.run(nest.program, nest.options, hash).violation;
    EXPECT_FALSE(violation) << nest.name << ": " << violation->message;
    EXPECT_EQ(hash.sum(), hash_alone) << nest.name;
  }
}

// Counts instructions: the steps of a run that neither copies, allocates nor collects.
class Follower final : public runtime::Observer {
 public:
  void executing(const runtime::G& g, const runtime::Gobuf& registers) override {
    ++instructions;
    stays_on_stack = stays_on_stack && g.stack.hi >= registers.sp && registers.sp >= g.stack.lo;
  }
  uint64_t instructions = 0;
  bool stays_on_stack = true;
};

TEST_F(ObserverPairTest, BothAreToldOfEveryInstruction) {
  Compiler compiler(runtime_.design());
  const CompiledNest nest =
      compile_nest(compiler, "package main\n\nfunc main() {\n\ttrace(7)\n}\n");
  Follower first;
  Follower second;
  ObserverPair<> pair(first, second);
  runtime::InterpreterLoop<ObserverPair<>> loop(runtime_);
  const auto& result = runtime_.run(nest.program, nest.options, &pair, loop);
  EXPECT_EQ(first.instructions, result.stats.steps);
  EXPECT_EQ(first.instructions, second.instructions);
  EXPECT_TRUE(first.stays_on_stack);
}

}  // namespace
}  // namespace stackquake
