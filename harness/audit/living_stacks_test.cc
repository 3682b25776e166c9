#include "harness/audit/living_stacks.h"

#include <gtest/gtest.h>

namespace stackquake {
namespace {

class LivingStacksTest : public testing::Test {
 protected:
  LivingStacksTest() {
    stacks_.put(3, {0x2000, 0x2800});
    stacks_.put(0, {0x1000, 0x2000});
    stacks_.put(1, {0x4000, 0x4100});
  }

  LivingStacks stacks_;
};

TEST_F(LivingStacksTest, FindsWhoseStackAnAddressIsOn) {
  EXPECT_EQ(stacks_.owner_of(0x1000), 0u);
  EXPECT_EQ(stacks_.owner_of(0x1ff8), 0u);
  EXPECT_EQ(stacks_.owner_of(0x2000), 3u);
  EXPECT_EQ(stacks_.owner_of(0x40f8), 1u);
  for (runtime::Address nobodys : {0xff8, 0x2800, 0x3ff8, 0x4100}) {
    EXPECT_EQ(stacks_.owner_of(nobodys), std::nullopt);
  }
}

TEST_F(LivingStacksTest, AStackThatIsPutElsewhereIsNoMoreWhereItWas) {
  stacks_.put(0, {0x8000, 0xa000});
  EXPECT_EQ(stacks_.owner_of(0x1000), std::nullopt);
  EXPECT_EQ(stacks_.owner_of(0x9000), 0u);
  EXPECT_EQ(stacks_.count(), 3u);
  EXPECT_EQ(stacks_.bytes(), 0x2000u + 0x800 + 0x100);
}

TEST_F(LivingStacksTest, OneThatIsRemovedIsNobodys) {
  stacks_.remove(3);
  stacks_.remove(7);
  EXPECT_EQ(stacks_.owner_of(0x2000), std::nullopt);
  EXPECT_EQ(stacks_.count(), 2u);
  EXPECT_EQ(stacks_.bytes(), 0x1000u + 0x100);
}

TEST_F(LivingStacksTest, TellsOfBothWhenTwoOverlap) {
  for (uint32_t goroutine : {0, 1, 3}) EXPECT_FALSE(stacks_.overlaps(goroutine));
  stacks_.put(5, {0x1800, 0x2000});
  EXPECT_TRUE(stacks_.overlaps(5));
  EXPECT_TRUE(stacks_.overlaps(0));
  EXPECT_FALSE(stacks_.overlaps(1));
  stacks_.put(5, {0x4000, 0x4100});
  EXPECT_TRUE(stacks_.overlaps(5));
  EXPECT_TRUE(stacks_.overlaps(1));
  EXPECT_FALSE(stacks_.overlaps(0));
}

}  // namespace
}  // namespace stackquake
