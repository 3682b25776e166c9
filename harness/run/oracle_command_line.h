#ifndef STACKQUAKE_HARNESS_RUN_ORACLE_COMMAND_LINE_H_
#define STACKQUAKE_HARNESS_RUN_ORACLE_COMMAND_LINE_H_

#include <span>
#include <string>
#include <variant>

#include "harness/oracle/oracle.h"
#include "harness/run/exit_status.h"
#include "harness/run/nest_command.h"

namespace stackquake {

// What the command line of run_oracle asks for.
struct OracleRequest : NestRequest {
  Level level = Level::kGo14;  // that of the design that run_nests takes by default

  // Where not 0: evaluate under so many seeds of the scheduler, from the nest's on, and tell why
  // nothing can be expected of other runtimes, if so.
  uint32_t schedules = 0;
};

// "go1.4", "modern": the names of levels in texts.
std::string_view to_string(Level level);

// Reads a command line without the program's name.
std::variant<OracleRequest, Help, Refusal> parse_oracle_command_line(
    std::span<const std::string> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_ORACLE_COMMAND_LINE_H_
