#include "harness/generator/generate_request.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "harness/language/nest_testing.h"
#include "harness/run/request_testing.h"

namespace stackquake {
namespace {

class GenerateTest : public CommandTest {
 protected:
  void generate(const std::vector<std::string>& arguments) {
    run_command(arguments, parse_generate_command_line, generate_nests);
  }
};

std::string refusal(const std::vector<std::string>& arguments) {
  const auto parsed = parse_generate_command_line(arguments);
  const auto* refusal = std::get_if<Refusal>(&parsed);
  return refusal == nullptr ? "" : refusal->message;
}

TEST_F(GenerateTest, PrintsTheNestOfASeed) {
  generate({"--seed", "7"});
  EXPECT_EQ(status_, ExitStatus::kOk);
  EXPECT_EQ(out_, nest_of_seed(7, false));
  Arena arena;
  EXPECT_NE(load_good(out_, arena), nullptr);
}

TEST_F(GenerateTest, WritesAFileForEachSeedAndNothingElse) {
  const std::filesystem::path made = std::filesystem::path(folder_.path()) / "made";
  generate({"--seed", "5", "--count", "2", "--goroutines", "--directory", made.string()});
  EXPECT_EQ(status_, ExitStatus::kOk) << errors_;
  EXPECT_EQ(out_, "");
  EXPECT_EQ(read_text(made / "nest-5.go"), nest_of_seed(5, true));
  EXPECT_EQ(read_text(made / "nest-6.go"), nest_of_seed(6, true));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(made), {}), 2);
}

TEST_F(GenerateTest, SaysWhereItCannotWrite) {
  generate({"--directory", "/dev/null/nests"});
  EXPECT_EQ(status_, ExitStatus::kBadInput);
  EXPECT_EQ(errors_, "/dev/null/nests: cannot be written\n");
}

TEST_F(GenerateTest, RefusesBadUsage) {
  EXPECT_THAT(refusal({"--count", "2"}), testing::HasSubstr("--directory"));
  EXPECT_NE(refusal({"--count", "0", "--directory", "x"}), "");
  EXPECT_NE(refusal({"--seed", "x"}), "");
}

}  // namespace
}  // namespace stackquake
