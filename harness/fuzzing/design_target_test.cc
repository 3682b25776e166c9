#include "harness/fuzzing/design_target.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/compiler/corpus_testing.h"
#include "harness/testing/corpus_folder.h"

namespace stackquake {
namespace {

FuzzSettings settings_with(std::vector<std::string> defects) {
  FuzzSettings settings;
  settings.design = "go1.4";
  settings.defects = std::move(defects);
  return settings;
}

class DesignTargetTest : public testing::Test {
 protected:
  DesignTarget target_{settings_with({}), Goroutines::kOne};
};

TEST_F(DesignTargetTest, RejectsWhatIsNoNest) {
  EXPECT_EQ(target_.run_one(""), FuzzVerdict::kRejected);
  EXPECT_EQ(target_.run_one(std::string_view("\0\xff{", 3)), FuzzVerdict::kRejected);
  EXPECT_EQ(target_.run_one("package main\n\nfunc main() {\n\tx = 1\n}\n"), FuzzVerdict::kRejected);
}

// A program that panics or deadlocks shows a behaviour, not a bug.
TEST_F(DesignTargetTest, ACrashOfTheProgramIsNoFinding) {
  EXPECT_EQ(target_.run_one("package main\n\nfunc main() {\n\tpanic(1)\n}\n"), FuzzVerdict::kRan);
  EXPECT_EQ(target_.last_situations().of(Situation::kPanic), 1);
  EXPECT_EQ(target_.run_one("package main\n\nfunc main() {\n\tvar c chan int\n\t<-c\n}\n"),
            FuzzVerdict::kRan);
  EXPECT_EQ(target_.last_situations().of(Situation::kPanic), 0);
  EXPECT_FALSE(target_.violation());
}

constexpr std::string_view kEmpty = "package main\n\nfunc main() {\n}\n";
constexpr std::string_view kTraces = "package main\n\nfunc main() {\n\ttrace(1)\n}\n";

// While the target seeds its corpus, it ignores the input that it should change.
TEST_F(DesignTargetTest, BeginsWithFreshNestsAndChangesNestsAfterwards) {
  const std::string fresh(*target_.mutate(kEmpty, 4096, 1));
  EXPECT_EQ(*target_.mutate(kTraces, 4096, 1), fresh);
  EXPECT_EQ(*target_.cross_over(kTraces, kEmpty, 4096, 1), fresh);
  for (int i = 0; i < 1000; ++i) target_.run_one(kEmpty);
  int changed = 0;
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const std::string from_empty(*target_.mutate(kEmpty, 4096, seed));
    if (*target_.mutate(kTraces, 4096, seed) != from_empty) ++changed;
  }
  EXPECT_GT(changed, 5);
}

// When the target gets the text that its mutator made last, it runs the mutator's tree.
TEST_F(DesignTargetTest, WhatItMakesItRuns) {
  std::string text(kEmpty);
  for (int i = 0; i < 1000; ++i) target_.run_one(text);
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const auto made = target_.mutate(text, 4096, seed);
    ASSERT_TRUE(made);
    ASSERT_LE(made->size(), 4096U);
    text = *made;
    EXPECT_EQ(target_.run_one(text), FuzzVerdict::kRan) << text;
  }
}

TEST(DesignTargetMutatorTest, BytesAreLeftToTheEngine) {
  FuzzSettings settings = settings_with({});
  settings.input_maker = InputMaker::kBytes;
  DesignTarget target(settings, Goroutines::kOne);
  EXPECT_FALSE(target.mutate("package main\n", 4096, 1));
  EXPECT_FALSE(target.cross_over("package main\n", "package main\n", 4096, 1));
}

// With --mutator=generate the seed alone decides, whatever the input is.
TEST(DesignTargetMutatorTest, GenerateTakesNoNoticeOfTheInput) {
  FuzzSettings settings = settings_with({});
  settings.input_maker = InputMaker::kGenerate;
  DesignTarget target(settings, Goroutines::kOne);
  const std::string one(*target.mutate("package main\n\nfunc main() {\n}\n", 4096, 1));
  EXPECT_EQ(*target.mutate("something else", 4096, 1), one);
  EXPECT_EQ(*target.cross_over("a", "b", 4096, 1), one);
  EXPECT_EQ(target.run_one(one), FuzzVerdict::kRan) << one;
}

TEST(DesignTargetFindingTest, ADefectIsFoundAndToldByItsLine) {
  const std::string text = read_corpus_file(corpus_folder() + "/defects/panic-pops-defer.go");
  DesignTarget target(settings_with({"panic-pops-defer"}), Goroutines::kOne);
  ASSERT_EQ(target.run_one(text), FuzzVerdict::kFinding);
  EXPECT_EQ(target.violation()->check, "stale-pointer");
  EXPECT_NE(target.violation()->line, 0U);
}

}  // namespace
}  // namespace stackquake
