#ifndef STACKQUAKE_HARNESS_CLI_ORACLE_COMMAND_LINE_H_
#define STACKQUAKE_HARNESS_CLI_ORACLE_COMMAND_LINE_H_

#include <span>
#include <string>
#include <variant>

#include "harness/cli/nest_command.h"
#include "harness/cli/refusal.h"
#include "harness/oracle/oracle.h"

namespace stackquake {

// A parsed command line of run_oracle.
struct OracleRequest : NestRequest {
  Level level = Level::kGo14;  // the level of the default design of run_nests

  // If not 0: evaluate under this many seeds of the scheduler, counted from the nest's own, and say
  // why the behaviour says nothing about other runtimes, if it does not.
  uint32_t schedules = 0;
};

// Parses a command line without the program's name.
std::variant<OracleRequest, Help, Refusal> parse_oracle_command_line(
    std::span<const std::string> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_ORACLE_COMMAND_LINE_H_
