#include "harness/cli/generate_request.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "harness/cli/request_testing.h"
#include "harness/language/nest_testing.h"

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

TEST_F(GenerateTest, PrintsANestOfASeries) {
  generate({"--seed", "7", "--first", "3", "--profile", "records"});
  EXPECT_EQ(status_, ExitStatus::kOk);
  EXPECT_EQ(out_, nest_of_number({.seed = 7, .profile = Profile::kRecords}, 3));
  Arena arena;
  EXPECT_NE(load_good(out_, arena), nullptr);
}

TEST_F(GenerateTest, WritesAFileForEachNumberAndNothingElse) {
  const std::filesystem::path made = std::filesystem::path(folder_.path()) / "made";
  generate({"--seed", "5", "--first", "6", "--count", "2", "--goroutines", "--directory",
            made.string()});
  EXPECT_EQ(status_, ExitStatus::kOk) << errors_;
  EXPECT_EQ(out_, "");
  const GenerateRequest request{.seed = 5, .goroutines = true};
  EXPECT_EQ(read_text(made / "records-6.go"), nest_of_number(request, 6));
  EXPECT_EQ(read_text(made / "compiler-7.go"), nest_of_number(request, 7));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(made), {}), 2);
}

TEST(GenerateRequest, SeriesAndProfilesDiffer) {
  const std::string records = nest_of_number({.seed = 5, .profile = Profile::kRecords}, 8);
  EXPECT_EQ(records, nest_of_number({.seed = 5}, 8));
  EXPECT_NE(records, nest_of_number({.seed = 5, .profile = Profile::kCompiler}, 8));
  EXPECT_NE(records, nest_of_number({.seed = 6, .profile = Profile::kRecords}, 7));
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
  EXPECT_THAT(refusal({"--profile", "x"}), testing::HasSubstr("compiler"));
}

}  // namespace
}  // namespace stackquake
