#include "harness/mutation/nest_mutator.h"

#include <gmock/gmock.h>

#include "harness/language/nest_testing.h"
#include "runtime_under_test/memory.h"

namespace stackquake {
namespace {

constexpr size_t kMaxBytes = 4096;

std::vector<std::string> seeds() {
  std::vector<std::string> texts;
  for (const auto& path : corpus_files("seeds")) texts.push_back(read_text(path));
  return texts;
}

// Expects what the header promises of every result.
void expect_good(const NestMutator& mutator, std::string_view text) {
  Arena arena;
  const Nest* nest = load_good(text, arena);
  ASSERT_NE(nest, nullptr);
  ASSERT_NE(mutator.tree_of(text), nullptr);
  EXPECT_TRUE(equal(*nest, *mutator.tree_of(text))) << text;
  EXPECT_LE(text.size(), kMaxBytes);
  OracleOptions options = oracle_options(nest->directives, Level::kGo14);
  options.max_steps = MutationOptions().max_steps * kMostScale;
  EXPECT_NE(Oracle().evaluate(*nest, options).outcome.kind, OracleOutcome::Kind::kFuel) << text;
}

TEST(NestMutatorTest, MakesThousandsOfNestsOneFromTheOther) {
  const std::vector<std::string> texts = seeds();
  NestMutator mutator({.goroutines = true});
  std::string text;
  for (uint32_t i = 0; i < 3000; ++i) {
    const std::string& seed = texts[i / 30 % texts.size()];
    if (i % 30 == 0) text = seed;
    text = i % 7 == 6 ? mutator.cross_over(text, seed, kMaxBytes, i)
                      : mutator.mutate(text, kMaxBytes, i);
    expect_good(mutator, text);
    if (HasFailure()) return;
  }
  uint64_t tries = 0;
  uint64_t refused = 0;
  for (size_t i = 0; i < mutator.counts().size(); ++i) {
    const MutatorCounts& counts = mutator.counts()[i];
    EXPECT_GT(counts.accepted, 0u) << kMutators[i].name;
    refused += counts.refused;
    tries += counts.accepted + counts.refused;
  }
  EXPECT_LT(refused * 50, tries);
}

TEST(NestMutatorTest, TheSameSeedGivesTheSameNest) {
  NestMutator fresh;
  NestMutator used;
  const std::vector<std::string> texts = seeds();
  for (uint32_t seed = 0; seed < 50; ++seed) {
    used.mutate(texts[seed], kMaxBytes, 1000 + seed);
    const std::string result(used.mutate(texts[7], kMaxBytes, seed));
    EXPECT_EQ(result, NestMutator().mutate(texts[7], kMaxBytes, seed));
  }
}

// A mutator that has the tree of its last result goes on as one that parses the text.
TEST(NestMutatorTest, TheSameSeedGivesTheSameNestInASeries) {
  const std::vector<std::string> texts = seeds();
  NestMutator used({.goroutines = true});
  std::string text;
  for (uint32_t i = 0; i < 400; ++i) {
    if (i % 40 == 0) text = texts[i / 40];
    NestMutator fresh({.goroutines = true});
    const bool crosses = i % 3 == 2;
    const std::string& donor = texts[i * size_t{7} % texts.size()];
    const std::string expected(crosses ? fresh.cross_over(text, donor, kMaxBytes, i)
                                       : fresh.mutate(text, kMaxBytes, i));
    text = crosses ? used.cross_over(text, donor, kMaxBytes, i) : used.mutate(text, kMaxBytes, i);
    ASSERT_EQ(text, expected) << "after " << i;
  }
}

TEST(NestMutatorTest, ChangesTheText) {
  const std::string text = "package main\n\nfunc main() {\n\ttrace(1)\n}\n";
  NestMutator mutator;
  for (uint32_t seed = 0; seed < 100; ++seed)
    EXPECT_NE(mutator.mutate(text, kMaxBytes, seed), text);
}

TEST(NestMutatorTest, CrossesTwoNests) {
  const std::string a = "package main\n\nfunc main() {\n\ttrace(1111)\n}\n";
  const std::string b = "package main\n\nfunc main() {\n\ttrace(2222)\n}\n";
  NestMutator mutator;
  int both = 0;
  for (uint32_t seed = 0; seed < 100; ++seed) {
    const std::string_view result = mutator.cross_over(a, b, kMaxBytes, seed);
    const bool has_a = result.find("1111") != std::string_view::npos;
    both += has_a && result.find("2222") != std::string_view::npos ? 1 : 0;
  }
  EXPECT_GT(both, 50);
}

TEST(NestMutatorTest, MakesANestOfWhatIsNone) {
  NestMutator mutator;
  for (const std::string_view text : {"", "package main", "\xff\n\x01", "func main() {}"}) {
    expect_good(mutator, mutator.mutate(text, kMaxBytes, 3));
    expect_good(mutator, mutator.cross_over(text, text, kMaxBytes, 3));
  }
}

TEST(NestMutatorTest, KeepsToTheLimitOfBytes) {
  std::string text = "package main\n\nfunc main() {\n";
  for (int i = 0; i < 60; ++i) text += "\ttrace(1)\n";
  text += "}\n";
  NestMutator mutator;
  for (uint32_t seed = 0; seed < 50; ++seed) {
    const std::string_view result = mutator.mutate(text, 300, seed);
    EXPECT_LE(result.size(), 300u);
    Arena arena;
    EXPECT_NE(load_good(result, arena), nullptr);
  }
  EXPECT_EQ(mutator.mutate(text, 3, 1), "");
}

TEST(NestMutatorTest, RefusesNestsThatTakeTooLong) {
  const std::string text =
      "package main\n\nfunc main() {\n\tfor i := 0; i < 8; i++ {\n\t\ttrace(i)\n\t}\n}\n";
  NestMutator mutator({.max_steps = 60, .most_scale = 1});
  for (uint32_t seed = 0; seed < 300; ++seed) {
    mutator.mutate(text, kMaxBytes, seed);
    const Nest* nest = mutator.tree_of(mutator.mutate(text, kMaxBytes, seed));
    ASSERT_NE(nest, nullptr);
    const auto options = oracle_options(nest->directives, Level::kGo14);
    const bool slow = nest->directives.gc == runtime::GcPolicy::kSafepoint;
    EXPECT_LE(Oracle().evaluate(*nest, options).steps, slow ? 7u : 60u);
  }
}

// The oracle gives up at the array, for which a run has room.
TEST(NestMutatorTest, RefusesNestsThatDoNotEndWhereTheOracleGivesUp) {
  const std::string text =
      "//quake:stack=1024 limit=8192\npackage main\n\nfunc main() {\n\tvar a [300]int\n"
      "\tfor i := 0; i < 1000000000; i++ {\n\t\tdefer trace(a[0])\n\t}\n}\n";
  NestMutator mutator;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    const Nest* nest = mutator.tree_of(mutator.mutate(text, kMaxBytes, seed));
    ASSERT_NE(nest, nullptr);
    const auto options = with_room(oracle_options(nest->directives, Level::kGo14));
    EXPECT_NE(Oracle().evaluate(*nest, options).outcome.kind, OracleOutcome::Kind::kFuel);
  }
}

// At the level go1.4 the recovery cancels the Goexit.
TEST(NestMutatorTest, RefusesNestsThatDoNotEndAtOneOfTheLevels) {
  const std::string text =
      "package main\n\nimport \"runtime\"\n\nfunc f() {\n\tdefer func() {\n\t\trecover()\n\t}()\n"
      "\tdefer func() {\n\t\tpanic(1)\n\t}()\n\truntime.Goexit()\n}\n\nfunc main() {\n\tx := 0\n"
      "\tdefer func() {\n\t\tif x == 0 {\n\t\t\tfor i := 0; i < 1000000000; i++ {\n"
      "\t\t\t\tdefer trace(i)\n\t\t\t}\n\t\t}\n\t}()\n\tf()\n\tx = 1\n}\n";
  Arena arena;
  const Nest* given = load_good(text, arena);
  ASSERT_NE(given, nullptr);
  const auto outcome_at = [](const Nest& nest, Level level) {
    return Oracle().evaluate(nest, oracle_options(nest.directives, level)).outcome.kind;
  };
  EXPECT_EQ(outcome_at(*given, Level::kGo14), OracleOutcome::Kind::kExit);
  NestMutator mutator;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    const Nest* nest = mutator.tree_of(mutator.mutate(text, kMaxBytes, seed));
    ASSERT_NE(nest, nullptr);
    EXPECT_NE(outcome_at(*nest, Level::kModern), OracleOutcome::Kind::kFuel);
  }
}

