#include "harness/fuzzing/input_choice.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <tuple>

#include "harness/generator/generator.h"

namespace stackquake {
namespace {

using runtime::PoisonMode;

InputChoice choice_with(bool mixes, Sample sample) {
  FuzzSettings settings;
  settings.poison = mixes ? "" : "protect";
  settings.mixes_poison = mixes;
  settings.sample = sample;
  return InputChoice(settings);
}

// scripts/stackquake/test_poison.py has the same inputs: both sides must choose alike.
TEST(InputChoiceTest, TheBytesDecideOnTheMode) {
  const InputChoice choice = choice_with(true, Sample::kSome);
  EXPECT_EQ(hash_of_input(""), 0xcbf29ce484222325);
  EXPECT_EQ(hash_of_input("foobar"), 0x85944171f73967e8);  // from the specification of FNV
  EXPECT_EQ(choice.poison(hash_of_input("c")), PoisonMode::kNone);
  EXPECT_EQ(choice.poison(hash_of_input("\xff")), PoisonMode::kFill);
  EXPECT_EQ(choice.poison(hash_of_input("d")), PoisonMode::kAsan);
  EXPECT_EQ(choice.poison(hash_of_input("a")), PoisonMode::kProtect);
}

TEST(InputChoiceTest, AModeThatIsNamedIsTakenForAll) {
  const InputChoice choice = choice_with(false, Sample::kSome);
  for (uint64_t hash = 0; hash < 100; ++hash) EXPECT_EQ(choice.poison(hash), PoisonMode::kProtect);
}

TEST(InputChoiceTest, SharesAreAsLargeAsTheySay) {
  const InputChoice choice = choice_with(true, Sample::kSome);
  std::array<int, 4> modes{};
  int unobserved = 0;
  int told = 0;
  constexpr int kInputs = 40960;
  for (int i = 0; i < kInputs; ++i) {
    const uint64_t hash = hash_of_input("nest " + std::to_string(i));
    ++modes.at(static_cast<size_t>(choice.poison(hash)));
    unobserved += choice.runs_unobserved(hash) ? 1 : 0;
    told += choice.is_told(hash) ? 1 : 0;
  }
  for (size_t mode = 0; mode < modes.size(); ++mode) {
    EXPECT_NEAR(modes.at(mode), kInputs * kPoisonWeights.at(mode) / 100.0, kInputs * 0.01);
  }
  EXPECT_NEAR(unobserved, kInputs / 8.0, kInputs * 0.01);
  EXPECT_NEAR(told, kInputs / 4096.0, 9);
}

TEST(InputChoiceTest, AReplayJudgesEveryInputInFull) {
  const InputChoice choice = choice_with(true, Sample::kAll);
  for (uint64_t hash = 1; hash < 100; ++hash) {
    EXPECT_TRUE(choice.runs_unobserved(hash));
    EXPECT_TRUE(choice.is_told(hash));
    EXPECT_EQ(choice.share(hash).one_in, 1U);
  }
  EXPECT_EQ(choice.variations(), 0U);
}

TEST(InputChoiceTest, FuzzingVariesInputsAndLooksAtAShareOfTheSituations) {
  const InputChoice choice = choice_with(true, Sample::kSome);
  EXPECT_GT(choice.variations(), 0U);
  EXPECT_GT(choice.share(1).one_in, 1U);
  EXPECT_NE(choice.share(1).seed, choice.share(2).seed);
}

// What a user can set is fuzzed in every combination: poison by the choice, the rest by the
// directives that the generator writes.
TEST(InputChoiceTest, EveryCombinationOfModesComesUp) {
  const InputChoice choice = choice_with(true, Sample::kSome);
  std::set<std::tuple<PoisonMode, runtime::PlacePolicy, runtime::MovePolicy, runtime::GcPolicy>>
      seen;
  Arena arena;
  Random random(1);
  Generator generator(random, arena);
  for (int i = 0; i < 100'000 && seen.size() < 160; ++i) {
    const Directives directives = generator.directives();
    std::string text = std::to_string(i);  // stands for the rest of the nest
    print_directives(directives, text);
    seen.emplace(choice.poison(hash_of_input(text)), directives.place, directives.move,
                 directives.gc);
  }
  EXPECT_EQ(seen.size(), 4U * 2 * 5 * 4);
}

}  // namespace
}  // namespace stackquake
