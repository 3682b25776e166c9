#include "harness/audit/stack_books.h"

#include <gtest/gtest.h>

#include <vector>

#include "runtime_under_test/memory.h"

namespace stackquake {
namespace {

using runtime::kStackBase;
using runtime::PlacePolicy;
using runtime::Stack;
using Answer = StackBooks::Answer;

constexpr uint64_t kUnit = runtime::kMinStackBytes;

// So many smallest stacks above the first one.
Stack stack_at(uint64_t unit, uint64_t units = 1) {
  return {kStackBase + unit * kUnit, kStackBase + (unit + units) * kUnit};
}

class StackBooksTest : public testing::Test {
 protected:
  StackBooksTest() { books_.reset(PlacePolicy::kReuse); }
  StackBooks books_;
};

TEST_F(StackBooksTest, HandsOutAndTakesBack) {
  EXPECT_EQ(books_.allocated(stack_at(0)), Answer::kFine);
  EXPECT_FALSE(books_.was_used());
  EXPECT_EQ(books_.allocated(stack_at(2, 2)), Answer::kFine);
  EXPECT_TRUE(books_.in_use(stack_at(2, 2)));
  EXPECT_EQ(books_.freed(stack_at(2, 2)), Answer::kFine);
  EXPECT_FALSE(books_.in_use(stack_at(2, 2)));
  EXPECT_EQ(books_.allocated(stack_at(2)), Answer::kFine);
  EXPECT_TRUE(books_.was_used());
  EXPECT_TRUE(books_.in_use(stack_at(0)));
}

TEST_F(StackBooksTest, MemoryInUseIsNotHandedOut) {
  ASSERT_EQ(books_.allocated(stack_at(2, 2)), Answer::kFine);
  EXPECT_EQ(books_.allocated(stack_at(3)), Answer::kInUse);
  EXPECT_EQ(books_.allocated(stack_at(0, 4)), Answer::kInUse);
  EXPECT_EQ(books_.allocated(stack_at(4)), Answer::kFine);
}

TEST_F(StackBooksTest, OnlyWholeStacksInUseAreTakenBack) {
  ASSERT_EQ(books_.allocated(stack_at(2, 2)), Answer::kFine);
  ASSERT_EQ(books_.allocated(stack_at(4, 2)), Answer::kFine);
  EXPECT_EQ(books_.freed(stack_at(2)), Answer::kOtherSize);
  EXPECT_EQ(books_.freed(stack_at(2, 4)), Answer::kOtherSize);
  EXPECT_EQ(books_.freed(stack_at(0)), Answer::kNotInUse);
  EXPECT_EQ(books_.freed(stack_at(2, 2)), Answer::kFine);
  EXPECT_EQ(books_.freed(stack_at(2, 2)), Answer::kNotInUse);
}

TEST_F(StackBooksTest, ImpossibleStacksAreOutside) {
  EXPECT_EQ(books_.allocated({kStackBase - kUnit, kStackBase}), Answer::kOutside);
  EXPECT_EQ(books_.allocated(stack_at(0, 3)), Answer::kOutside);
  EXPECT_EQ(books_.allocated({kStackBase + 8, kStackBase + 8 + kUnit}), Answer::kOutside);
  EXPECT_EQ(books_.freed({kStackBase, kStackBase}), Answer::kOutside);
}

TEST_F(StackBooksTest, TheQuarantineLasts) {
  constexpr uint64_t kUnits = runtime::StackAllocator::kQuarantineBytes / kUnit;
  books_.reset(PlacePolicy::kFresh);
  ASSERT_EQ(books_.allocated(stack_at(0)), Answer::kFine);
  ASSERT_EQ(books_.allocated(stack_at(kUnits, kUnits / 2)), Answer::kFine);
  ASSERT_EQ(books_.allocated(stack_at(2 * kUnits, kUnits / 2)), Answer::kFine);
  ASSERT_EQ(books_.freed(stack_at(0)), Answer::kFine);
  ASSERT_EQ(books_.freed(stack_at(kUnits, kUnits / 2)), Answer::kFine);
  EXPECT_EQ(books_.allocated(stack_at(0)), Answer::kTooEarly);
  ASSERT_EQ(books_.freed(stack_at(0)), Answer::kFine);
  ASSERT_EQ(books_.freed(stack_at(2 * kUnits, kUnits / 2)), Answer::kFine);
  EXPECT_EQ(books_.allocated(stack_at(kUnits, kUnits / 2)), Answer::kFine);
}

TEST_F(StackBooksTest, AFreeStackIsUsedBeforeNewMemory) {
  ASSERT_EQ(books_.allocated(stack_at(0)), Answer::kFine);
  ASSERT_EQ(books_.freed(stack_at(0)), Answer::kFine);
  EXPECT_EQ(books_.allocated(stack_at(2, 2)), Answer::kFine);  // another size
  EXPECT_EQ(books_.allocated(stack_at(1)), Answer::kWasteful);
  EXPECT_EQ(books_.allocated(stack_at(0)), Answer::kFine);
  EXPECT_EQ(books_.allocated(stack_at(4)), Answer::kFine);
}

TEST_F(StackBooksTest, WhatACollectionFreesIsFreeAtItsEnd) {
  ASSERT_EQ(books_.allocated(stack_at(0)), Answer::kFine);
  books_.collecting();
  ASSERT_EQ(books_.freed(stack_at(0)), Answer::kFine);
  EXPECT_EQ(books_.allocated(stack_at(1)), Answer::kFine);
  books_.collected();
  EXPECT_EQ(books_.allocated(stack_at(2)), Answer::kWasteful);
}

TEST_F(StackBooksTest, ARunForgetsTheOneBefore) {
  ASSERT_EQ(books_.allocated(stack_at(0, 4)), Answer::kFine);
  books_.reset(PlacePolicy::kFresh);
  EXPECT_EQ(books_.allocated(stack_at(3)), Answer::kFine);
  EXPECT_FALSE(books_.was_used());
}

// Where the books are so large that their memory is given back, which goes by whole pages.
TEST_F(StackBooksTest, ARunForgetsALongOneBefore) {
  const Stack last = stack_at(70000, 16);
  EXPECT_EQ(books_.allocated(last), Answer::kFine);
  books_.reset(PlacePolicy::kReuse);
  EXPECT_FALSE(books_.in_use(last));
  EXPECT_EQ(books_.allocated(last), Answer::kFine);
}

TEST_F(StackBooksTest, WhatWasFreedLastIsShownUnlessItIsInUseAgain) {
  ASSERT_EQ(books_.allocated(stack_at(0)), Answer::kFine);
  ASSERT_EQ(books_.allocated(stack_at(1)), Answer::kFine);
  ASSERT_EQ(books_.freed(stack_at(0)), Answer::kFine);
  ASSERT_EQ(books_.freed(stack_at(1)), Answer::kFine);
  ASSERT_EQ(books_.allocated(stack_at(0)), Answer::kFine);
  std::vector<Stack> shown;
  books_.each_recently_freed([&](const Stack& stack) { shown.push_back(stack); });
  EXPECT_EQ(shown, std::vector<Stack>{stack_at(1)});
}

}  // namespace
}  // namespace stackquake
