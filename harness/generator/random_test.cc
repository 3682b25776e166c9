#include "harness/generator/random.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <vector>

namespace stackquake {
namespace {

// The first outputs of SplitMix64 as its authors publish them, for the seed 1234567.
TEST(Random, GivesTheNumbersOfSplitMix64) {
  Random random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
  EXPECT_EQ(random.next(), 9817491932198370423U);
}

TEST(Random, StaysInItsBoundsAndReachesThem) {
  Random random(1);
  std::array<int, 3> below = {};
  std::array<int, 3> between = {};
  for (int i = 0; i < 300; ++i) {
    ++below.at(random.below(3));
    ++between.at(static_cast<size_t>(random.between(-1, 1) + 1));
  }
  for (int i = 0; i < 3; ++i) {
    EXPECT_GT(below.at(i), 50);
    EXPECT_GT(between.at(i), 50);
  }
}

TEST(Random, HasALongTailUpToTheLimit) {
  Random random(3);
  std::array<int, 5> counts = {};  // up to the usual one; three doublings; the limit
  for (int i = 0; i < 4000; ++i) {
    const int64_t size = random.long_tailed(20, 2, 10, 70);
    ASSERT_GE(size, 2);
    ASSERT_LE(size, 70);
    ++counts.at(size == 70 ? 4 : size > 40 ? 3 : size > 20 ? 2 : size > 10 ? 1 : 0);
  }
  EXPECT_NEAR(counts[0], 3200, 100);
  for (size_t i = 1; i < counts.size(); ++i) EXPECT_NEAR(counts.at(i), 200, 50) << i;
}

TEST(Random, ALongTailMayHaveNoRoom) {
  Random random(4);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(random.long_tailed(50, 7, 7, 7), 7);
}

TEST(Random, WeighsChoices) {
  Random random(2);
  const std::array<uint32_t, 4> weights = {0, 1, 0, 9};
  std::array<int, 4> chosen = {};
  for (int i = 0; i < 1000; ++i) ++chosen.at(random.weighted(weights));
  EXPECT_EQ(chosen[0], 0);
  EXPECT_EQ(chosen[2], 0);
  EXPECT_GT(chosen[1], 50);
  EXPECT_LT(chosen[1], 200);
}

TEST(Random, ChancesAreInPercent) {
  Random random(3);
  int often = 0;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(random.chance(0));
    EXPECT_TRUE(random.chance(100));
    often += random.chance(80) ? 1 : 0;
  }
  EXPECT_GT(often, 700);
  EXPECT_LT(often, 900);
}

TEST(Random, PicksEveryElement) {
  Random random(4);
  const std::vector<int> elements = {0, 1, 2};
  std::array<int, 3> picked = {};
  for (int i = 0; i < 100; ++i) {
    ++picked.at(random.pick(elements));
    ++picked.at(random.pick({0, 1, 2}));
  }
  for (const int count : picked) EXPECT_GT(count, 0);
}

TEST(Random, SeriesOfNeighbouringSeedsHaveNoNestInCommon) {
  constexpr uint64_t kNests = 200;
  std::set<uint64_t> seeds;
  for (uint64_t seed = 10; seed < 20; ++seed) {
    for (uint64_t number = 0; number < kNests; ++number) seeds.insert(seed_of_nest(seed, number));
  }
  EXPECT_EQ(seeds.size(), 10 * kNests);
}

}  // namespace
}  // namespace stackquake
