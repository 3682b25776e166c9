#include "runtime_under_test/stack_allocator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "runtime_under_test/runtime_testing.h"

namespace stackquake::runtime {
namespace {

constexpr uint32_t kBytes = 2048;

class StackAllocatorTest : public testing::Test {
 protected:
  void reset(PlacePolicy place, PoisonMode poison) { stacks_.reset(place, poison); }
  Stack stackalloc(uint32_t bytes = kBytes) { return stacks_.stackalloc(bytes, Poison::kCopying); }

  const Memory memory_;
  StackAllocator stacks_;
};

TEST_F(StackAllocatorTest, GivesEverySizeAndNothingTwice) {
  reset(PlacePolicy::kFresh, PoisonMode::kFill);
  Address end = kStackBase;
  for (uint32_t bytes = kMinStackBytes; bytes <= kMaxStackLimitBytes; bytes *= 2) {
    const Stack stack = stackalloc(bytes);
    EXPECT_EQ(stack.bytes(), bytes);
    EXPECT_GE(stack.lo, end);
    end = stack.hi;
  }
}

TEST_F(StackAllocatorTest, ReuseGivesAFreedStackAtOnceToItsSize) {
  reset(PlacePolicy::kReuse, PoisonMode::kFill);
  const Stack freed = stackalloc();
  stacks_.stackfree(freed);
  EXPECT_NE(stackalloc(2 * kBytes), freed);
  EXPECT_EQ(stackalloc(), freed);
  EXPECT_NE(stackalloc(), freed);
}

TEST_F(StackAllocatorTest, FreshKeepsAFreedStackUntilAQuarantineOfOthersFollowed) {
  reset(PlacePolicy::kFresh, PoisonMode::kFill);
  const Stack freed = stackalloc();
  stacks_.stackfree(freed);
  for (uint32_t bytes = 0; bytes < StackAllocator::kQuarantineBytes; bytes += kBytes) {
    const Stack other = stackalloc();
    ASSERT_NE(other, freed) << bytes;
    stacks_.stackfree(other);
  }
  EXPECT_EQ(stackalloc(), freed);
}

TEST_F(StackAllocatorTest, HeldStacksStayAsTheyAreUntilTheyAreReleased) {
  reset(PlacePolicy::kReuse, PoisonMode::kFill);
  const Stack stack = stackalloc();
  *at(stack.lo) = 7;
  stacks_.hold_freed();
  stacks_.stackfree(stack);
  EXPECT_EQ(stacks_.stacks_in_use(), 0u);
  EXPECT_THAT(stacks_.held(), testing::ElementsAre(stack));
  EXPECT_EQ(*at(stack.lo), 7u);
  EXPECT_NE(stackalloc(), stack);
  stacks_.release_held();
  EXPECT_TRUE(stacks_.held().empty());
  EXPECT_EQ(*at(stack.lo), poison_word(Poison::kOldStack));
  EXPECT_EQ(stackalloc(), stack);
}

TEST_F(StackAllocatorTest, GivesEqualAddressesAfterAReset) {
  std::vector<Stack> runs[2];
  for (std::vector<Stack>& stacks : runs) {
    reset(PlacePolicy::kReuse, PoisonMode::kFill);
    stacks = {stackalloc(256), stackalloc(4096), stackalloc(256)};
    stacks_.stackfree(stacks[0]);
    stacks.push_back(stackalloc(256));
  }
  EXPECT_EQ(runs[0], runs[1]);
}

TEST_F(StackAllocatorTest, FillsNewAndFreedStacks) {
  reset(PlacePolicy::kFresh, PoisonMode::kFill);
  const Stack stack = stacks_.stackalloc(kBytes, Poison::kAdjusting);
  for (Address word : {stack.lo, stack.hi - kWordBytes}) {
    EXPECT_EQ(*at(word), poison_word(Poison::kAdjusting));
  }
  stacks_.stackfree(stack);
  for (Address word : {stack.lo, stack.hi - kWordBytes}) {
    EXPECT_EQ(*at(word), poison_word(Poison::kOldStack));
  }
}

TEST_F(StackAllocatorTest, WithoutPoisonAFreedStackKeepsItsWords) {
  reset(PlacePolicy::kFresh, PoisonMode::kNone);
  const Stack stack = stackalloc();
  *at(stack.lo) = 7;
  stacks_.stackfree(stack);
  EXPECT_EQ(*at(stack.lo), 7u);
}

TEST_F(StackAllocatorTest, WithoutPoisonNoRunSeesWhatAnEarlierOneLeft) {
  reset(PlacePolicy::kFresh, PoisonMode::kFill);
  stackalloc();
  reset(PlacePolicy::kFresh, PoisonMode::kNone);
  const Stack stack = stackalloc();
  EXPECT_EQ(*at(stack.lo), 0u);
  EXPECT_EQ(*at(stack.hi - kWordBytes), 0u);
}

TEST_F(StackAllocatorTest, ProtectTakesAFreedStacksPagesAndNoOthers) {
  reset(PlacePolicy::kReuse, PoisonMode::kProtect);
  const Stack neighbour = stackalloc(256);
  const Stack freed = stackalloc(256);
  stacks_.stackfree(freed);
  EXPECT_FALSE(stacks_.accessible(freed.lo));
  EXPECT_FALSE(stacks_.accessible(freed.hi - kWordBytes));
  EXPECT_TRUE(stacks_.accessible(neighbour.lo));
  *at(neighbour.lo) = 7;
  EXPECT_DEATH(*static_cast<volatile Word*>(at(freed.lo)), "");
  ASSERT_EQ(stackalloc(256), freed);
  EXPECT_TRUE(stacks_.accessible(freed.lo));
  *at(freed.lo) = 7;
}

TEST_F(StackAllocatorTest, ResetGivesProtectedPagesBack) {
  reset(PlacePolicy::kFresh, PoisonMode::kProtect);
  const Stack freed = stackalloc();
  stacks_.stackfree(freed);
  reset(PlacePolicy::kFresh, PoisonMode::kFill);
  EXPECT_TRUE(stacks_.accessible(freed.lo));
  *at(freed.lo) = 7;
}

TEST_F(StackAllocatorTest, AsanPoisonsAFreedStackUntilItIsGivenOutAgain) {
  reset(PlacePolicy::kReuse, PoisonMode::kAsan);
  const Stack neighbour = stackalloc();
  const Stack freed = stackalloc();
  stacks_.stackfree(freed);
  EXPECT_EQ(sanitizer_objects_to(freed.lo), has_address_sanitizer());
  EXPECT_EQ(sanitizer_objects_to(freed.hi - kWordBytes), has_address_sanitizer());
  EXPECT_FALSE(sanitizer_objects_to(neighbour.hi - kWordBytes));
  ASSERT_EQ(stackalloc(), freed);
  EXPECT_FALSE(sanitizer_objects_to(freed.lo));
}

TEST_F(StackAllocatorTest, LeavesNoPoisonForTheNextOwnerOfTheRange) {
  Stack freed;
  {
    StackAllocator stacks;
    stacks.reset(PlacePolicy::kFresh, PoisonMode::kAsan);
    freed = stacks.stackalloc(kBytes, Poison::kCopying);
    stacks.stackfree(freed);
  }
  EXPECT_FALSE(sanitizer_objects_to(freed.lo));
}

// Where poison forbids to touch the stack, a second time would crash.
TEST_F(StackAllocatorTest, LeavesAStackAsItIsThatWasGivenBackBefore) {
  for (const PoisonMode mode : {PoisonMode::kProtect, PoisonMode::kAsan}) {
    reset(PlacePolicy::kReuse, mode);
    const Stack freed = stackalloc();
    EXPECT_TRUE(stacks_.is_usable(freed));
    stacks_.stackfree(freed);
    const bool is_poisoned = mode == PoisonMode::kProtect || has_address_sanitizer();
    EXPECT_EQ(stacks_.is_usable(freed), !is_poisoned);
    stacks_.stackfree(freed);
    EXPECT_EQ(stackalloc(), freed);
    EXPECT_TRUE(stacks_.is_usable(freed));
  }
}

TEST_F(StackAllocatorTest, CountsWhatIsInUse) {
  reset(PlacePolicy::kFresh, PoisonMode::kFill);
  const Stack small = stackalloc(256);
  stackalloc(4096);
  EXPECT_EQ(stacks_.bytes_in_use(), 256u + 4096u);
  EXPECT_EQ(stacks_.stacks_in_use(), 2u);
  stacks_.stackfree(small);
  EXPECT_EQ(stacks_.bytes_in_use(), 4096u);
  EXPECT_EQ(stacks_.stacks_in_use(), 1u);
  reset(PlacePolicy::kFresh, PoisonMode::kFill);
  EXPECT_EQ(stacks_.bytes_in_use(), 0u);
  EXPECT_EQ(stacks_.stacks_in_use(), 0u);
}

}  // namespace
}  // namespace stackquake::runtime
