#include "harness/generator/generator.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

constexpr uint64_t kSeeds = 2000;

std::string generated(uint64_t seed, bool goroutines) {
  Random random(seed);
  Arena arena;
  std::string text;
  print(*Generator(random, arena, {.goroutines = goroutines}).nest(), text);
  return text;
}

class GeneratorTest : public testing::TestWithParam<bool> {};

TEST_P(GeneratorTest, MakesNestsThatCheckAndPrintToWhatTheyAre) {
  Arena arena;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    arena.reset();
    Random random(seed);
    Nest* nest = Generator(random, arena, {.goroutines = GetParam()}).nest();
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
    EXPECT_EQ(generated(seed, GetParam()), generated(seed, GetParam()));
    EXPECT_NE(generated(seed, GetParam()), generated(seed + 1, GetParam()));
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, GeneratorTest, testing::Bool());

}  // namespace
}  // namespace stackquake
