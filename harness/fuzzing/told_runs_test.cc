#include "harness/fuzzing/told_runs.h"

#include <gtest/gtest.h>

namespace stackquake {
namespace {

RunDigest digest_with(uint64_t copies) {
  RunDigest digest{"exit", 7, {}};
  digest.stats.copies = copies;
  digest.stats.steps = 10 * copies;
  return digest;
}

TEST(ToldRunsTest, TheSameInputMustRunTheSame) {
  ToldRuns runs;
  EXPECT_FALSE(runs.compare(1, digest_with(1)));
  EXPECT_FALSE(runs.compare(2, digest_with(2)));
  EXPECT_FALSE(runs.compare(1, digest_with(1)));
  const auto violation = runs.compare(1, digest_with(3));
  ASSERT_TRUE(violation);
  EXPECT_EQ(violation->check, "leftovers");
  EXPECT_EQ(violation->signature, "leftovers:copies");
  EXPECT_NE(violation->message.find("copies 1 and 3, steps 10 and 30"), std::string::npos);
}

TEST(ToldRunsTest, ATellingHasTheRunAndTheInputsBeforeIt) {
  ToldRuns runs;
  for (int i = 0; i < 10; ++i) runs.ran("nest " + std::to_string(i));
  const ToldRun told = runs.told("mine\n", digest_with(4));
  EXPECT_EQ(told.input, "mine\n");
  EXPECT_EQ(told.run, digest_with(4));
  ASSERT_EQ(told.earlier.size(), ToldRuns::kEarlier);
  EXPECT_EQ(told.earlier.front(), "nest 2");
  EXPECT_EQ(told.earlier.back(), "nest 9");
}

}  // namespace
}  // namespace stackquake
