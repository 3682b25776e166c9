#ifndef STACKQUAKE_HARNESS_RUN_COMMAND_LINE_H_
#define STACKQUAKE_HARNESS_RUN_COMMAND_LINE_H_

#include <span>
#include <string>
#include <variant>

#include "harness/run/exit_status.h"
#include "harness/run/nest_command.h"
#include "harness/run/settings.h"

namespace stackquake {

// A parsed command line of run_nests. Everything except the files has been validated.
struct Request : NestRequest {
  Settings settings;
  bool trace = false;
};

// Parses a command line without the program's name.
std::variant<Request, Help, Refusal> parse_command_line(std::span<const std::string> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_COMMAND_LINE_H_
