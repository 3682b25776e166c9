#include "harness/run/run_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/run/request_testing.h"

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
    run_command(arguments, parse_command_line, run_request);
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

}  // namespace
}  // namespace stackquake
