#include "harness/cli/parse_arguments.h"

#include <CLI/CLI.hpp>
#include <utility>
#include <vector>

#include "harness/cli/program_name.h"

namespace stackquake {

std::optional<Refusal> parse_arguments(CLI::App& app, std::span<const std::string> arguments) {
  if (!program_name().empty()) app.name(program_name());
  // CLI11 expects the arguments in reverse order.
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    return Refusal{ExitStatus::kOk, app.help()};
  } catch (const CLI::ParseError& error) {
    return Refusal{ExitStatus::kBadInput, error.what()};
  }
  return std::nullopt;
}

}  // namespace stackquake
