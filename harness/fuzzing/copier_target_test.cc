#include "harness/fuzzing/copier_target.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace stackquake {
namespace {

// The verdict on many random inputs: kFinding if one of them is a finding.
FuzzVerdict worst_verdict(CopierTarget& target) {
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    std::string input(1024, '\0');
    for (char& byte : input) byte = static_cast<char>(random());
    if (target.run_one(input) == FuzzVerdict::kFinding) return FuzzVerdict::kFinding;
  }
  return FuzzVerdict::kRan;
}

TEST(CopierTargetTest, ARightDesignHasNoFindings) {
  CopierTarget target(FuzzSettings{{.design = "go1.4"}});
  EXPECT_EQ(worst_verdict(target), FuzzVerdict::kRan);
}

TEST(CopierTargetTest, ADefectOfTheCopierIsFound) {
  CopierTarget target(FuzzSettings{{.design = "go1.4", .defects = {"live-map-at-return-pc"}}});
  ASSERT_EQ(worst_verdict(target), FuzzVerdict::kFinding);
  EXPECT_EQ(target.violation()->check, "throw") << target.violation()->message;
}

}  // namespace
}  // namespace stackquake
