#include "harness/cli/run_command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stackquake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

auto parse(const std::vector<std::string>& arguments) {
  return parse_run_command_line(arguments);
}

RunRequest parse_good(const std::vector<std::string>& arguments) {
  auto parsed = parse(arguments);
  auto* request = std::get_if<RunRequest>(&parsed);
  EXPECT_NE(request, nullptr);
  return request == nullptr ? RunRequest{} : std::move(*request);
}

void expect_refused(const std::vector<std::string>& arguments, const std::string& fragment) {
  const auto parsed = parse(arguments);
  const auto* refusal = std::get_if<Refusal>(&parsed);
  ASSERT_NE(refusal, nullptr) << fragment;
  EXPECT_EQ(refusal->status, ExitStatus::kBadInput);
  EXPECT_THAT(refusal->message, HasSubstr(fragment));
  EXPECT_THAT(refusal->message, Not(HasSubstr("\n")));
}

TEST(CommandLineTest, PathsKeepTheirOrder) {
  const RunRequest request = parse_good({"b.go", "--json", "a"});
  EXPECT_THAT(request.paths, ElementsAre("b.go", "a"));
  EXPECT_TRUE(request.json);
  EXPECT_FALSE(request.trace);
}

TEST(CommandLineTest, OptionsTakeTheirValueInBothForms) {
  const RunRequest request =
      parse_good({"--design", "go1.4", "--poison=protect", "--trace", "--set", "gc=alloc", "a.go"});
  EXPECT_EQ(request.settings.design, "go1.4");
  EXPECT_EQ(request.settings.poison, "protect");
  EXPECT_TRUE(request.trace);
  EXPECT_THAT(request.paths, ElementsAre("a.go"));
}

TEST(CommandLineTest, RefusesWhatItDoesNotKnow) {
  expect_refused({"--frobnicate", "a.go"}, "--frobnicate");
  expect_refused({}, "PATH");
  expect_refused({"--design=go0.9", "a.go"}, "go0.9");
  expect_refused({"--defect", "no-such-bug", "a.go"}, "no-such-bug");
  expect_refused({"--set", "speed=1", "a.go"}, "unknown key speed");
}

TEST(CommandLineTest, HelpSaysWhatThereIs) {
  const auto parsed = parse({"--help"});
  const auto* help = std::get_if<Help>(&parsed);
  ASSERT_NE(help, nullptr);
  for (const char* word : {"--design", "--defect", "--poison", "--set", "--trace", "--json", "PATH",
                           "Exit status", "\"error\""}) {
    EXPECT_THAT(help->text, HasSubstr(word));
  }
}

}  // namespace
}  // namespace stackquake
