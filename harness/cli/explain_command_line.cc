#include "harness/cli/explain_command_line.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "harness/cli/nest_options.h"
#include "harness/cli/parse_arguments.h"
#include "harness/cli/setting_options.h"

namespace stackquake {

std::variant<ExplainRequest, Help, Refusal> parse_explain_command_line(
    std::span<const std::string> arguments) {
  ExplainRequest request;
  CLI::App app("Tells the story of a run: what is wrong, and why.", "explain_nest");
  app.footer("Exit status: 0 no violation, 1 a violation, 2 bad usage or no nest.");
  add_settings(app, request.settings);
  NestOptions nest_options(app, request);
  if (auto refusal = parse_arguments(app, arguments)) {
    if (refusal->status == ExitStatus::kOk) return Help{std::move(refusal->message)};
    return std::move(*refusal);
  }
  if (auto refusal = complete_settings(request.settings)) return std::move(*refusal);
  if (auto refusal = nest_options.complete()) return std::move(*refusal);
  if (request.paths.size() != 1) {
    return Refusal{ExitStatus::kBadInput, "one nest at a time is explained"};
  }
  if (request.settings.checks != "all") {
    return Refusal{ExitStatus::kBadInput, "a nest is explained with all checks"};
  }
  // A list of results, which NestCommand writes with --json, is not wanted.
  request.as_document = std::exchange(request.json, false);
  return request;
}

}  // namespace stackquake
