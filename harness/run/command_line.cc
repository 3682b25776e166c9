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
    "How a nest ends, its outcome, and what follows it in the line:\n"
    "  exit       main returned\n"
    "  panic      nothing recovered a panic; then each panic that was in progress, oldest first, "
    "by\n"
    "             its number in code(), with [recovered] where it was\n"
    "  goexit     main called runtime.Goexit, and no goroutine is left\n"
    "  deadlock   every goroutine that is left waits at a channel\n"
    "  overflow   a stack would have passed limit=\n"
    "  fuel       the budget of steps ran out, or a goroutine was started when main and 1023\n"
    "             others had been\n"
    "  nilpanic   panic was called with an any that is nil\n"
    "Where the oracle ends a nest in fuel, overflow or nilpanic, the behaviour is not compared.\n"
    "\n"
    "PATH - is standard input. A folder with a file .not-nests is skipped where it lies below a\n"
    "folder that is named.\n"
    "\n"
    "Exit status: 0 no violation, 1 a violation, 2 bad usage or a file that is no nest (the\n"
    "others are run all the same, and a violation of theirs wins), 3 something missing on this\n"
    "machine, or output that could not be written. A panic or a deadlock of the nest is a\n"
    "behaviour, and nothing wrong.\n"
    "\n"
    "With --json standard output gets one document and nothing else: a list with an object for\n"
    "each nest. That of a file that could not be run has only \"file\", \"error\" and, if\n"
    "there are any, \"further_errors\". \"file_hex\" has all bytes of a file name that is no "
    "UTF-8.";

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
