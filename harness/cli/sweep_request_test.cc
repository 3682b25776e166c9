#include "harness/cli/sweep_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "harness/cli/request_testing.h"
#include "harness/cli/run_command_line.h"
#include "harness/cli/run_request.h"
#include "harness/testing/corpus_folder.h"

namespace stackquake {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kNest = R"(package main

func set(p *int) {
	*p = 42
}

func main() {
	var y int
	defer func() {
		trace(code(recover()))
		trace(y)
	}()
	defer set(&y)
	panic(1)
}
)";

class SweepRequestTest : public CommandTest {
 protected:
  void run(const std::vector<std::string>& arguments) {
    run_command(arguments, parse_sweep_command_line, sweep_request);
  }

  // The events of a kind.
  std::vector<json> events(const std::string& kind) {
    std::vector<json> found;
    std::istringstream lines(out_);
    for (std::string line; std::getline(lines, line);) {
      json event = json::parse(line);
      if (event["event"] == kind) found.push_back(std::move(event));
    }
    return found;
  }

  std::string refusal(const std::vector<std::string>& arguments) {
    return std::get<Refusal>(parse_sweep_command_line(arguments)).message;
  }
};

TEST_F(SweepRequestTest, ASoundDesignHasNoFindings) {
  const std::string file = folder_.write("a.go", kNest);
  run({file});
  EXPECT_EQ(status_, ExitStatus::kOk);
  EXPECT_THAT(errors_, IsEmpty());
  ASSERT_EQ(events("nest").size(), 1u);
  const json nest = events("nest")[0];
  EXPECT_EQ(nest["file"], file);
  EXPECT_EQ(nest["runs"], 1 + 2 * nest["safepoints"].get<uint64_t>());
  EXPECT_EQ(nest["too_many"], false);
  EXPECT_EQ(events("end")[0]["done"], nest["runs"]);
  EXPECT_THAT(events("finding"), IsEmpty());
}

TEST_F(SweepRequestTest, AFindingIsANestThatShowsItByItself) {
  const std::string folder = corpus_folder() + "/defects/";
  run({"--defect=traceback-on-own-stack", folder + "traceback-on-own-stack.go"});
  EXPECT_EQ(status_, ExitStatus::kFound);
  const json finding = events("finding").at(0);
  const std::string place = std::to_string(finding["move_at"].at(0).get<uint64_t>());
  EXPECT_THAT(finding["nest"], HasSubstr("move=at:" + place + " "));
  EXPECT_EQ(finding["violation"]["check"], "bad-traceback");
  const std::string nest = folder_.write("found.go", finding["nest"].get<std::string>());
  run_command({"--defect=traceback-on-own-stack", nest}, parse_run_command_line, run_request);
  EXPECT_EQ(status_, ExitStatus::kFound);
  EXPECT_THAT(out_, HasSubstr("bad-traceback"));
}

TEST_F(SweepRequestTest, EachSignatureIsToldOnceForAFile) {
  const std::string nest = corpus_folder() + "/defects/traceback-on-own-stack.go";
  run({"--defect=traceback-on-own-stack", "--pairs", nest});
  std::set<std::string> signatures;
  for (const json& one : events("finding")) signatures.insert(one["violation"]["signature"]);
  EXPECT_EQ(signatures.size(), events("finding").size());
  const json seen = events("end")[0]["seen"];
  EXPECT_EQ(seen.size(), signatures.size());
  uint64_t times = 0;
  for (const auto& one : seen) times += one.get<uint64_t>();
  EXPECT_GT(times, signatures.size());
}

TEST_F(SweepRequestTest, ANestWithTooManyRunsIsToldAndTheOthersRun) {
  folder_.write("a.go", kNest);
  folder_.write("b.go", "package main\n\nfunc main() {\n}\n");
  run({"--max-runs=9", folder_.path()});
  ASSERT_EQ(events("nest").size(), 2u);
  EXPECT_EQ(events("nest")[0]["too_many"], true);
  EXPECT_EQ(events("end")[0]["done"], 1);
  EXPECT_EQ(events("nest")[1]["too_many"], false);
  EXPECT_EQ(events("end")[1]["done"], events("nest")[1]["runs"]);
}

TEST_F(SweepRequestTest, TheMarkerSaysWhichRunWasTheLast) {
  folder_.write("a.go", kNest);
  folder_.write("b.go", kNest);
  run({"--marker", folder_ / "marker", folder_.path()});
  std::ifstream marker(folder_ / "marker");
  uint64_t file = 0;
  uint64_t run = 0;
  marker >> file >> run;
  EXPECT_EQ(file, 1u);
  EXPECT_EQ(run + 1, events("nest")[1]["runs"]);
}

TEST_F(SweepRequestTest, AMarkerThatCannotBeWrittenIsTold) {
  run({"--marker", folder_ / "none/marker", folder_.write("a.go", kNest)});
  EXPECT_EQ(status_, ExitStatus::kMissing);
  EXPECT_THAT(errors_, HasSubstr("none/marker: cannot be written"));
}

TEST_F(SweepRequestTest, TheNestOfARunIsShown) {
  const std::string file = folder_.write("a.go", kNest);
  run({"--show=3", file});
  EXPECT_THAT(events("shown").at(0)["nest"], HasSubstr("//quake:move=at:2\n"));
  run({"--show=0", file});
  EXPECT_EQ(events("shown").at(0)["nest"], kNest);
  run({"--show=100000", file});
  EXPECT_EQ(events("shown").at(0)["nest"], nullptr);
}

TEST_F(SweepRequestTest, PartsShareTheRuns) {
  const std::string file = folder_.write("a.go", kNest);
  run({"--part=1/2", file});
  const uint64_t first = events("end")[0]["done"];
  run({"--part=2/2", file});
  const uint64_t second = events("end")[0]["done"];
  EXPECT_EQ(first + second, events("nest")[0]["runs"]);
}

TEST_F(SweepRequestTest, BadOptionsAreRefused) {
  for (const char* part : {"0/2", "3/2", "2", "a/b", "1/"}) {
    EXPECT_THAT(refusal({"--part", part, "a.go"}), HasSubstr("I/N is expected")) << part;
  }
  EXPECT_THAT(refusal({"--design=go9", "a.go"}), HasSubstr("no design go9"));
}

}  // namespace
}  // namespace stackquake
