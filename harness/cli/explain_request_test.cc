#include "harness/cli/explain_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <variant>
#include <vector>

#include "harness/cli/captured_file.h"
#include "harness/testing/corpus_folder.h"

namespace stackquake {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string nest(const std::string& name) {
  return corpus_folder() + "/defects/" + name + ".go";
}

struct Answer {
  ExitStatus status = ExitStatus::kMissing;
  std::string out;
  std::string errors;
};

Answer answer_to(const std::vector<std::string>& arguments) {
  const auto parsed = parse_explain_command_line(arguments);
  const auto* request = std::get_if<ExplainRequest>(&parsed);
  EXPECT_NE(request, nullptr);
  if (request == nullptr) return {};
  CapturedFile out;
  CapturedFile errors;
  const ExitStatus status = explain_request(*request, out.file(), errors.file());
  return {status, out.text(), errors.text()};
}

std::string refusal_of(const std::vector<std::string>& arguments) {
  const auto parsed = parse_explain_command_line(arguments);
  const auto* refusal = std::get_if<Refusal>(&parsed);
  return refusal == nullptr ? "" : refusal->message;
}

TEST(ExplainRequestTest, AViolationIsFoundAndToldInEachFormat) {
  const std::string file = nest("panic-pops-defer");
  const std::string design = "--design=before-seed";
  const Answer text = answer_to({design, file});
  EXPECT_EQ(text.status, ExitStatus::kFound);
  EXPECT_THAT(text.out, HasSubstr("- settings: design before-seed\n"));
  EXPECT_THAT(answer_to({design, "--json", file}).out, StartsWith("{\"schema\":1,"));
}

TEST(ExplainRequestTest, ARightRunIsToldToo) {
  const Answer answer = answer_to({nest("panic-pops-defer")});
  EXPECT_EQ(answer.status, ExitStatus::kOk);
  EXPECT_THAT(answer.out, HasSubstr("Nothing is wrong"));
}

TEST(ExplainRequestTest, ADirectiveCanBeSet) {
  const Answer answer =
      answer_to({"--design=before-seed", "--set=move=none", nest("panic-pops-defer")});
  EXPECT_EQ(answer.status, ExitStatus::kOk);
}

TEST(ExplainRequestTest, WhatIsNoNestIsRefused) {
  const Answer answer = answer_to({corpus_folder() + "/README"});
  EXPECT_EQ(answer.status, ExitStatus::kBadInput);
  EXPECT_THAT(answer.errors, HasSubstr("README"));
  EXPECT_EQ(answer.out, "");
}

TEST(ExplainRequestTest, BadUsageIsRefused) {
  EXPECT_EQ(refusal_of({"a.go", "b.go"}), "one nest at a time is explained");
  EXPECT_EQ(refusal_of({"--checks=none", "a.go"}), "a nest is explained with all checks");
  EXPECT_THAT(refusal_of({"--design=none", "a.go"}), StartsWith("no design none"));
}

}  // namespace
}  // namespace stackquake
