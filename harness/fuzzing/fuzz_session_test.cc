#include "harness/fuzzing/fuzz_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <nlohmann/json.hpp>

#include "runtime_under_test/poison.h"

namespace stackquake {
namespace {

using testing::StartsWith;

std::variant<Settings, Refusal> parse(std::initializer_list<const char*> arguments) {
  return parse_fuzz_flags({arguments.begin(), arguments.size()});
}

TEST(FuzzFlagsTest, TheTargetsOwnFlagsAreTaken) {
  const auto parsed = parse({"fuzz_nest", "--design=go1.4", "-runs=0", "--poison=protect", "DIR"});
  const auto* settings = std::get_if<Settings>(&parsed);
  ASSERT_NE(settings, nullptr);
  EXPECT_EQ(settings->design, "go1.4");
  EXPECT_EQ(settings->poison, "protect");
}

TEST(FuzzFlagsTest, AsanIsTheDefaultWhereItIsThere) {
  const auto parsed = parse({"fuzz_nest"});
  const auto* settings = std::get_if<Settings>(&parsed);
  ASSERT_NE(settings, nullptr);
  EXPECT_EQ(settings->poison, runtime::has_address_sanitizer() ? "asan" : "fill");
}

TEST(FuzzFlagsTest, UnknownOnesAreRefusedInOneLine) {
  for (const char* flag : {"--desing=go1.4", "--defect=no-such-bug", "--design=go0.9"}) {
    const auto parsed = parse({"fuzz_nest", flag});
    const auto* refusal = std::get_if<Refusal>(&parsed);
    ASSERT_NE(refusal, nullptr) << flag;
    EXPECT_EQ(refusal->status, ExitStatus::kBadInput) << flag;
    EXPECT_EQ(refusal->message.find('\n'), std::string::npos) << refusal->message;
  }
}

class FuzzSessionTest : public testing::Test {
 protected:
  FuzzSession session_{Settings{.design = "go1.4"}};
};

TEST_F(FuzzSessionTest, RejectsWhatIsNoNest) {
  EXPECT_EQ(session_.run_one(""), FuzzVerdict::kRejected);
  EXPECT_EQ(session_.run_one(std::string_view("\0\xff{", 3)), FuzzVerdict::kRejected);
  EXPECT_EQ(session_.run_one("package main\n\nfunc main() {\n\tx = 1\n}\n"),
            FuzzVerdict::kRejected);
}

// A panic or a deadlock of the program is its behaviour.
TEST_F(FuzzSessionTest, ACrashOfTheProgramIsNoFinding) {
  EXPECT_EQ(session_.run_one("package main\n\nfunc main() {\n\tpanic(1)\n}\n"), FuzzVerdict::kRan);
  EXPECT_EQ(session_.run_one("package main\n\nfunc main() {\n\tvar c chan int\n\t<-c\n}\n"),
            FuzzVerdict::kRan);
  EXPECT_FALSE(session_.violation());
}

TEST_F(FuzzSessionTest, TheLineOfAFindingIsJson) {
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
