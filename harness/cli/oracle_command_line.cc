#include "harness/cli/oracle_command_line.h"

#include <CLI/CLI.hpp>
#include <map>
#include <utility>

#include "harness/cli/nest_options.h"
#include "harness/cli/parse_arguments.h"

namespace stackquake {

namespace {

constexpr const char* kOracleDescription =
    "Reports how nests behave according to the Go specification: their outcomes, and the traces of "
    "their goroutines. No runtime is involved.";

constexpr int kMostSchedules = 1000;

constexpr const char* kOracleFooter =
    "Of the directives, only sched= and limit= matter here; stack= changes only how much fuel is "
    "used.\n"
    "The outcome is overflow when a nest takes a quarter of the limit: up to there, every design "
    "of a\n"
    "runtime has room.\n"
    "\n"
    "`quake run --help` explains the outcomes: exit, panic and so on.\n"
    "\n"
    "Exit status: 0; 2 for bad usage or a file that is not a nest (the others are still "
    "evaluated);\n"
    "3 for output that could not be written.\n"
    "\n"
    "With --json standard output gets one document and nothing else: a list with an object for\n"
    "each file. The object of a file that is not a nest has only \"file\" and \"error\".\n"
    "\n"
    "With --schedules each line says so if other runtimes need not behave like this, and why. The\n"
    "reason is \"not_compared\" in the document, null when every runtime must behave like this: "
    "fuel,\n"
    "overflow, nilpanic, addresses (the behaviour depends on the numbers that addr() gives) or\n"
    "schedule (it depends on the seed). \"events\" has what happened on which bugs of real Go "
    "depend:\n"
    "harness/oracle/events.def lists them.";

}  // namespace

std::variant<OracleRequest, Help, Refusal> parse_oracle_command_line(
    std::span<const std::string> arguments) {
  OracleRequest request;
  std::string level(to_string(request.level));
  CLI::App app(kOracleDescription, "run_oracle");
  app.footer(kOracleFooter);
  app.add_option(
         "--level", level,
         "go1.4 (the default), where a recovered panic may cancel a Goexit, or modern, where it "
         "goes on")
      ->check(CLI::IsMember({"go1.4", "modern"}));
  app.add_option("--schedules", request.schedules,
                 "evaluate under this many seeds of the scheduler, and say whether other runtimes "
                 "must behave alike")
      ->check(CLI::Range(1, kMostSchedules));
  NestOptions nest_options(app, request);
  if (auto refusal = parse_arguments(app, arguments)) {
    if (refusal->status == ExitStatus::kOk) return Help{std::move(refusal->message)};
    return std::move(*refusal);
  }
  if (auto refusal = nest_options.complete()) return std::move(*refusal);
  request.level = level == to_string(Level::kGo14) ? Level::kGo14 : Level::kModern;
  return request;
}

}  // namespace stackquake
