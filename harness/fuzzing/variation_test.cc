#include "harness/fuzzing/variation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

using runtime::GcPolicy;
using runtime::MovePolicy;

constexpr RunExtent kShort{100, 40};
constexpr RunExtent kLong{2000, 700};

class VariationTest : public testing::Test {
 protected:
  Directives made(const RunExtent& extent, uint64_t seed) {
    return varied(directives_, extent, seed, arena_);
  }

  std::string printed(const RunExtent& extent, uint64_t seed) {
    std::string text;
    print_directives(made(extent, seed), text);
    return text;
  }

  Directives directives_;
  Arena arena_;
};

TEST_F(VariationTest, RunsThatAreLongOrPassNoSafepointAreNotVaried) {
  EXPECT_TRUE(can_vary(kShort));
  EXPECT_TRUE(can_vary(kLong));
  EXPECT_FALSE(can_vary({100, 0}));
  EXPECT_FALSE(can_vary({100'000, 40}));
}

TEST_F(VariationTest, TheSeedDecides) {
  EXPECT_EQ(printed(kShort, 7), printed(kShort, 7));
  EXPECT_NE(printed(kShort, 7), printed(kShort, 8));
}

TEST_F(VariationTest, EachForcesSomethingAtSafepointsThatTheRunHasPassed) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const Directives other = made(kShort, seed);
    EXPECT_TRUE(other.move != MovePolicy::kNone || other.gc != GcPolicy::kNone) << seed;
    for (const SafepointList list : {other.move_at, other.gc_at}) {
      EXPECT_TRUE(std::adjacent_find(list.begin(), list.end(), std::greater_equal()) == list.end());
      EXPECT_TRUE(list.empty() || list.back() < kShort.safepoints);
    }
    EXPECT_EQ(other.move == MovePolicy::kAt, !other.move_at.empty());
    EXPECT_EQ(other.gc == GcPolicy::kAt, !other.gc_at.empty());
  }
}

TEST_F(VariationTest, OnlyAShortRunMovesAndCollectsEverywhere) {
  int short_ones = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const auto is_everywhere = [](const Directives& d) {
      return d.move == MovePolicy::kSafepoint || d.gc == GcPolicy::kSafepoint;
    };
    short_ones += is_everywhere(made(kShort, seed)) ? 1 : 0;
    EXPECT_FALSE(is_everywhere(made(kLong, seed)));
  }
  EXPECT_GT(short_ones, 50);
}

// Else the oracle would expect something else.
TEST_F(VariationTest, StackLimitAndScheduleStay) {
  directives_.stack = 256;
  directives_.limit = 8192;
  directives_.sched = 5;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const Directives other = made(kShort, seed);
    EXPECT_EQ(other.stack, 256U);
    EXPECT_EQ(other.limit, 8192U);
    EXPECT_EQ(other.sched, 5U);
  }
}

// A variation is a nest: its text has the directives, and is the same program.
TEST_F(VariationTest, TheTextOfEachCorpusNestIsANest) {
  for (const auto& path : corpus_files("defects")) {
    const std::string text = read_text(path);
    Arena arena;
    const Nest* nest = load_good(text, arena);
    ASSERT_NE(nest, nullptr) << path;
    const Directives other = varied(nest->directives, kShort, 3, arena);
    const std::string varied_text = with_directives(text, other);
    Arena other_arena;
    const Nest* same = load_good(varied_text, other_arena);
    ASSERT_NE(same, nullptr) << varied_text;
    Nest expected = *nest;
    expected.directives = other;
    EXPECT_TRUE(equal(*same, expected)) << varied_text;
    EXPECT_TRUE(same->directives.finds.empty());
  }
}

TEST_F(VariationTest, TheTextKeepsTheCommentsOfTheProgram) {
  directives_.written = 2;
  EXPECT_EQ(with_directives("// above\n\n//quake:stack=256\n  // more\npackage main // here\n",
                            directives_),
            "//quake:move=none\npackage main // here\n");
}

}  // namespace
}  // namespace stackquake
