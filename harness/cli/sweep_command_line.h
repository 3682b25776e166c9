#ifndef STACKQUAKE_HARNESS_CLI_SWEEP_COMMAND_LINE_H_
#define STACKQUAKE_HARNESS_CLI_SWEEP_COMMAND_LINE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "harness/cli/nest_command.h"
#include "harness/cli/refusal.h"
#include "harness/run/settings.h"
#include "harness/sweep/sweep.h"

namespace stackquake {

// A parsed command line of sweep_nests. Everything except the files has been validated.
struct SweepRequest : NestRequest {
  Settings settings;
  SweepPlan plan;                // `from` concerns the first file alone
  std::string marker;            // the file that says which run is being made; empty: none
  std::optional<uint64_t> show;  // print the nest of this run, and run nothing else
};

// Parses a command line without the program's name.
std::variant<SweepRequest, Help, Refusal> parse_sweep_command_line(
    std::span<const std::string> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_SWEEP_COMMAND_LINE_H_
