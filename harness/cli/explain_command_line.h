#ifndef STACKQUAKE_HARNESS_CLI_EXPLAIN_COMMAND_LINE_H_
#define STACKQUAKE_HARNESS_CLI_EXPLAIN_COMMAND_LINE_H_

#include <span>
#include <string>
#include <variant>

#include "harness/cli/nest_command.h"
#include "harness/cli/refusal.h"
#include "harness/run/settings.h"

namespace stackquake {

// A parsed command line of explain_nest. Everything except the file has been validated.
struct ExplainRequest : NestRequest {
  Settings settings;
  bool as_document = false;  // JSON, instead of Markdown
};

// Parses a command line without the program's name.
std::variant<ExplainRequest, Help, Refusal> parse_explain_command_line(
    std::span<const std::string> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_EXPLAIN_COMMAND_LINE_H_
