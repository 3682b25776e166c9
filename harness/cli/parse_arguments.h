#ifndef STACKQUAKE_HARNESS_CLI_PARSE_ARGUMENTS_H_
#define STACKQUAKE_HARNESS_CLI_PARSE_ARGUMENTS_H_

#include <optional>
#include <span>
#include <string>

#include "harness/cli/refusal.h"

namespace CLI {
class App;
}

namespace stackquake {

// Parses a command line without the program's name. This is the one place that catches CLI11's
// exceptions. The parser gets the program's name, if it is known. For --help the refusal has the
// status kOk, and its message is the help text.
std::optional<Refusal> parse_arguments(CLI::App& app, std::span<const std::string> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_PARSE_ARGUMENTS_H_
