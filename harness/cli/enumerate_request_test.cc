#include "harness/cli/enumerate_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "harness/cli/request_testing.h"
#include "harness/cli/run_command_line.h"
#include "harness/cli/run_request.h"

namespace stackquake {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class EnumerateRequestTest : public CommandTest {
 protected:
  void run(const std::vector<std::string>& arguments) {
    run_command(arguments, parse_enumerate_command_line, enumerate_request);
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
    return std::get<Refusal>(parse_enumerate_command_line(arguments)).message;
  }
};

TEST_F(EnumerateRequestTest, CountsNestsOfEachSize) {
  run({"--size=2", "--count"});
  const auto sizes = events("size");
  ASSERT_THAT(sizes, SizeIs(3));
  EXPECT_EQ(sizes[1]["nests"], 11);
  EXPECT_EQ(sizes[2]["up_to"], 1 + 11 + 126);
}

TEST_F(EnumerateRequestTest, PrintsTheTextsOfARange) {
  run({"--size=1", "--texts", "--first=4", "--end=6"});
  const auto nests = events("nest");
  ASSERT_THAT(nests, SizeIs(2));
  EXPECT_EQ(nests[0]["number"], 4);
  EXPECT_THAT(nests[0]["nest"].get<std::string>(), HasSubstr("\tmove()\n"));
}

TEST_F(EnumerateRequestTest, TheDesignThatIsRightIsRightOnAllNestsOfTwoStatements) {
  run({"--size=2", "--poison=fill"});
  EXPECT_EQ(status_, ExitStatus::kOk);
  EXPECT_THAT(events("finding"), IsEmpty());
  const json end = events("end").at(0);
  EXPECT_EQ(end["nests"], 138);
  EXPECT_EQ(end["runs"], 138 + 2 * end["safepoints"].get<uint64_t>());
}

TEST_F(EnumerateRequestTest, RangesAddUp) {
  run({"--size=2"});
  const json all = events("end").at(0);
  uint64_t nests = 0;
  uint64_t runs = 0;
  for (const char* range : {"--end=50", "--first=50"}) {
    run({"--size=2", range});
    nests += events("end").at(0)["nests"].get<uint64_t>();
    runs += events("end").at(0)["runs"].get<uint64_t>();
  }
  EXPECT_EQ(nests, all["nests"]);
  EXPECT_EQ(runs, all["runs"]);
}

TEST_F(EnumerateRequestTest, FindsADefectAndShowsItByANest) {
  run({"--size=2", "--defect=panic-pops-defer"});
  EXPECT_EQ(status_, ExitStatus::kFound);
  const json found = events("finding").at(0);
  EXPECT_GT(events("end").at(0)["seen"][found["violation"]["signature"].get<std::string>()], 0);
  const std::string nest = found["nest"];
  run_command({"--defect=panic-pops-defer", "--json", folder_.write("a.go", nest)},
              parse_run_command_line, run_request);
  EXPECT_EQ(json::parse(out_)[0]["violation"]["signature"], found["violation"]["signature"]);
}

TEST_F(EnumerateRequestTest, LeavesNestsOut) {
  run({"--size=1", "--skip=3", "--skip=5"});
  EXPECT_EQ(events("end").at(0)["nests"], 10);
}

TEST_F(EnumerateRequestTest, MarksWhatItRuns) {
  run({"--size=1", "--marker", folder_ / "marker"});
  std::ifstream marker(folder_ / "marker");
  uint64_t number = 0;
  uint64_t run = 0;
  marker >> number >> run;
  EXPECT_EQ(number, 11);
  EXPECT_GT(run, 0);
  this->run({"--size=1", "--marker", folder_ / "none/marker"});
  EXPECT_EQ(status_, ExitStatus::kMissing);
  EXPECT_THAT(errors_, HasSubstr("none/marker: cannot be written"));
}

TEST_F(EnumerateRequestTest, RefusesWhatItCannotDo) {
  EXPECT_THAT(refusal({"--size=11"}), HasSubstr("--size"));
  EXPECT_THAT(refusal({}), HasSubstr("--size"));
  EXPECT_THAT(refusal({"--size=1", "--count", "--texts"}), HasSubstr("--texts"));
}

}  // namespace
}  // namespace stackquake
