// What the generator never writes cannot show a bug. Counts every kind of statement, expression,
// comparison and fault in every place, over many nests of all sorts.

#include "harness/generator/census.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <sstream>
#include <string>

#include "harness/generator/generator.h"
#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

constexpr uint64_t kCountedNests = 10'000;

using PlaceCounts = std::array<uint64_t, kPlaces.size()>;

PlaceCounts counts(const Census& census, std::string_view group, std::string_view name) {
  return census.counts({group, name});
}

TEST(Census, TellsWhereSomethingStands) {
  Arena arena;
  Census census;
  census.count(
      *load_good("package main\n\nfunc main() {\n\tx := 1\n\tx++\n\tmove()\n"
                 "\tif x == 2 {\n\t\tx--\n\t}\n\tfor i := 0; i < 2; i++ {\n"
                 "\t\tx += i\n\t}\n\tdefer func() {\n\t\tx -= 1\n\t}()\n}\n",
                 arena));
  // Before a call, after one, before a branch, in a branch, in a loop, deferred.
  EXPECT_EQ(counts(census, "statement", "x++"), (PlaceCounts{1, 0, 1, 0, 0, 0}));
  EXPECT_EQ(counts(census, "expression", "move()"), (PlaceCounts{0, 0, 1, 0, 0, 0}));
  EXPECT_EQ(counts(census, "comparison", "x == y"), (PlaceCounts{0, 1, 1, 0, 0, 0}));
  EXPECT_EQ(counts(census, "statement", "x--"), (PlaceCounts{0, 1, 0, 1, 0, 0}));
  EXPECT_EQ(counts(census, "statement", "x += e"), (PlaceCounts{0, 1, 0, 0, 1, 0}));
  EXPECT_EQ(counts(census, "statement", "x -= e"), (PlaceCounts{0, 0, 0, 0, 0, 1}));
}

TEST(Census, KnowsWhatFaultsForCertain) {
  Arena arena;
  Census census;
  census.count(
      *load_good("package main\n\nfunc main() {\n\tvar p *int\n\tvar q *int\n\tx := 1\n\tq = &x\n"
                 "\tvar a [4]int\n\tc := make(chan int)\n\tdefer func() {\n\t\t*p = 1\n\t\t*q = 1\n"
                 "\t\ttrace(a[x|1024])\n\t\ttrace(a[x|1])\n\t\ttrace(x / (x - x))\n\t\tclose(c)\n"
                 "\t\tclose(c)\n\t}()\n}\n",
                 arena));
  constexpr PlaceCounts kOnce = {0, 0, 0, 0, 0, 1};
  EXPECT_EQ(counts(census, "fault", "store *nil"), kOnce);
  EXPECT_EQ(counts(census, "fault", "load a[outside]"), kOnce);
  EXPECT_EQ(counts(census, "fault", "x / 0"), kOnce);
  EXPECT_EQ(counts(census, "fault", "close of a closed channel"), kOnce);
  EXPECT_EQ(counts(census, "fault", "send on a closed channel"), PlaceCounts{});
}

TEST(Census, EveryKindIsGeneratedInEveryPlace) {
  Arena arena;
  Diagnostic diagnostic;
  Census census;
  for (uint64_t number = 0; number < kCountedNests; ++number) {
    arena.reset();
    Random random(seed_of_nest(1, number));
    const GeneratorOptions options{
        .goroutines = number % 4 >= 2, .hand_overs = 50, .profile = kProfiles.at(number % 2)};
    Nest* nest = Generator(random, arena, options).nest();
    ASSERT_TRUE(check(*nest, arena, diagnostic)) << diagnostic.message;
    census.count(*nest);
  }
  std::fputs(census.table().c_str(), stdout);
  EXPECT_EQ(census.unknown(), std::vector<std::string>{});
  for (const Kind& kind : kKinds) {
    for (size_t place = 0; place < kPlaces.size(); ++place) {
      EXPECT_GT(census.counts(kind).at(place), 0)
          << kind.group << " " << kind.name << ", " << kPlaces.at(place);
    }
  }
}

// The table in README.md is of the day it was printed, since every change of a weight changes its
// numbers; but it has the kinds of today.
TEST(Census, ThePageHasEveryKind) {
  const std::string page = read_text(corpus_folder() + "/../harness/generator/README.md");
  const std::string table = Census().table();
  std::istringstream rows(table);
  std::string row;
  for (int number = 0; std::getline(rows, row); ++number) {
    const bool is_head = number < 2;
    const std::string begin = is_head ? row : row.substr(0, row.find(" 0 |"));
    EXPECT_NE(page.find("\n" + begin), std::string::npos) << begin;
  }
}

}  // namespace
}  // namespace stackquake
