#include "harness/reducer/death.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "harness/testing/corpus_folder.h"

namespace stackquake::reducer {
namespace {

// Statuses in the encoding of waitpid.
constexpr int kStatusOne = 1 << 8;
constexpr int kAborted = 6;

// scripts/stackquake/jobs/test_deaths.py reads the same reports.
TEST(DeathTest, ReportsAreNamedAsInTheTable) {
  std::ifstream file(corpus_folder() + "/../harness/reducer/deaths.json");
  const nlohmann::json deaths = nlohmann::json::parse(file);
  EXPECT_GE(deaths.size(), 12U);
  for (const nlohmann::json& death : deaths) {
    std::string said = "before\n";
    for (const std::string line : death["said"]) said += line + "\n";
    EXPECT_EQ(death_signature(said, kStatusOne), death["signature"].get<std::string>())
        << death["what"];
  }
}

TEST(DeathTest, WithoutASummaryTheSignalOrStatus) {
  EXPECT_EQ(death_signature("assertion failed\n", kAborted), "killed by signal 6");
  EXPECT_EQ(death_signature("", kStatusOne), "ended with status 1");
}

}  // namespace
}  // namespace stackquake::reducer
