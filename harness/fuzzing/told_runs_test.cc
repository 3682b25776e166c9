#include "harness/fuzzing/told_runs.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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

TEST(ToldRunsTest, ALineHasTheRunAndTheInputsBeforeIt) {
  ToldRuns runs;
  for (int i = 0; i < 10; ++i) runs.ran("nest " + std::to_string(i));
  const std::string line = runs.line("mine\n", digest_with(4));
  const std::string name = "stackquake-run: ";
  ASSERT_EQ(line.find(name), 0U);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto told = nlohmann::json::parse(line.substr(name.size()));
  EXPECT_EQ(told.at("input"), "mine\n");
  EXPECT_EQ(told.at("run").at("ending"), "exit");
  EXPECT_EQ(told.at("run").at("copies"), 4);
  EXPECT_EQ(told.at("run").at("steps"), 40);
  EXPECT_EQ(told.at("earlier").size(), ToldRuns::kEarlier);
  EXPECT_EQ(told.at("earlier").front(), "nest 2");
  EXPECT_EQ(told.at("earlier").back(), "nest 9");
}

}  // namespace
}  // namespace stackquake
