#include "harness/fuzzing/situations.h"

#include <gtest/gtest.h>

#include <set>

#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

class SituationsTest : public testing::Test {
 protected:
  std::array<uint8_t, kSituationBytes> bytes_{};
  Situations situations_{bytes_};
};

TEST_F(SituationsTest, CountsAreOfARunAndTotalsOfAll) {
  situations_.count(Situation::kPanic, 2);
  situations_.count(Situation::kRecover, 0);
  EXPECT_EQ(situations_.of(Situation::kPanic), 2);
  EXPECT_EQ(situations_.of(Situation::kRecover), 0);
  situations_.begin_run();
  EXPECT_EQ(situations_.of(Situation::kPanic), 0);
  situations_.count(Situation::kPanic, 300);
  EXPECT_EQ(situations_.of(Situation::kPanic), 255);
  EXPECT_EQ(situations_.total(Situation::kPanic), 302U);
}

TEST_F(SituationsTest, ACombinationCountsOnceAndInItsOrder) {
  situations_.mark({1, 2});
  situations_.mark({1, 2});
  EXPECT_EQ(situations_.combinations(), 1U);
  situations_.mark({2, 1});
  EXPECT_EQ(situations_.combinations(), 2U);
  situations_.begin_run();
  EXPECT_EQ(situations_.combinations(), 0U);
  EXPECT_EQ(bytes_, (std::array<uint8_t, kSituationBytes>{}));
}

// Combinations are counted in their own bytes, never in those of named situations.
TEST_F(SituationsTest, CombinationsLeaveTheNamedOnesAlone) {
  for (uint64_t i = 0; i < 100'000; ++i) situations_.mark({i});
  for (size_t i = 0; i < kSituations; ++i) {
    EXPECT_EQ(situations_.of(static_cast<Situation>(i)), 0);
  }
  EXPECT_EQ(situations_.combinations(), kSituationBytes - kSituations);
}

// In go1.14 and go1.18 a Goexit is a Panic, so their records never say that a Goexit runs them.
TEST(SituationNeedTest, GoexitsHaveARecordOrNot) {
  const auto meets = [](const char* design) {
    return (needs_met_by(*runtime::make_design(design)) & kGoexitUnnamed) != 0;
  };
  for (const char* design : {"go1.4", "go1.13"}) EXPECT_TRUE(meets(design)) << design;
  for (const char* design : {"go1.14", "go1.18", "go1.22", "go1.26"}) {
    EXPECT_FALSE(meets(design)) << design;
  }
}

TEST(SituationNamesTest, AreDifferent) {
  std::set<std::string_view> names;
  for (const SituationFacts& facts : all_situations()) {
    EXPECT_TRUE(names.insert(facts.name).second) << facts.name;
  }
}

}  // namespace
}  // namespace stackquake
