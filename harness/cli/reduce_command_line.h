#ifndef STACKQUAKE_HARNESS_CLI_REDUCE_COMMAND_LINE_H_
#define STACKQUAKE_HARNESS_CLI_REDUCE_COMMAND_LINE_H_

#include <span>
#include <string>
#include <variant>

#include "harness/cli/overrides.h"
#include "harness/cli/refusal.h"
#include "harness/run/settings.h"

namespace stackquake {

// The command line of reduce_nest. Everything in it has been checked except the file.
struct ReduceRequest {
  Settings settings;
  Overrides overrides;
  std::string file;
  std::string signature;  // empty: the signature that the file shows
  std::string out;        // empty: standard output
  double seconds = 60;
  bool json = false;
};

// Reads a command line without the program's name.
std::variant<ReduceRequest, Help, Refusal> parse_reduce_command_line(
    std::span<const std::string> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_REDUCE_COMMAND_LINE_H_
