#include "harness/audit/shadow.h"

#include <gtest/gtest.h>

#include "harness/audit/shadow_testing.h"
#include "runtime_under_test/object_type.h"

namespace stackquake {
namespace {

using runtime::kHeapBase;
using runtime::kTypeDefer;
using runtime::kTypeNode;
using runtime::kWordBytes;

constexpr runtime::Address kRecord = kHeapBase + runtime::Address{8} * kWordBytes;

// Two goroutines, each with a frame of 4 words at distance 5; the first goroutine runs. A node lies
// at the beginning of the heap, and a Defer record behind it.
class ShadowTest : public testing::Test {
 protected:
  ShadowTest() {
    for (HandMadeGoroutine* goroutine : {&first_, &second_}) {
      shadow_.begin_goroutine(goroutine->g);
      goroutine->set_sp(5);
      shadow_.goroutine(goroutine->g.index)
          .enter(goroutine->g, function_, shadow_.new_frame_serial());
    }
    shadow_.set_current(first_.g);
    shadow_.heap().allocated(kHeapBase, 3, kTypeNode);
    shadow_.heap().allocated(kRecord, 6, kTypeDefer);
  }

  ShadowWord word(runtime::Address address) { return *shadow_.find(address); }

  const runtime::Memory memory_;  // the shadow notes the values of words in the heap
  const runtime::Function function_ = function_of(4);
  HandMadeGoroutine first_{0, 0};
  HandMadeGoroutine second_{1, 1};
  Shadow shadow_;
};

TEST_F(ShadowTest, APointerIsExpectedWhereItsTargetIsNow) {
  ASSERT_EQ(shadow_.pointer(first_.at(3), first_.at(4)), Access::kFine);
  EXPECT_EQ(word(first_.at(3)), ShadowWord::stack(4, 0, 1));
  EXPECT_EQ(shadow_.expected(word(first_.at(3))), first_.at(4));
  first_.put(7);
  shadow_.moved(first_.g);
  EXPECT_EQ(shadow_.expected(word(first_.at(3))), first_.at(4));
}

TEST_F(ShadowTest, APointerIntoAFrameThatHasReturnedIsExpectedNowhere) {
  ASSERT_EQ(shadow_.pointer(first_.at(1), first_.at(4)), Access::kFine);
  shadow_.goroutine(0).leave(first_.g);
  EXPECT_EQ(shadow_.expected(word(first_.at(1))), 0u);
}

TEST_F(ShadowTest, NilIsANumber) {
  ASSERT_EQ(shadow_.pointer(first_.at(3), 0), Access::kFine);
  EXPECT_EQ(word(first_.at(3)), ShadowWord::scalar());
}

TEST_F(ShadowTest, ACopyOfAWordHasItsProvenance) {
  ASSERT_EQ(shadow_.pointer(first_.at(3), kHeapBase + kWordBytes), Access::kFine);
  ASSERT_EQ(shadow_.copy(first_.at(2), first_.at(3), 1), Access::kFine);
  EXPECT_EQ(word(first_.at(2)), word(first_.at(3)));
  EXPECT_EQ(shadow_.expected(word(first_.at(2))), kHeapBase + kWordBytes);
}

TEST_F(ShadowTest, CopiesOverlapAsMemmoveDoes) {
  ASSERT_EQ(shadow_.code(first_.at(5)), Access::kFine);
  ASSERT_EQ(shadow_.scalars(first_.at(4), 2), Access::kFine);
  ASSERT_EQ(shadow_.copy(first_.at(4), first_.at(5), 2), Access::kFine);
  EXPECT_EQ(word(first_.at(4)).kind(), WordKind::kCode);
  EXPECT_EQ(word(first_.at(3)).kind(), WordKind::kScalar);
}

TEST_F(ShadowTest, CopiesGoBetweenStackHeapAndOtherStacks) {
  ASSERT_EQ(shadow_.pointer(first_.at(3), kHeapBase), Access::kFine);
  ASSERT_EQ(shadow_.copy(kHeapBase + kWordBytes, first_.at(3), 1), Access::kFine);
  ASSERT_EQ(shadow_.copy(second_.at(2), kHeapBase + kWordBytes, 1), Access::kFine);
  EXPECT_EQ(word(second_.at(2)), word(first_.at(3)));
}

TEST_F(ShadowTest, StoresGoToWhoeversStackItIs) {
  ASSERT_EQ(shadow_.scalars(second_.at(3), 2), Access::kFine);
  EXPECT_EQ(word(second_.at(3)).kind(), WordKind::kScalar);
  EXPECT_EQ(word(second_.at(2)).kind(), WordKind::kScalar);
  EXPECT_EQ(word(first_.at(3)).kind(), WordKind::kDead);
}

TEST_F(ShadowTest, OnlyRecordsMayPointToAStack) {
  EXPECT_EQ(shadow_.pointer(kRecord, first_.at(3)), Access::kFine);
  EXPECT_EQ(shadow_.pointer(kHeapBase, first_.at(3)), Access::kHeapToStack);
  ASSERT_EQ(shadow_.pointer(first_.at(2), first_.at(3)), Access::kFine);
  EXPECT_EQ(shadow_.copy(kRecord, first_.at(2), 1), Access::kFine);
  EXPECT_EQ(shadow_.copy(kHeapBase, first_.at(2), 1), Access::kHeapToStack);
}

TEST_F(ShadowTest, NobodysMemoryIsNeitherReadNorWritten) {
  const runtime::Address gone = first_.at(3);
  first_.put(7);
  shadow_.moved(first_.g);
  EXPECT_EQ(shadow_.scalars(gone, 1), Access::kUnowned);
  EXPECT_EQ(shadow_.copy(first_.at(3), gone, 1), Access::kUnowned);
  EXPECT_EQ(shadow_.pointer(first_.at(3), gone), Access::kNoTarget);
  EXPECT_EQ(shadow_.scalars(kHeapBase + runtime::Address{3} * kWordBytes, 1), Access::kUnowned);
  EXPECT_EQ(shadow_.find(gone), nullptr);
}

TEST_F(ShadowTest, AFreedObjectIsNeitherReadNorWritten) {
  shadow_.heap().object_at(kHeapBase)->freed = true;
  EXPECT_EQ(shadow_.scalars(kHeapBase, 1), Access::kFreed);
  EXPECT_EQ(shadow_.copy(first_.at(3), kHeapBase, 1), Access::kFreed);
  EXPECT_EQ(shadow_.pointer(first_.at(3), kHeapBase), Access::kNoTarget);
}

TEST_F(ShadowTest, TheStackOfAGoroutineThatEndedIsNobodys) {
  shadow_.end_goroutine(second_.g);
  EXPECT_EQ(shadow_.scalars(second_.at(3), 1), Access::kUnowned);
}

}  // namespace
}  // namespace stackquake
