#include "harness/cli/run_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/cli/request_testing.h"

namespace stackquake {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kNest = "package main\n\nfunc main() {\n\ttrace(7)\n}\n";
constexpr const char* kPanic = "package main\n\nfunc main() {\n\tpanic(3)\n}\n";

class RunRequestTest : public CommandTest {
 protected:
  void run(const std::vector<std::string>& arguments) {
    run_command(arguments, parse_run_command_line, run_request);
  }
};

TEST_F(RunRequestTest, EveryNestGetsItsLine) {
  folder_.write("a.go", kNest);
  folder_.write("b.go", kPanic);
  run({folder_.path()});
  EXPECT_EQ(status_, ExitStatus::kOk);
  EXPECT_EQ(out_, folder_ / "a.go" + "  exit; traces [7]\n" + folder_ / "b.go" +
                      "  panic 3; no traces\n");
  EXPECT_THAT(errors_, IsEmpty());
}

TEST_F(RunRequestTest, BadFilesAreToldAndTheOthersRun) {
  const std::string bad = folder_.write("bad.go", "package main\n\nfunc main() {\n\tx\n}\n");
  const std::string good = folder_.write("good.go", kNest);
  run({folder_ / "missing.go", bad, good});
  EXPECT_EQ(status_, ExitStatus::kBadInput);
  EXPECT_THAT(errors_, HasSubstr(folder_ / "missing.go" + ": cannot be read"));
  EXPECT_THAT(errors_, HasSubstr(bad + ":4:2: "));
  EXPECT_THAT(out_, HasSubstr(good));
  EXPECT_THAT(out_, Not(HasSubstr(bad)));
}

TEST_F(RunRequestTest, AFilesFurtherErrorsAreToldToo) {
  const std::string bad =
      folder_.write("bad.go", "package main\n\nfunc main() {\n\tx = 1\n\ty = 1\n}\n");
  run({"--json", bad});
  EXPECT_EQ(errors_,
            bad + ":4:2: x is not declared here\n" + bad + ":5:2: y is not declared here\n");
  const json document = json::parse(out_);
  EXPECT_EQ(document[0]["error"], bad + ":4:2: x is not declared here");
  EXPECT_EQ(document[0]["further_errors"], json::array({bad + ":5:2: y is not declared here"}));
}

TEST_F(RunRequestTest, AFolderThatSaysItHasNoNestsIsToldAndSkipped) {
  folder_.write("a.go", kNest);
  folder_.write("bad/b.go", "no nest");
  folder_.write("bad/.not-nests", "");
  run({folder_.path()});
  EXPECT_EQ(status_, ExitStatus::kOk);
  EXPECT_EQ(errors_,
            folder_ / "bad" + ": skipped; the file .not-nests says that its files are not nests\n");
}

TEST_F(RunRequestTest, NamesThatATerminalObeysAreEscaped) {
  const std::string file = folder_.write("\x1b[31m.go", kNest);
  run({file, folder_ / "\x1b[0m.go"});
  EXPECT_THAT(out_, HasSubstr("\\x1b[31m.go"));
  EXPECT_THAT(out_ + errors_, Not(HasSubstr("\x1b")));
}

TEST_F(RunRequestTest, ANameThatIsNoUtf8IsToldInHexadecimalToo) {
  const std::string file = folder_.write("\xff.go", kNest);
  run({"--json", file, folder_ / "\xfe.go", folder_.write("a.go", kNest)});
  const json document = json::parse(out_);
  EXPECT_THAT(document[0]["file_hex"].get<std::string>(), testing::EndsWith("ff2e676f"));
  EXPECT_THAT(document[1]["file_hex"].get<std::string>(), testing::EndsWith("fe2e676f"));
  EXPECT_FALSE(document[2].contains("file_hex"));
}

TEST_F(RunRequestTest, DirectivesThatDoNotFitTheFileAreBadInput) {
  const std::string file = folder_.write("a.go", "//quake:stack=4096\n" + std::string(kNest));
  run({"--set", "limit=2048", file});
  EXPECT_EQ(status_, ExitStatus::kBadInput);
  EXPECT_THAT(errors_, HasSubstr(file + ": with --set: limit="));
}

TEST_F(RunRequestTest, SetReachesTheRun) {
  const std::string file = folder_.write("a.go", "//quake:move=none\n" + std::string(kNest));
  run({"--json", "--set", "move=prologue", file});
  EXPECT_GT(json::parse(out_)[0]["stats"]["forced_copies"], 0);
}

TEST_F(RunRequestTest, JsonIsOneDocument) {
  const std::string good = folder_.write("a.go", kNest);
  run({"--json", "--trace", good, folder_ / "missing.go", good});
  const json document = json::parse(out_);
  ASSERT_EQ(document.size(), 3);
  EXPECT_EQ(document[0]["traces"], json::parse("[[7]]"));
  EXPECT_EQ(document[1].size(), 2);
  EXPECT_EQ(document[1]["file"], folder_ / "missing.go");
  EXPECT_EQ(document[0], document[2]);
  EXPECT_THAT(errors_, HasSubstr("trace 7"));
}

TEST_F(RunRequestTest, TheTraceComesBeforeTheResult) {
  run({"--trace", folder_.write("a.go", kNest)});
  ASSERT_THAT(out_, HasSubstr("trace 7"));
  EXPECT_LT(out_.find("trace 7"), out_.find("exit"));
}

TEST_F(RunRequestTest, SituationsAreCountedForEachNest) {
  const std::string recovers = folder_.write(
      "a.go",
      "package main\n\nfunc main() {\n\tdefer func() {\n\t\tmove()\n\t\trecover()\n\t}()\n"
      "\tpanic(3)\n}\n");
  const std::string traces = folder_.write("b.go", kNest);
  run({"--json", "--situations", recovers, traces});
  const json document = json::parse(out_);
  EXPECT_EQ(document[0]["situations"]["panic"], 1);
  EXPECT_EQ(document[0]["situations"]["copy: in a panic"], 1);
  EXPECT_FALSE(document[1]["situations"].contains("panic"));
  run({"--json", traces});
  EXPECT_FALSE(json::parse(out_)[0].contains("situations"));
}

}  // namespace
}  // namespace stackquake
