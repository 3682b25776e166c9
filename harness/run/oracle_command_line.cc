#include "harness/run/oracle_command_line.h"

#include <CLI/CLI.hpp>
#include <map>
#include <utility>

#include "harness/run/nest_options.h"
#include "harness/run/parse_arguments.h"

namespace stackquake {

namespace {

constexpr const char* kOracleDescription =
    "Tells how nests behave by the Go specification: how each ends, and what its goroutines trace. "
    "No runtime is involved.";

constexpr int kMostSchedules = 1000;

constexpr const char* kOracleFooter =
    "Of the directives only sched= and limit= matter here, and with stack= how much fuel is used.\n"
    "An overflow is told when a quarter of the limit is taken: up to there every design of a\n"
    "runtime has room.\n"
    "\n"
    "`quake run --help` tells what the outcomes are, exit, panic and so on.\n"
    "\n"
    "Exit status: 0, 2 for bad usage or a file that is no nest (the others are evaluated all the\n"
    "same), 3 for output that could not be written.\n"
    "\n"
    "With --json standard output gets one document and nothing else: a list with an object for\n"
    "each nest. That of a file that is no nest has only \"file\" and \"error\".\n"
    "\n"
    "With --schedules each result also has \"not_compared\": null where every runtime must behave\n"
    "like this, otherwise fuel, overflow, nilpanic, addresses (the behaviour depends on what "
    "addr()\n"
    "gives) or schedule (it depends on the seed).";

}  // namespace

std::string_view to_string(Level level) {
  return level == Level::kGo14 ? "go1.4" : "modern";
}

std::variant<OracleRequest, Help, Refusal> parse_oracle_command_line(
    std::span<const std::string> arguments) {
  OracleRequest request;
  std::string level(to_string(request.level));
  CLI::App app(kOracleDescription, "run_oracle");
  app.footer(kOracleFooter);
  app.add_option("--level", level,
                 "go1.4, where a recovered panic may cancel a Goexit, or modern, where it goes on")
      ->check(CLI::IsMember({"go1.4", "modern"}))
      ->capture_default_str();
  app.add_option("--schedules", request.schedules,
                 "evaluate under so many seeds of the scheduler, and tell why nothing can be "
                 "expected of other runtimes, if so")
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
