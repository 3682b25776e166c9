#include "harness/generator/generator.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

constexpr uint64_t kSeeds = 2500;

class GeneratorTest : public testing::TestWithParam<std::tuple<bool, Profile>> {
 protected:
  static GeneratorOptions options() {
    return {.goroutines = std::get<0>(GetParam()), .profile = std::get<1>(GetParam())};
  }

  static std::string generated(uint64_t seed) {
    Random random(seed);
    Arena arena;
    std::string text;
    print(*Generator(random, arena, options()).nest(), text);
    return text;
  }
};

TEST_P(GeneratorTest, MakesNestsThatCheckAndPrintToWhatTheyAre) {
  Arena arena;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    arena.reset();
    Random random(seed);
    Nest* nest = Generator(random, arena, options()).nest();
    std::string text;
    print(*nest, text);
    Diagnostic diagnostic;
    ASSERT_TRUE(check(*nest, arena, diagnostic))
        << "seed " << seed << ": " << diagnostic.message << "\n"
        << text;
    const Nest* loaded = load(text, arena, diagnostic);
    ASSERT_NE(loaded, nullptr) << "seed " << seed << ": " << to_string(diagnostic, "nest") << "\n"
                               << text;
    ASSERT_TRUE(equal(*nest, *loaded)) << "seed " << seed << "\n" << text;
  }
}

TEST_P(GeneratorTest, MakesTheSameNestOfTheSameSeed) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_EQ(generated(seed), generated(seed));
    EXPECT_NE(generated(seed), generated(seed + 1));
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, GeneratorTest,
                         testing::Combine(testing::Bool(), testing::ValuesIn(kProfiles)));

}  // namespace
}  // namespace stackquake
