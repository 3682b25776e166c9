#ifndef STACKQUAKE_HARNESS_RUN_COMMAND_LINE_H_
#define STACKQUAKE_HARNESS_RUN_COMMAND_LINE_H_

#include <span>
#include <string>
#include <variant>

#include "harness/run/exit_status.h"
#include "harness/run/nest_command.h"
#include "harness/run/settings.h"

namespace stackquake {

// What the command line of run_nests asks for. Everything in it has been checked but the files.
struct Request : NestRequest {
  Settings settings;
  bool trace = false;
};

// Reads a command line without the program's name.
std::variant<Request, Help, Refusal> parse_command_line(std::span<const std::string> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_COMMAND_LINE_H_
