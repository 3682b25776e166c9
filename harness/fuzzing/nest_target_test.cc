#include "harness/fuzzing/nest_target.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "harness/audit/faulty_design_testing.h"
#include "harness/fuzzing/design_target.h"
#include "harness/fuzzing/designs_target.h"
#include "harness/fuzzing/watched_runs.h"

namespace stackquake {
namespace {

FuzzSettings settings_with(Sample sample) {
  FuzzSettings settings;
  settings.design = "go1.4";
  settings.mixes_poison = runtime::has_address_sanitizer();
  settings.sample = sample;
  settings.tells_runs = true;
  return settings;
}

// Runs nests on a design with a fault.
class FaultyTarget final : public NestTarget {
 public:
  explicit FaultyTarget(const Faults& faults)
      : NestTarget(settings_with(Sample::kAll), Goroutines::kOne),
        runs_(std::make_unique<FaultyDesign>(faults), counts()) {}

  runtime::Runtime& runtime() { return runs_.checker().runner().runtime(); }

 protected:
  std::optional<runtime::Violation> judge(const Nest& nest, const Manner& manner) override {
    const auto& result = runs_.run(nest, manner.options, Checks::kAll, false);
    add_run(*manner.digest, digest_of(result));
    return result.violation;
  }

 private:
  WatchedRuns runs_;
};

constexpr std::string_view kOneDefer = "package main\n\nfunc main() {\n\tdefer trace(1)\n}\n";
constexpr std::string_view kOneTrace = "package main\n\nfunc main() {\n\ttrace(1)\n}\n";

// The design counts runs, and never begins anew.
TEST(LeftoversTest, ARuntimeThatKeepsSomethingFromEarlierRunsIsFound) {
  Faults faults;
  FaultyTarget target(faults);
  uint64_t defers = 0;
  faults.after_deferproc = [&](runtime::G&) { target.runtime().charge(++defers); };
  EXPECT_EQ(target.run_one(kOneDefer), FuzzVerdict::kRan);
  EXPECT_EQ(target.run_one(kOneTrace), FuzzVerdict::kRan);
  ASSERT_EQ(target.run_one(kOneDefer), FuzzVerdict::kFinding);
  EXPECT_EQ(target.violation()->signature, "leftovers:steps");
}

TEST(LeftoversTest, ARightRuntimeKeepsNothing) {
  DesignTarget target(settings_with(Sample::kAll), Goroutines::kOne);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(target.run_one(kOneDefer), FuzzVerdict::kRan);
    EXPECT_EQ(target.run_one(kOneTrace), FuzzVerdict::kRan);
  }
}

TEST(ToldRunTest, OnlyRunsOfTheShareAreTold) {
  DesignTarget target(settings_with(Sample::kSome), Goroutines::kOne);
  EXPECT_EQ(target.run_one(kOneTrace), FuzzVerdict::kRan);
  EXPECT_EQ(target.told_run(), nullptr);
}

TEST(ToldRunTest, AReplayTellsEveryRun) {
  DesignTarget target(settings_with(Sample::kAll), Goroutines::kOne);
  EXPECT_EQ(target.run_one(kOneTrace), FuzzVerdict::kRan);
  ASSERT_NE(target.told_run(), nullptr);
  EXPECT_EQ(target.told_run()->input, kOneTrace);
  EXPECT_EQ(target.told_run()->run.ending, "exit");
  EXPECT_EQ(target.run_one("no nest"), FuzzVerdict::kRejected);
  EXPECT_EQ(target.told_run(), nullptr);
}

// The defect shows at a copy only, which no directive of the nest asks for.
constexpr std::string_view kNeedsACopy =
    "package main\n\nfunc main() {\n\tn := frames()\n\ttrace(n)\n}\n";

// An input with which a variation shows a defect: the same nest with comments, until one does.
std::string shown_by_variation(NestTarget& target) {
  for (int i = 0; i < 100; ++i) {
    std::string text = std::string(kNeedsACopy) + "// " + std::to_string(i) + "\n";
    if (target.run_one(text) == FuzzVerdict::kFinding) return text;
  }
  return "";
}

TEST(VariationsTest, AFindingNamesTheVariationThatShowsIt) {
  FuzzSettings settings = settings_with(Sample::kSome);
  settings.defects = {"traceback-on-own-stack"};
  std::string input;
  std::string variation;
  std::string signature;
  std::string before;
  {
    DesignTarget target(settings, Goroutines::kOne);
    target.set_before_variation([&before](std::string_view text) { before = text; });
    input = shown_by_variation(target);
    ASSERT_NE(input, "");
    variation = target.variation();
    signature = target.violation()->signature;
  }
  EXPECT_NE(variation, "");
  EXPECT_EQ(before, variation);
  settings.sample = Sample::kAll;
  DesignTarget target(settings, Goroutines::kOne);
  EXPECT_EQ(target.run_one(input), FuzzVerdict::kRan);
  ASSERT_EQ(target.run_one(variation), FuzzVerdict::kFinding);
  EXPECT_EQ(target.violation()->signature, signature);
  EXPECT_EQ(target.variation(), "");
}

TEST(VariationsTest, AreCountedAsExecutionsOfTheirOwn) {
  DesignTarget target(settings_with(Sample::kSome), Goroutines::kOne);
  ASSERT_EQ(target.run_one(kNeedsACopy), FuzzVerdict::kRan);
  const FuzzTally tally = target.progress().tally;
  EXPECT_GT(tally.variations, 0U);
  EXPECT_EQ(tally.executions, 1 + tally.variations);
  EXPECT_EQ(target.variation(), "");
}

TEST(VariationsTest, AReplayHasNone) {
  DesignTarget target(settings_with(Sample::kAll), Goroutines::kOne);
  ASSERT_EQ(target.run_one(kNeedsACopy), FuzzVerdict::kRan);
  EXPECT_EQ(target.progress().tally.variations, 0U);
}

// In every mode, and as their directives say. Each nest runs with an observer and without one.
TEST(UnobservedNestsTest, ObserverChangesNoGeneratedNest) {
  for (const Goroutines goroutines : {Goroutines::kOne, Goroutines::kSeveral}) {
    FuzzSettings settings = settings_with(Sample::kAll);
    settings.input_maker = InputMaker::kGenerate;
    DesignTarget target(settings, goroutines);
    for (uint32_t seed = 1; seed <= 800; ++seed) {
      const std::string text(*target.mutate("", 1536, seed));
      ASSERT_EQ(target.run_one(text), FuzzVerdict::kRan) << target.violation()->message << text;
    }
  }
}

TEST(UnobservedNestsTest, ObserverChangesNoGeneratedNestOnAnyDesign) {
  FuzzSettings settings = settings_with(Sample::kAll);
  settings.input_maker = InputMaker::kGenerate;
  DesignsTarget target(settings, Goroutines::kSeveral);
  for (uint32_t seed = 1; seed <= 300; ++seed) {
    const std::string text(*target.mutate("", 1536, seed));
    ASSERT_EQ(target.run_one(text), FuzzVerdict::kRan) << target.violation()->message << text;
  }
}

}  // namespace
}  // namespace stackquake
