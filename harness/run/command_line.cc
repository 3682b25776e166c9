#include "harness/run/command_line.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "harness/run/nest_options.h"
#include "harness/run/parse_arguments.h"

namespace stackquake {

namespace {

constexpr const char* kDescription =
    "Runs nests on the reference runtime, and tells how each behaves: how it ended, and what its "
    "goroutines traced.";

constexpr const char* kFooter =
    "Exit status: 0 no violation, 1 a violation, 2 bad usage or a file that is no nest (the\n"
    "others are run all the same, and a violation of theirs wins), 3 something missing on this\n"
    "machine. A panic or a deadlock of the nest is a behaviour, and nothing wrong.\n"
    "\n"
    "With --json standard output gets one document and nothing else: a list with an object for\n"
    "each nest. That of a file that could not be run has only \"file\" and \"error\".";

}  // namespace

std::variant<Request, Help, Refusal> parse_command_line(std::span<const std::string> arguments) {
  Request request;
  CLI::App app(kDescription, "run_nests");
  app.footer(kFooter);
  add_settings(app, request.settings);
  app.add_flag("--trace", request.trace,
               "tell what happens, in order; on standard error with --json");
  NestOptions nest_options(app, request);
  if (auto refusal = parse_arguments(app, arguments)) {
    if (refusal->status == ExitStatus::kOk) return Help{std::move(refusal->message)};
    return std::move(*refusal);
  }
  if (auto refusal = complete_settings(request.settings)) return std::move(*refusal);
  if (auto refusal = nest_options.complete()) return std::move(*refusal);
  return request;
}

}  // namespace stackquake
