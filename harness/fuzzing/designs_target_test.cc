#include "harness/fuzzing/designs_target.h"

#include <gtest/gtest.h>

#include "harness/compiler/corpus_testing.h"
#include "harness/testing/corpus_folder.h"

namespace stackquake {
namespace {

FuzzSettings settings_of(std::string design, std::vector<std::string> defects = {}) {
  FuzzSettings settings;
  settings.design = std::move(design);
  settings.defects = std::move(defects);
  return settings;
}

std::string corpus_nest(const std::string& defect) {
  return read_corpus_file(corpus_folder() + "/defects/" + defect + ".go");
}

TEST(DesignsTargetTest, DesignsWithBuiltInDefectsAreNotHeldToTheChecks) {
  const std::string text = corpus_nest("panic-pops-defer");
  EXPECT_EQ(DesignsTarget(settings_of("go1.4"), Goroutines::kOne).run_one(text), FuzzVerdict::kRan);
}

TEST(DesignsTargetTest, UnlessTheyAreNamed) {
  const std::string text = corpus_nest("panic-pops-defer");
  DesignsTarget target(settings_of("before-seed"), Goroutines::kOne);
  ASSERT_EQ(target.run_one(text), FuzzVerdict::kFinding);
  EXPECT_EQ(target.violation()->message.find("on before-seed: "), 0U);
}

// No check is on here, not even the oracle. The comparison of designs alone finds the bug.
TEST(DesignsTargetTest, DesignsThatDisagreeAreAFinding) {
  FuzzSettings settings = settings_of("go1.4", {"aborted-panic-linked"});
  settings.checks = "none";
  DesignsTarget target(settings, Goroutines::kOne);
  ASSERT_EQ(target.run_one(corpus_nest("aborted-panic-linked")), FuzzVerdict::kFinding);
  EXPECT_EQ(target.violation()->signature,
            "behaviour-mismatch:go1.4 and go1.4 with aborted-panic-linked");
  EXPECT_EQ(target.run_one("package main\n\nfunc main() {\n\ttrace(1)\n}\n"), FuzzVerdict::kRan);
}

// Each design has addresses of its own.
TEST(DesignsTargetTest, NumbersOfAddressesAreNotCompared) {
  FuzzSettings settings = settings_of("before-seed");
  settings.checks = "none";
  DesignsTarget target(settings, Goroutines::kOne);
  EXPECT_EQ(target.run_one("package main\n\nfunc main() {\n\tvar x int\n\ty := addr(&x)\n"
                           "\tfor i := 0; i < y % 1000; i++ {\n\t\ttrace(i)\n\t}\n}\n"),
            FuzzVerdict::kRan);
}

}  // namespace
}  // namespace stackquake
