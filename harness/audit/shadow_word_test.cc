#include "harness/audit/shadow_word.h"

#include <gtest/gtest.h>

#include "runtime_under_test/options.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {
namespace {

TEST(ShadowWordTest, AllBitsZeroIsDead) {
  EXPECT_EQ(ShadowWord().kind(), WordKind::kDead);
  EXPECT_FALSE(ShadowWord().is_pointer());
  EXPECT_NE(ShadowWord(), ShadowWord::scalar());
}

TEST(ShadowWordTest, OnlyPointersArePointers) {
  EXPECT_FALSE(ShadowWord::scalar().is_pointer());
  EXPECT_FALSE(ShadowWord::code().is_pointer());
  EXPECT_TRUE(ShadowWord::static_closure(0).is_pointer());
  EXPECT_TRUE(ShadowWord::heap(0, 0).is_pointer());
  EXPECT_TRUE(ShadowWord::stack(0, 0, 0).is_pointer());
}

TEST(ShadowWordTest, FieldsOfAStackPointerDoNotTouch) {
  constexpr uint32_t kFrame = (uint32_t{1} << 30) - 1;
  constexpr uint32_t kDistance = runtime::kMaxStackLimitBytes / runtime::kWordBytes - 1;
  constexpr uint32_t kGoroutine = runtime::kMaxGoroutines - 1;
  const ShadowWord far = ShadowWord::stack(kDistance, 0, 0);
  EXPECT_EQ(far.distance(), kDistance);
  EXPECT_EQ(far.goroutine(), 0u);
  EXPECT_EQ(far.frame(), 0u);
  const ShadowWord last = ShadowWord::stack(0, kGoroutine, 0);
  EXPECT_EQ(last.distance(), 0u);
  EXPECT_EQ(last.goroutine(), kGoroutine);
  EXPECT_EQ(last.frame(), 0u);
  const ShadowWord newest = ShadowWord::stack(0, 0, kFrame);
  EXPECT_EQ(newest.kind(), WordKind::kStack);
  EXPECT_EQ(newest.distance(), 0u);
  EXPECT_EQ(newest.goroutine(), 0u);
  EXPECT_EQ(newest.frame(), kFrame);
}

TEST(ShadowWordTest, FieldsOfAHeapPointerDoNotTouch) {
  constexpr uint32_t kWord = runtime::kHeapBytes / runtime::kWordBytes - 1;
  const ShadowWord last = ShadowWord::heap(kWord, 0);
  EXPECT_EQ(last.word(), kWord);
  EXPECT_EQ(last.object(), 0u);
  const ShadowWord newest = ShadowWord::heap(0, UINT32_MAX);
  EXPECT_EQ(newest.kind(), WordKind::kHeap);
  EXPECT_EQ(newest.word(), 0u);
  EXPECT_EQ(newest.object(), UINT32_MAX);
}

}  // namespace
}  // namespace stackquake
