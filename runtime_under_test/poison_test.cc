#include "runtime_under_test/poison.h"

#include <gtest/gtest.h>

#include "runtime_under_test/memory.h"
#include "runtime_under_test/runtime_testing.h"

namespace stackquake::runtime {
namespace {

constexpr Poison kAll[] = {Poison::kAdjusting, Poison::kCopying, Poison::kOldStack, Poison::kFreed};

TEST(PoisonTest, PatternsAreGosAndNoAddresses) {
  EXPECT_EQ(poison_word(Poison::kAdjusting), 0xfdfdfdfdfdfdfdfdu);
  EXPECT_EQ(poison_word(Poison::kCopying), 0xfbfbfbfbfbfbfbfbu);
  EXPECT_EQ(poison_word(Poison::kOldStack), 0xfcfcfcfcfcfcfcfcu);
  for (Poison poison : kAll) {
    EXPECT_TRUE(is_poison(poison_word(poison)));
    EXPECT_FALSE(in_managed_memory(poison_word(poison)));
  }
  for (Word word : {Word{0}, Word{0xfc}, ~Word{0}, Word{kHeapBase}}) EXPECT_FALSE(is_poison(word));
}

class PoisonModeTest : public testing::TestWithParam<PoisonMode> {
 protected:
  const Memory memory_;
  const Address start_ = kHeapBase + kPageBytes;
};

TEST_P(PoisonModeTest, DoesWhatTheModeSaysToTheseBytesOnly) {
  const PoisonMode mode = GetParam();
  poison(start_, size_t{2} * kWordBytes, Poison::kFreed, mode);
  EXPECT_EQ(sanitizer_objects_to(start_), mode == PoisonMode::kAsan && has_address_sanitizer());
  EXPECT_FALSE(sanitizer_objects_to(start_ - kWordBytes));
  EXPECT_FALSE(sanitizer_objects_to(start_ + Address{2} * kWordBytes));
  unpoison_for_sanitizer(start_, size_t{2} * kWordBytes);
  const Word dead = mode == PoisonMode::kNone ? 0 : poison_word(Poison::kFreed);
  EXPECT_EQ(*at(start_), dead);
  EXPECT_EQ(*at(start_ + kWordBytes), dead);
  EXPECT_EQ(*at(start_ - kWordBytes), 0u);
  EXPECT_EQ(*at(start_ + Address{2} * kWordBytes), 0u);
}

INSTANTIATE_TEST_SUITE_P(Modes, PoisonModeTest,
                         testing::Values(PoisonMode::kNone, PoisonMode::kFill, PoisonMode::kAsan,
                                         PoisonMode::kProtect));

// From the middle of a page to the middle of another: pages of AddressSanitizer's own and parts.
TEST(PoisonTest, ForgettingUnpoisonsTheseBytesOnly) {
  const Memory memory;
  const Address start = kHeapBase + kPageBytes / 2;
  const size_t bytes = 40 * kPageBytes;
  poison_for_sanitizer(start - kWordBytes, bytes + size_t{2} * kWordBytes);
  forget_for_sanitizer(start, bytes);
  for (Address address = start; address < start + bytes; address += kWordBytes) {
    ASSERT_FALSE(is_poisoned_for_sanitizer(address)) << address - start;
  }
  EXPECT_EQ(is_poisoned_for_sanitizer(start - kWordBytes), has_address_sanitizer());
  EXPECT_EQ(is_poisoned_for_sanitizer(start + bytes), has_address_sanitizer());
  unpoison_for_sanitizer(start - kWordBytes, bytes + size_t{2} * kWordBytes);
}

TEST(PoisonDeathTest, ProtectedPagesCannotBeReadUntilUnprotected) {
  const Memory memory;
  *at(kStackBase) = 7;
  protect_pages(kStackBase, kPageBytes);
  EXPECT_DEATH(*static_cast<volatile Word*>(at(kStackBase)), "");
  unprotect_pages(kStackBase, kPageBytes);
  EXPECT_EQ(*at(kStackBase), 7u);
}

}  // namespace
}  // namespace stackquake::runtime
