#include "harness/fuzzing/fuzz_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace stackquake {
namespace {

using testing::StartsWith;

TEST(FuzzTargetTest, TheLineOfAFindingIsJson) {
  runtime::Violation violation;
  violation.check = "stale-pointer";
  violation.signature = "stale-pointer:adjustdefers:argp";
  violation.message = "a \"word\"\nmoved";
  violation.function = "body";
  violation.line = 12;
  const std::string line = finding_line(violation);
  constexpr std::string_view kPrefix = "stackquake-finding: ";
  ASSERT_THAT(line, StartsWith(std::string(kPrefix)));
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(line.substr(kPrefix.size())), nlohmann::json::parse(R"({
    "check": "stale-pointer", "signature": "stale-pointer:adjustdefers:argp",
    "message": "a \"word\"\nmoved", "function": "body", "line": 12, "goroutine": 0, "place": "",
    "history": []})"));
}

}  // namespace
}  // namespace stackquake
