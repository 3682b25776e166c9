#include "harness/cli/reduce_request.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/cli/request_testing.h"
#include "harness/language/nest_testing.h"
#include "harness/testing/corpus_folder.h"

namespace stackquake {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kFinding = corpus_folder() + "/defects/panic-pops-defer.go";
constexpr const char* kReduced =
    "//quake:move=prologue\npackage main\n\nfunc f(p *int) {}\n\nfunc main() {\n\tvar x int\n"
    "\tdefer f(&x)\n\tpanic(1)\n}\n";
constexpr const char* kSignature = "stale-pointer:Defer run by panic:argument";

class ReduceRequestTest : public CommandTest {
 protected:
  void reduce(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--defect=panic-pops-defer"});
    run_command(arguments, parse_reduce_command_line, reduce_request);
  }
};

TEST_F(ReduceRequestTest, TheNestGoesToStandardOutput) {
  reduce({kFinding});
  EXPECT_EQ(status_, ExitStatus::kOk);
  EXPECT_EQ(out_, kReduced);
  EXPECT_THAT(errors_, HasSubstr(std::string(kSignature) + ": 7 statements became 3"));
}

TEST_F(ReduceRequestTest, OrToAFile) {
  const std::string file = folder_ / "reduced.go";
  reduce({"--out", file, kFinding});
  EXPECT_EQ(status_, ExitStatus::kOk);
  EXPECT_THAT(out_, IsEmpty());
  EXPECT_EQ(read_text(file), kReduced);
}

TEST_F(ReduceRequestTest, AFileThatCannotBeWrittenLeavesNothing) {
  const std::string file = folder_ / "missing/reduced.go";
  reduce({"--out", file, kFinding});
  EXPECT_EQ(status_, ExitStatus::kBadInput);
  EXPECT_THAT(errors_, HasSubstr(file + ": cannot be written"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(ReduceRequestTest, AsJson) {
  reduce({"--json", kFinding});
  const json document = json::parse(out_);
  EXPECT_EQ(document["file"], kFinding);
  EXPECT_EQ(document["signature"], kSignature);
  EXPECT_EQ(document["statements_before"], 7);
  EXPECT_EQ(document["statements_after"], 3);
  EXPECT_EQ(document["bytes_before"], std::filesystem::file_size(kFinding));
  EXPECT_EQ(document["bytes_after"], std::string(kReduced).size());
  EXPECT_GT(document["candidates"], 3);
  EXPECT_GT(document["seconds"], 0);
  EXPECT_EQ(document["nest"], kReduced);
}

TEST_F(ReduceRequestTest, DirectivesThatAreSetBecomeTheNestsOwn) {
  const std::string text = read_text(kFinding);
  const std::string file = folder_.write("a.go", text.substr(text.find("package main")));
  reduce({"--set", "move=prologue", file});
  EXPECT_EQ(out_, kReduced);
}

TEST_F(ReduceRequestTest, ANestWithNothingWrongIsBadInput) {
  const std::string file = folder_.write("a.go", "package main\n\nfunc main() {}\n");
  reduce({file});
  EXPECT_EQ(status_, ExitStatus::kBadInput);
  EXPECT_THAT(errors_, HasSubstr(file + ": no violation"));
  EXPECT_THAT(out_, IsEmpty());
}

TEST_F(ReduceRequestTest, AnotherSignatureThanThatOfTheFileIsBadInput) {
  reduce({"--signature=throw:fn", kFinding});
  EXPECT_EQ(status_, ExitStatus::kBadInput);
  EXPECT_THAT(errors_, HasSubstr(std::string("its violation is ") + kSignature));
}

TEST_F(ReduceRequestTest, FilesThatAreNoNestsAreBadInput) {
  reduce({folder_ / "missing.go"});
  EXPECT_EQ(status_, ExitStatus::kBadInput);
  EXPECT_THAT(errors_, HasSubstr("missing.go: cannot be read"));
  reduce({folder_.write("bad.go", "package main\n\nfunc main() {\n\tx\n}\n")});
  EXPECT_EQ(status_, ExitStatus::kBadInput);
  EXPECT_THAT(errors_, HasSubstr("bad.go:4:2: "));
}

TEST(ReduceCommandLineTest, ABoundOfNoTimeIsRefused) {
  const std::vector<std::string> arguments = {"--seconds=0", "a.go"};
  const auto parsed = parse_reduce_command_line(arguments);
  ASSERT_TRUE(std::holds_alternative<Refusal>(parsed));
  EXPECT_EQ(std::get<Refusal>(parsed).status, ExitStatus::kBadInput);
}

}  // namespace
}  // namespace stackquake
