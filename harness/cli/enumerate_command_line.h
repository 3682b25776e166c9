#ifndef STACKQUAKE_HARNESS_CLI_ENUMERATE_COMMAND_LINE_H_
#define STACKQUAKE_HARNESS_CLI_ENUMERATE_COMMAND_LINE_H_

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "harness/cli/refusal.h"
#include "harness/run/settings.h"

namespace stackquake {

// A parsed command line of enumerate_nests, which has been validated.
struct EnumerateRequest {
  Settings settings;
  uint32_t size = 0;   // statements that a nest has at most
  bool count = false;  // print how many nests there are, and run nothing
  bool texts = false;  // print the nests, and run nothing
  uint64_t first = 0;  // numbers of nests: this one …
  uint64_t end = 0;    // … to the one before this, at most SmallNests(size).count()
  std::vector<uint64_t> skipped;
  std::string marker;  // the file that says which nest and run is in hand; empty: none
};

// Parses a command line without the program's name.
std::variant<EnumerateRequest, Help, Refusal> parse_enumerate_command_line(
    std::span<const std::string> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_ENUMERATE_COMMAND_LINE_H_