// With addresses in a run's heap or stacks, 16 MiB from each other.
bool ends_with_far_addresses(const Nest& nest, AddressAssignment addresses) {
  OracleOptions options = oracle_options(nest.directives, Level::kGo14);
  options.addresses = addresses;
  options.first_address = runtime::kHeapBase + runtime::kHeapBytes / 2;
  options.address_bytes = uint64_t{16} << 20;
  return Oracle().evaluate(nest, options).outcome.kind != OracleOutcome::Kind::kFuel;
}

// With the oracle's own addresses these loops have no round, or a few.
TEST(NestMutatorTest, RefusesNestsThatDoNotEndWithTheAddressesOfARun) {
  const std::string stacks = std::to_string(runtime::kStackBase);
  for (const std::string& range : {"x; i < " + stacks, std::string("0; i < x-y"),
                                   std::string("0; i < y-x"), std::string("x; i < y")}) {
    SCOPED_TRACE(range);
    const std::string text =
        "package main\n\nfunc main() {\n\ta := 1\n\tb := 2\n\tx := addr(&a)\n\ty := addr(&b)\n"
        "\t_ = x\n\t_ = y\n\tfor i := " +
        range + "; i++ {\n\t\tdefer trace(1)\n\t}\n}\n";
    Arena arena;
    const Nest* given = load_good(text, arena);
    ASSERT_NE(given, nullptr);
    const auto own = oracle_options(given->directives, Level::kGo14);
    EXPECT_EQ(Oracle().evaluate(*given, own).outcome.kind, OracleOutcome::Kind::kExit);
    NestMutator mutator;
    for (uint32_t seed = 0; seed < 300; ++seed) {
      const Nest* nest = mutator.tree_of(mutator.mutate(text, kMaxBytes, seed));
      ASSERT_NE(nest, nullptr);
      EXPECT_TRUE(ends_with_far_addresses(*nest, AddressAssignment::kAscending));
      EXPECT_TRUE(ends_with_far_addresses(*nest, AddressAssignment::kDescending));
    }
  }
}

