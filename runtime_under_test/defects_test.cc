#include "runtime_under_test/defects.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "runtime_under_test/designs/designs.h"

namespace stackquake::runtime {
namespace {

constexpr Defect kFirst = Defect{0};
constexpr Defect kLast = static_cast<Defect>(kDefects - 1);

DefectFacts switch_of(std::string_view designs) {
  return {.defect = kFirst,
          .slug = {},
          .designs = designs,
          .fixed_by = {},
          .check = {},
          .description = {}};
}

// ---- The table ----

TEST(DefectTableTest, RowsStandInTheOrderOfTheEnumeration) {
  ASSERT_EQ(all_defects().size(), kDefects);
  for (size_t i = 0; i < kDefects; ++i) {
    EXPECT_EQ(all_defects()[i].defect, static_cast<Defect>(i));
    EXPECT_EQ(find_defect(all_defects()[i].slug), static_cast<Defect>(i)) << "a slug used twice";
  }
}

TEST(DefectTableTest, RowsNameDesignsThatExistOnceEach) {
  for (const DefectFacts& facts : all_defects()) {
    std::istringstream names{std::string(facts.designs)};
    std::vector<std::string> seen;
    for (std::string name; std::getline(names, name, ' '); seen.push_back(name)) {
      EXPECT_NE(make_design(name), nullptr) << "no design '" << name << "' of " << facts.slug;
      EXPECT_EQ(std::count(seen.begin(), seen.end(), name), 0) << facts.slug;
    }
    EXPECT_FALSE(seen.empty()) << facts.slug;
  }
}

TEST(DefectTableTest, NamesOfDesignsAreComparedWhole) {
  const DefectFacts facts = switch_of("go1.14 old older");
  for (const char* design : {"go1.14", "old", "older"}) {
    EXPECT_TRUE(facts.is_switch_of(design)) << design;
  }
  for (const char* design : {"", " ", "go1.1", "go1.4", "ol", "der", "old older", "go1.14 "}) {
    EXPECT_FALSE(facts.is_switch_of(design)) << design;
  }
  EXPECT_FALSE(switch_of("").is_switch_of(""));
}

TEST(DefectTableTest, HasDefectIsWhatTheTableSays) {
  EXPECT_TRUE(has_defect("go1.4", kFirst));
  EXPECT_TRUE(has_defect("go1.4", kLast));
  for (const DefectFacts& facts : all_defects()) {
    for (const std::string_view design : design_names()) {
      EXPECT_EQ(has_defect(design, facts.defect), facts.is_switch_of(design)) << facts.slug;
    }
    EXPECT_FALSE(has_defect("go1", facts.defect)) << facts.slug;
  }
}

// A defect that a design always has cannot be switched on in it.
TEST(DefectTableTest, BuiltInDefectsAreNoSwitches) {
  for (const std::string_view design : design_names()) {
    const DefectSet built_in = built_in_defects(design);
    for (const DefectFacts& facts : all_defects()) {
      if (built_in.has(facts.defect)) EXPECT_FALSE(facts.is_switch_of(design)) << facts.slug;
    }
  }
}

// ---- Sets ----

TEST(DefectSetTest, AnEmptySetHasNoDefect) {
  static_assert(DefectSet().empty());
  for (const DefectFacts& facts : all_defects()) EXPECT_FALSE(DefectSet().has(facts.defect));
}

TEST(DefectSetTest, EveryDefectIsAMemberOfItsOwn) {
  for (const DefectFacts& one : all_defects()) {
    const DefectSet set{one.defect};
    EXPECT_FALSE(set.empty());
    for (const DefectFacts& other : all_defects()) {
      EXPECT_EQ(set.has(other.defect), one.defect == other.defect);
    }
  }
}

TEST(DefectSetTest, HoldsTheFirstAndTheLastDefect) {
  constexpr DefectSet kBoth{kFirst, kLast};
  static_assert(kBoth.has(kFirst) && kBoth.has(kLast));
  static_assert(kBoth == DefectSet{kLast, kFirst});
  static_assert(kBoth != DefectSet{kFirst});
  DefectSet grown;
  grown.add(kLast);
  grown.add(kFirst);
  EXPECT_EQ(grown, kBoth);
}

}  // namespace
}  // namespace stackquake::runtime
