#include "harness/story/tape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/story/story_testing.h"
#include "harness/story/word_names.h"

namespace stackquake {
namespace {

using testing::ElementsAre;

// The state after the step that traces this value.
const State& state_at_trace(const Recording& recording, int64_t value) {
  for (const Step& step : recording.steps) {
    const bool is_it =
        step.event.kind == EventKind::kTrace && static_cast<int64_t>(step.event.number) == value;
    if (is_it && step.state) return *step.state;
  }
  ADD_FAILURE() << "no state at trace " << value;
  static const State none;
  return none;
}

std::vector<std::string> frames_of(const Recording& recording, const State& state) {
  std::vector<std::string> names;
  for (const FrameState& frame : state.frames) {
    const FunctionFacts& facts = recording.functions[frame.function];
    if (facts.is_nest)
      names.push_back(facts.name + (frame.is_deferred ? " by " + frame.run_by : ""));
  }
  return names;
}

constexpr const char* kNested = R"(package main

func later(p *int) {
	trace(*p)
	recover()
}

func body(y int) {
	defer later(&y)
	defer func() { trace(5) }()
	panic(3)
}

func main() {
	body(7)
	trace(9)
}
)";

TEST(TapeTest, StatesHaveFramesRecordsAndPanics) {
  const Story story = story_of(kNested);
  const Recording& recording = story.evidence.recording;
  const State& first = state_at_trace(recording, 5);
  EXPECT_THAT(frames_of(recording, first), ElementsAre("main", "body", "body.func1 by panic 3"));
  ASSERT_EQ(first.defers.size(), 2U);
  EXPECT_EQ(first.defers[0].function, "body.func1");
  EXPECT_TRUE(first.defers[0].is_running);
  EXPECT_EQ(first.defers[1].function, "later");
  EXPECT_FALSE(first.defers[1].is_running);
  EXPECT_TRUE(first.defers[1].is_listed);
  EXPECT_EQ(first.defers[1].line, 9U);
  ASSERT_EQ(first.panics.size(), 1U);
  EXPECT_EQ(first.panics[0].value, "3");
  EXPECT_TRUE(first.panics[0].is_linked);

  const State& last = state_at_trace(recording, 9);
  EXPECT_THAT(frames_of(recording, last), ElementsAre("main"));
  EXPECT_TRUE(std::all_of(last.defers.begin(), last.defers.end(),
                          [](const DeferState& record) { return record.is_given_back; }));
  EXPECT_TRUE(last.panics[0].is_gone);
  EXPECT_EQ(last.defer_head.value, 0U);
}

TEST(TapeTest, AnOpenCodedCallIsPendingUntilItStarts) {
  const Story story = story_of(kNested, "go1.18");
  const Recording& recording = story.evidence.recording;
  const State& first = state_at_trace(recording, 5);
  ASSERT_EQ(first.open_calls.size(), 1U);
  EXPECT_EQ(first.open_calls[0].function, "body.deferwrap1");
  EXPECT_EQ(first.open_calls[0].line, 9U);
  EXPECT_FALSE(first.starting);
  EXPECT_TRUE(state_at_trace(recording, 7).open_calls.empty());
  const auto starts = std::ranges::find_if(recording.steps, [](const Step& step) {
    return step.event.kind == EventKind::kStart && step.event.function == "body.deferwrap1";
  });
  ASSERT_NE(starts, recording.steps.end());
  ASSERT_TRUE(starts->state && starts->state->starting);
  EXPECT_EQ(starts->state->starting->line, 9U);
  EXPECT_EQ(starts->state->starting->run_by, "panic 3");
  EXPECT_TRUE(starts->state->open_calls.empty());
}

// The frame is gone before its last call has run.
TEST(TapeTest, AnOpenCodedCallIsForgottenWithItsFrame) {
  const Story story = story_of(R"(package main

import "runtime"

func inner() {
	defer trace(1)
	defer func() {
		runtime.Goexit()
	}()
	panic(2)
}

func main() {
	defer trace(3)
	inner()
}
)",
                               "go1.22");
  EXPECT_EQ(state_at_trace(story.evidence.recording, 1).open_calls.size(), 1U);
  EXPECT_TRUE(state_at_trace(story.evidence.recording, 3).open_calls.empty());
}

TEST(TapeTest, WordsHaveTheNamesOfTheNest) {
  const Story story = story_of(kNested);
  const Recording& recording = story.evidence.recording;
  const State& state = state_at_trace(recording, 7);
  const WordNames names(recording.functions, state);
  const FrameState& later = state.frames.back();
  ASSERT_EQ(recording.functions[later.function].name, "later");
  const uint64_t argument = later.distance - (recording.functions[later.function].frame_words + 1) *
                                                 uint64_t{runtime::kWordBytes};
  ASSERT_NE(state.word(argument), nullptr);
  EXPECT_EQ(names.on_stack(argument)->text(), "`p` of later");
  EXPECT_EQ(names.value(*state.word(argument)), "y of body");
  EXPECT_FALSE(state.word(argument)->is_wrong());
}

TEST(TapeTest, AWordThatACopyMissesIsWrong) {
  const Story story = story_of(defect_nest("panic-pops-defer"), "before-seed");
  const State& state = *story.evidence.last_state();
  const auto set = std::find_if(state.defers.begin(), state.defers.end(),
                                [](const DeferState& d) { return d.function == "set"; });
  ASSERT_NE(set, state.defers.end());
  EXPECT_FALSE(set->is_listed);
  EXPECT_TRUE(set->words.back().is_wrong());
  EXPECT_TRUE(story.evidence.recording.before_copy->stack.contains(set->words.back().value));
}

TEST(TapeTest, OfALongRunTheLastStepsAreKept) {
  const Story story = story_of(R"(package main

func main() {
	for i := 0; i < 2000; i++ {
		trace(i)
	}
}
)");
  const Recording& recording = story.evidence.recording;
  EXPECT_EQ(recording.steps.size(), Tape::kMostSteps);
  EXPECT_GT(recording.dropped_steps, 1000U);
  EXPECT_EQ(recording.steps.back().event.kind, EventKind::kReturn);
  ASSERT_TRUE(recording.steps.back().state);
}

}  // namespace
}  // namespace stackquake
