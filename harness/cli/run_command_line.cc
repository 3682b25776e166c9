#include "harness/cli/run_command_line.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "harness/cli/nest_options.h"
#include "harness/cli/parse_arguments.h"
#include "harness/cli/setting_options.h"

namespace stackquake {

namespace {

constexpr const char* kDescription =
    "Runs nests on the reference runtime and reports how each behaves: its outcome, and the traces "
    "of "
    "its goroutines.";

constexpr const char* kFooter =
    "The outcomes of a nest, and what follows them in the line:\n"
    "  exit       main returned\n"
    "  panic      nothing recovered a panic; the number that code() gives for each panic in\n"
    "             progress follows, oldest first, with [recovered] after a recovered one\n"
    "  goexit     main called runtime.Goexit, and no goroutine is left\n"
    "  deadlock   every goroutine that is left waits for a channel\n"
    "  overflow   a stack would have passed limit=\n"
    "  fuel       the budget of steps ran out, or the nest started more than 1023 goroutines\n"
    "  nilpanic   panic was called with an any that is nil\n"
    "A nest for which the oracle expects fuel, overflow or nilpanic is not compared.\n"
    "\n"
    "PATH - is standard input. Below a folder that is named, folders with a file .not-nests are\n"
    "skipped.\n"
    "\n"
    "Exit status:\n"
    "  0  no violation; a panic or a deadlock of the nest is a behaviour, not a violation\n"
    "  1  a violation\n"
    "  2  bad usage, or a file that is not a nest; the other files still run, and a violation in\n"
    "     one of them gives status 1\n"
    "  3  this machine lacks something, or output could not be written\n"
    "\n"
    "With --json standard output gets one document and nothing else: a list with an object for\n"
    "each file. The object of a file that could not be run has only \"file\", \"error\" and, if\n"
    "there are any, \"further_errors\". If the file's name is not valid UTF-8, \"file_hex\" has "
    "all its\n"
    "bytes.";

}  // namespace

std::variant<RunRequest, Help, Refusal> parse_run_command_line(
    std::span<const std::string> arguments) {
  RunRequest request;
  CLI::App app(kDescription, "run_nests");
  app.footer(kFooter);
  add_settings(app, request.settings);
  auto* trace = app.add_flag("--trace", request.trace,
                             "print what happens, in order; with --json on standard error");
  app.add_flag("--situations", request.situations,
               "with --json: count what came up in a run, as a fuzz target does")
      ->excludes(trace);
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
