#include "harness/sweep/placements.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/language/language.h"

namespace stackquake {
namespace {

std::string text_of(const Placement& placement) {
  std::string text;
  for (const uint64_t number : placement.copies) text += "copy " + std::to_string(number) + " ";
  for (const uint64_t number : placement.collections) text += "gc " + std::to_string(number) + " ";
  return text;
}

std::vector<std::string> all(uint64_t safepoints, bool pairs) {
  const Placements placements(safepoints, pairs);
  std::vector<std::string> texts;
  for (uint64_t run = 0; run < placements.count(); ++run) {
    texts.push_back(text_of(placements.at(run)));
  }
  return texts;
}

TEST(PlacementsTest, OneCopyOrOneCollectionAtEachSafepoint) {
  EXPECT_EQ(all(2, false), (std::vector<std::string>{"", "copy 0 ", "copy 1 ", "gc 0 ", "gc 1 "}));
}

TEST(PlacementsTest, PairsComeBehindThese) {
  EXPECT_EQ(all(2, true), (std::vector<std::string>{
                              "", "copy 0 ", "copy 1 ", "gc 0 ", "gc 1 ", "copy 0 copy 1 ",
                              "copy 0 gc 0 ", "copy 0 gc 1 ", "copy 1 gc 0 ", "copy 1 gc 1 "}));
}

TEST(PlacementsTest, ANestWithoutSafepointsRunsOnce) {
  EXPECT_EQ(all(0, true), std::vector<std::string>{""});
}

TEST(PlacementsTest, EveryPairIsThereOnceAndInOrder) {
  constexpr uint64_t kSafepoints = 60;
  const Placements placements(kSafepoints, true);
  std::set<std::pair<uint64_t, uint64_t>> copies;
  std::set<std::pair<uint64_t, uint64_t>> mixed;
  for (uint64_t run = 1 + 2 * kSafepoints; run < placements.count(); ++run) {
    const Placement placement = placements.at(run);
    if (placement.collections.empty()) {
      ASSERT_EQ(placement.copies.size(), 2u);
      EXPECT_LT(placement.copies[0], placement.copies[1]);
      EXPECT_LT(placement.copies[1], kSafepoints);
      copies.emplace(placement.copies[0], placement.copies[1]);
    } else {
      EXPECT_LT(placement.copies.at(0), kSafepoints);
      EXPECT_LT(placement.collections.at(0), kSafepoints);
      mixed.emplace(placement.copies[0], placement.collections[0]);
    }
  }
  EXPECT_EQ(copies.size(), kSafepoints * (kSafepoints - 1) / 2);
  EXPECT_EQ(mixed.size(), kSafepoints * kSafepoints);
}

TEST(PlacementsTest, PairsOfManySafepointsAreExact) {
  constexpr uint64_t kSafepoints = 10'000'000;
  const Placements placements(kSafepoints, true);
  const uint64_t pairs = kSafepoints * (kSafepoints - 1) / 2;
  const Placement last = placements.at(2 * kSafepoints + pairs);
  EXPECT_EQ(last.copies, (std::vector<uint64_t>{kSafepoints - 2, kSafepoints - 1}));
  EXPECT_EQ(placements.count(), 1 + 2 * kSafepoints + pairs + kSafepoints * kSafepoints);
}

TEST(PlacementsTest, OptionsLoseTheirOwnPolicies) {
  runtime::Options options;
  options.move = runtime::MovePolicy::kPrologue;
  options.gc = runtime::GcPolicy::kAt;
  options.gc_at = {1};
  options.seed = 7;
  const runtime::Options dry = placed(options, Placement{});
  EXPECT_EQ(dry.move, runtime::MovePolicy::kNone);
  EXPECT_EQ(dry.gc, runtime::GcPolicy::kNone);
  EXPECT_TRUE(dry.gc_at.empty());
  EXPECT_EQ(dry.seed, 7u);
  const runtime::Options both = placed(options, {.copies = {3}, .collections = {4}});
  EXPECT_EQ(both.move, runtime::MovePolicy::kAt);
  EXPECT_EQ(both.move_at, std::vector<uint64_t>{3});
  EXPECT_EQ(both.gc_at, std::vector<uint64_t>{4});
}

TEST(PlacementsTest, DirectivesSayWhereAndKeepTheOthers) {
  Arena arena;
  Diagnostic diagnostic;
  const Nest* nest =
      load("//quake:stack=256 gc=alloc\npackage main\n\nfunc main() {\n}\n", arena, diagnostic);
  ASSERT_NE(nest, nullptr);
  const auto printed = [&](const Placement& placement) {
    std::string text;
    print_directives(placed(nest->directives, placement), text);
    return text;
  };
  EXPECT_EQ(printed({}), "//quake:stack=256");
  EXPECT_EQ(printed({.copies = {3, 9}, .collections = {}}), "//quake:stack=256 move=at:3,9");
  EXPECT_EQ(printed({.copies = {3}, .collections = {4}}), "//quake:stack=256 move=at:3 gc=at:4");
}

}  // namespace
}  // namespace stackquake
