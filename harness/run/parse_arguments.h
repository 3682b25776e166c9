#ifndef STACKQUAKE_HARNESS_RUN_PARSE_ARGUMENTS_H_
#define STACKQUAKE_HARNESS_RUN_PARSE_ARGUMENTS_H_

#include <optional>
#include <span>
#include <string>

#include "harness/run/exit_status.h"

namespace CLI {
class App;
}

namespace stackquake {

// Runs a parser over a command line without the program's name: the one place where CLI11's
// exceptions are caught. The parser gets the program's name, if that is known. Where its help is
// asked for, the refusal is kOk, and the message the help.
std::optional<Refusal> parse_arguments(CLI::App& app, std::span<const std::string> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_PARSE_ARGUMENTS_H_