TEST(NestMutatorTest, OverflowsPassNowAndThen) {
  const std::string text =
      "package main\n\nfunc f(n int) {\n\tf(n + 1)\n}\n\nfunc main() {\n\tf(0)\n}\n";
  NestMutator mutator;
  int overflows = 0;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    const Nest* nest = mutator.tree_of(mutator.mutate(text, kMaxBytes, seed));
    ASSERT_NE(nest, nullptr);
    const auto options = oracle_options(nest->directives, Level::kGo14);
    const OracleOutcome::Kind kind = Oracle().evaluate(*nest, options).outcome.kind;
    overflows += kind == OracleOutcome::Kind::kOverflow ? 1 : 0;
  }
  EXPECT_GT(overflows, 0);
}

TEST(NestMutatorTest, FewNestsAreLarge) {
  NestMutator mutator;
  uint64_t large = 0;
  for (uint32_t seed = 0; seed < 1000; ++seed) {
    const Nest* nest = mutator.tree_of(mutator.generate(kMaxBytes, seed));
    ASSERT_NE(nest, nullptr);
    const auto options = oracle_options(nest->directives, Level::kGo14);
    large += Oracle().evaluate(*nest, options).steps > MutationOptions().max_steps ? 1 : 0;
  }
  EXPECT_GT(large, 0);
  EXPECT_LT(large, 20);
}

TEST(NestMutatorTest, KnowsTheTreeOfTheLastTextOnly) {
  NestMutator mutator;
  const std::string first(mutator.generate(kMaxBytes, 1));
  const std::string second(mutator.generate(kMaxBytes, 2));
  ASSERT_NE(first, second);
  EXPECT_EQ(mutator.tree_of(first), nullptr);
  EXPECT_NE(mutator.tree_of(second), nullptr);
}

TEST(NestMutatorTest, DoesNotClaimThatAChangedNestFindsADefect) {
  const std::string text =
      "//quake:finds=aborted-panic-linked\npackage main\n\nfunc main() {\n\ttrace(1)\n}\n";
  NestMutator mutator;
  for (uint32_t seed = 0; seed < 30; ++seed) {
    EXPECT_THAT(std::string(mutator.mutate(text, kMaxBytes, seed)),
                testing::Not(testing::HasSubstr("finds")));
  }
}

}  // namespace
}  // namespace stackquake
