#ifndef STACKQUAKE_HARNESS_CLI_RUN_COMMAND_LINE_H_
#define STACKQUAKE_HARNESS_CLI_RUN_COMMAND_LINE_H_

#include <span>
#include <string>
#include <variant>

#include "harness/cli/nest_command.h"
#include "harness/cli/refusal.h"
#include "harness/run/settings.h"

namespace stackquake {

// A parsed command line of run_nests. Everything except the files has been validated.
struct RunRequest : NestRequest {
  Settings settings;
  bool trace = false;
  bool situations = false;
};

// Parses a command line without the program's name.
std::variant<RunRequest, Help, Refusal> parse_run_command_line(
    std::span<const std::string> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_RUN_COMMAND_LINE_H_
