#include "harness/fuzzing/target_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

using nlohmann::json;
using testing::StartsWith;

json parsed(const std::string& line, const std::string& prefix) {
  EXPECT_THAT(line, StartsWith(prefix));
  EXPECT_EQ(line.find('\n'), std::string::npos);
  return json::parse(line.substr(prefix.size()));
}

TEST(TargetLinesTest, OfAFinding) {
  runtime::Violation violation;
  violation.check = "stale-pointer";
  violation.signature = "stale-pointer:adjustdefers:argp";
  violation.message = "a \"word\"\nmoved";
  violation.function = "body";
  violation.line = 12;
  EXPECT_EQ(parsed(finding_line(violation), "stackquake-finding: "), json::parse(R"({
    "check": "stale-pointer", "signature": "stale-pointer:adjustdefers:argp",
    "message": "a \"word\"\nmoved", "function": "body", "line": 12, "goroutine": 0, "place": "",
    "history": []})"));
}

TEST(TargetLinesTest, OfAFindingThatAVariationShows) {
  EXPECT_EQ(parsed(finding_line({}, "package main\n"), "stackquake-finding: ").at("input"),
            "package main\n");
}

TEST(TargetLinesTest, OfAVariation) {
  EXPECT_EQ(parsed(variation_line("package main\n"), "stackquake-variation: "),
            json::parse(R"({"input": "package main\n"})"));
}

TEST(TargetLinesTest, OfAToldRun) {
  RunDigest run{"exit", 7, {}};
  run.stats.copies = 4;
  run.stats.steps = 40;
  const json told = parsed(told_run_line({"mine\n", run, {"a", "b"}}), "stackquake-run: ");
  EXPECT_EQ(told.at("input"), "mine\n");
  EXPECT_EQ(told.at("run").at("ending"), "exit");
  EXPECT_EQ(told.at("run").at("copies"), 4);
  EXPECT_EQ(told.at("run").at("steps"), 40);
  EXPECT_EQ(told.at("earlier"), json({"a", "b"}));
}

TEST(TargetLinesTest, OfSituationsNameWhatCanComeAbout) {
  std::array<uint8_t, kSituationBytes> bytes{};
  Situations situations(bytes);
  situations.count(Situation::kPanic, 3);
  for (const char* design : {"go1.4", "go1.13"}) {
    situations.add_design(*runtime::make_design(design));
  }
  const auto told = [](const Situations* counted, bool goroutines) {
    return parsed(situations_line({{7, 3, 5, 2}, counted, goroutines}), "stackquake-situations: ");
  };
  const json one = told(&situations, false);
  EXPECT_EQ(one["inputs"], 4);
  EXPECT_EQ(one["executions"], 7);
  EXPECT_EQ(one["valid"], 5);
  EXPECT_EQ(one["rejected"], 2);
  EXPECT_EQ(one["situations"]["panic"], 3);
  EXPECT_EQ(one["situations"]["recover"], 0);
  EXPECT_FALSE(one["situations"].contains("goroutine: blocked"));
  EXPECT_TRUE(one["situations"].contains("Defer at a copy: in its frame"));
  EXPECT_FALSE(one["situations"].contains("Defer at a copy: open-coded"));
  situations.add_design(*runtime::make_design("go1.22"));
  EXPECT_EQ(told(&situations, true)["situations"].size(), kSituations);
  EXPECT_TRUE(told(nullptr, true)["situations"].empty());
}

}  // namespace
}  // namespace stackquake
