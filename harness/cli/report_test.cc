#include "harness/cli/report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/cli/report_json.h"
#include "harness/run/violation_report.h"

namespace stackquake {
namespace {

using nlohmann::json;
using runtime::OutcomeKind;

// A crash of two panics, the first of them recovered. Two goroutines traced and one did not.
runtime::RunResult crash() {
  runtime::RunResult result;
  result.outcome = {OutcomeKind::kPanic, {{1, true}, {-2, false}}};
  result.trace_of(1) = {7, 8};
  result.trace_of(3) = {5};
  result.stats.copies = 11;
  return result;
}

runtime::RunResult violation() {
  runtime::RunResult result;
  runtime::Violation& violation = result.violation.emplace();
  violation.check = "stale-pointer";
  violation.signature = "stale-pointer:adjustdefers:argp";
  violation.message = "word 3";
  violation.function = "body";
  violation.line = 12;
  return result;
}

TEST(ReportTest, ALineTellsTheBehaviour) {
  EXPECT_EQ(report("a.go", 0, crash()), "a.go  panic 1 [recovered] -2; traces [5] [7 8]\n");
}

TEST(ReportTest, NamesArePaddedToOneWidth) {
  EXPECT_EQ(report("a.go", 6, {}).find("exit"), report("abc.go", 6, {}).find("exit"));
}

TEST(ReportTest, AViolationHidesTheOutcome) {
  EXPECT_EQ(report("a.go", 0, violation()),
            "a.go  violation\n"
            "  VIOLATION stale-pointer (stale-pointer:adjustdefers:argp) in body, line 12\n"
            "    word 3\n");
}

TEST(ReportTest, JsonHasTheDocumentedKeys) {
  const Settings settings{.design = "go1.4", .defects = {"x"}};
  json document = json::parse(report_json("a.go", settings, crash()));
  EXPECT_EQ(document["stats"]["copies"], 11);
  size_t stats = 0;
#define STACKQUAKE_STAT(name) stats += document["stats"].contains(#name) ? 1 : 0;
#include "runtime_under_test/stats.def"
#undef STACKQUAKE_STAT
  EXPECT_EQ(stats, document["stats"].size());
  document.erase("stats");
  EXPECT_EQ(document, json::parse(R"({
    "file": "a.go", "design": "go1.4", "defects": ["x"],
    "outcome": {"kind": "panic", "chain": [{"code": 1, "recovered": true},
                                           {"code": -2, "recovered": false}]},
    "traces": [[5], [7, 8]], "verdict": "ok", "violation": null})"));
}

TEST(ReportTest, JsonTellsAViolation) {
  const json document = json::parse(report_json("a.go", {}, violation()));
  EXPECT_EQ(document["verdict"], "violation");
  EXPECT_EQ(document["violation"], json::parse(violation_json(*violation().violation)));
}

TEST(ReportTest, JsonTakesAnyFileName) {
  const json document =
      json::parse(error_json("\xff.go", std::vector<std::string>{"cannot be \"read\""}));
  EXPECT_EQ(document["error"], "cannot be \"read\"");
  EXPECT_EQ(document["file"], "\ufffd.go");
  EXPECT_EQ(document["file_hex"], "ff2e676f");
  EXPECT_EQ(document.size(), 3);
}

}  // namespace
}  // namespace stackquake
