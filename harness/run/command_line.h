#ifndef STACKQUAKE_HARNESS_RUN_COMMAND_LINE_H_
#define STACKQUAKE_HARNESS_RUN_COMMAND_LINE_H_

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "harness/run/exit_status.h"
#include "harness/run/overrides.h"
#include "harness/run/settings.h"

namespace stackquake {

// What the command line of run_nests asks for. Everything in it has been checked but the files.
struct Request {
  Settings settings;
  Overrides overrides;
  bool trace = false;
  bool json = false;
  std::vector<std::string> paths;  // files and folders, at least one
};

// What is to be printed instead of doing anything: what --help asked for.
struct Help {
  std::string text;
};

// Reads a command line without the program's name.
std::variant<Request, Help, Refusal> parse_command_line(std::span<const std::string> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_COMMAND_LINE_H_
