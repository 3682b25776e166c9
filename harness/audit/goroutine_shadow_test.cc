#include "harness/audit/goroutine_shadow.h"

#include <gtest/gtest.h>

#include "harness/audit/shadow_testing.h"

namespace stackquake {
namespace {

// Three frames, of 4, 2 and 6 words. Above the words of each frame lies its return pc.
//
//   distance   1         return pc to the base frame
//              2 … 5     outer, serial 1
//              6         return pc
//              7, 8      middle, serial 2
//              9         return pc
//              10 … 15   inner, serial 3
class GoroutineShadowTest : public testing::Test {
 protected:
  GoroutineShadowTest() {
    shadow_.begin(goroutine_.g);
    enter(5, outer_, 1);
    enter(8, middle_, 2);
    enter(15, inner_, 3);
  }

  void enter(uint32_t distance, const runtime::Function& function, uint32_t serial) {
    goroutine_.set_sp(distance);
    shadow_.enter(goroutine_.g, function, serial);
  }

  const runtime::Function outer_ = function_of(4);
  const runtime::Function middle_ = function_of(2);
  const runtime::Function inner_ = function_of(6);
  HandMadeGoroutine goroutine_;
  GoroutineShadow shadow_;
};

TEST_F(GoroutineShadowTest, FindsTheFrameOfAWord) {
  EXPECT_EQ(shadow_.frame_at(1), 1u);
  EXPECT_EQ(shadow_.frame_at(2), 1u);
  EXPECT_EQ(shadow_.frame_at(5), 1u);
  EXPECT_EQ(shadow_.frame_at(6), 2u);
  EXPECT_EQ(shadow_.frame_at(7), 2u);
  EXPECT_EQ(shadow_.frame_at(8), 2u);
  EXPECT_EQ(shadow_.frame_at(9), 3u);
  EXPECT_EQ(shadow_.frame_at(15), 3u);
  EXPECT_EQ(shadow_.frame_at(16), 0u);
}

TEST_F(GoroutineShadowTest, FindsTheFrameWithAnSp) {
  ASSERT_NE(shadow_.frame_with_sp(8), nullptr);
  EXPECT_EQ(shadow_.frame_with_sp(8)->serial, 2u);
  EXPECT_EQ(shadow_.frame_with_sp(7), nullptr);
}

TEST_F(GoroutineShadowTest, AFrameThatReturnsIsGone) {
  shadow_.leave(goroutine_.g);
  EXPECT_FALSE(shadow_.has_frame(3));
  EXPECT_TRUE(shadow_.has_frame(2));
  EXPECT_EQ(shadow_.frame_at(12), 0u);
}

TEST_F(GoroutineShadowTest, FramesThatWereUnwoundAreGoneWhenItSettles) {
  goroutine_.set_sp(5);
  EXPECT_TRUE(shadow_.has_frame(3));
  shadow_.settle(goroutine_.g);
  EXPECT_FALSE(shadow_.has_frame(3));
  EXPECT_FALSE(shadow_.has_frame(2));
  EXPECT_TRUE(shadow_.has_frame(1));
}

TEST_F(GoroutineShadowTest, FramesAreGoneThatWereUnwoundToTheirCaller) {
  shadow_.unwind_to(2);
  EXPECT_FALSE(shadow_.has_frame(3));
  EXPECT_TRUE(shadow_.has_frame(2));
}

// The stack is unwound to outer's frame, and outer calls another function at once.
TEST_F(GoroutineShadowTest, ANewFrameTakesThePlaceOfThoseThatWereUnwound) {
  enter(8, middle_, 4);
  EXPECT_FALSE(shadow_.has_frame(2));
  EXPECT_FALSE(shadow_.has_frame(3));
  EXPECT_EQ(shadow_.frame_at(8), 4u);
}

TEST_F(GoroutineShadowTest, PanicsGoWithTheFramesThatHoldThem) {
  shadow_.panics().push_back({.distance = 7, .frame = 2});
  shadow_.panics().push_back({.distance = 12, .frame = 3});
  goroutine_.set_sp(8);
  shadow_.settle(goroutine_.g);
  EXPECT_EQ(shadow_.find_panic(12), nullptr);
  EXPECT_NE(shadow_.find_panic(7), nullptr);
}

TEST_F(GoroutineShadowTest, TheWordsOfANewFrameAreDead) {
  *shadow_.word(goroutine_.at(15)) = ShadowWord::scalar();
  *shadow_.word(goroutine_.at(5)) = ShadowWord::scalar();
  enter(15, inner_, 4);
  EXPECT_EQ(shadow_.word(goroutine_.at(15))->kind(), WordKind::kDead);
  EXPECT_EQ(shadow_.word(goroutine_.at(5))->kind(), WordKind::kScalar);
}

TEST_F(GoroutineShadowTest, ACopyMovesNothing) {
  *shadow_.word(goroutine_.at(7)) = ShadowWord::code();
  const runtime::Address before = goroutine_.at(7);
  goroutine_.put(5);
  shadow_.move_to(goroutine_.g.stack);
  EXPECT_EQ(shadow_.word(goroutine_.at(7))->kind(), WordKind::kCode);
  EXPECT_EQ(shadow_.frame_at(shadow_.distance_of(goroutine_.at(7))), 2u);
  EXPECT_FALSE(shadow_.contains(before));
}

TEST_F(GoroutineShadowTest, RemembersWhereAWordLayBeforeACopy) {
  const runtime::Address first = goroutine_.at(7);
  EXPECT_FALSE(shadow_.was_at(first, 7));
  for (uint32_t place : {5, 6}) {
    goroutine_.put(place);
    shadow_.move_to(goroutine_.g.stack);
  }
  EXPECT_TRUE(shadow_.was_at(first, 7));
  EXPECT_FALSE(shadow_.was_at(first, 8));
  EXPECT_FALSE(shadow_.was_at(goroutine_.at(7), 7));
}

// A record in a frame moves with the frame.
TEST_F(GoroutineShadowTest, FindsADeferredCallOnTheStackWhereACopyHasPutIt) {
  shadow_.defers().push_back({.place = runtime::DeferPlace::kMark, .distance = 7, .frame = 2});
  const runtime::Address before = goroutine_.at(7);
  EXPECT_EQ(shadow_.find_defer(before), shadow_.defers().data());
  goroutine_.put(5);
  shadow_.move_to(goroutine_.g.stack);
  EXPECT_EQ(shadow_.find_defer(goroutine_.at(7)), shadow_.defers().data());
  EXPECT_EQ(shadow_.find_defer(before), nullptr);
}

// Frame 9 is gone.
TEST_F(GoroutineShadowTest, LooksForTheDeferredCallsOfAFrameAndOfThoseBelowItOrGone) {
  const auto record_of = [](uint32_t frame) {
    return runtime::kHeapBase + runtime::Address{frame} * runtime::kWordBytes;
  };
  for (uint32_t frame : {1, 2, 3, 9}) {
    shadow_.defers().push_back({.record = record_of(frame), .frame = frame});
  }
  const auto has_since_2 = [&](uint32_t frame) {
    return shadow_.has_defer_since(2, record_of(frame));
  };
  EXPECT_FALSE(has_since_2(1));
  for (uint32_t frame : {2, 3, 9}) EXPECT_TRUE(has_since_2(frame));
}

TEST_F(GoroutineShadowTest, TheNextGoroutineInItKnowsNothingOfIt) {
  const runtime::Address first = goroutine_.at(7);
  shadow_.defers().push_back({.record = runtime::kHeapBase, .frame = 1});
  goroutine_.put(5);
  shadow_.begin(goroutine_.g);
  EXPECT_TRUE(shadow_.frames().empty());
  EXPECT_EQ(shadow_.find_defer(runtime::kHeapBase), nullptr);
  EXPECT_FALSE(shadow_.was_at(first, 7));
}

}  // namespace
}  // namespace stackquake
