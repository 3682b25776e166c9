#ifndef STACKQUAKE_HARNESS_CLI_REQUEST_TESTING_H_
#define STACKQUAKE_HARNESS_CLI_REQUEST_TESTING_H_

// Shared by the tests of the programs for nests: a folder for nests, and a way to run one command
// and look at its output and status.

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "harness/cli/captured_file.h"
#include "harness/cli/temporary_folder.h"
#include "harness/run/exit_status.h"

namespace stackquake {

class CommandTest : public testing::Test {
 protected:
  // Runs a command line as the program does. `parse` is the program's parser.
  template <typename Parse, typename Run>
  void run_command(const std::vector<std::string>& arguments, Parse parse, Run run) {
    auto parsed = parse(arguments);
    ASSERT_EQ(parsed.index(), 0u);
    CapturedFile out;
    CapturedFile errors;
    status_ = run(std::get<0>(parsed), out.file(), errors.file());
    out_ = out.text();
    errors_ = errors.text();
  }

  TemporaryFolder folder_;
  ExitStatus status_ = ExitStatus::kMissing;
  std::string out_;
  std::string errors_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_REQUEST_TESTING_H_
