#ifndef STACKQUAKE_HARNESS_GENERATOR_GENERATE_REQUEST_H_
#define STACKQUAKE_HARNESS_GENERATOR_GENERATE_REQUEST_H_

// The program generate_nests: its command line and its work.

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <variant>

#include "harness/run/exit_status.h"

namespace stackquake {

struct GenerateRequest {
  uint64_t seed = 1;  // of the first nest; further nests have the following seeds
  uint64_t count = 1;
  bool goroutines = false;
  std::string directory;  // for files nest-SEED.go; empty for one nest on standard output
};

// The text of the nest that is made from a seed.
std::string nest_of_seed(uint64_t seed, bool goroutines);

// Parses a command line without the program's name.
std::variant<GenerateRequest, Help, Refusal> parse_generate_command_line(
    std::span<const std::string> arguments);

// Prints the nest to `out`, or writes the files, each whole or not at all. Creates the directory if
// there is none. An error is reported on `errors` in one line.
ExitStatus generate_nests(const GenerateRequest& request, std::FILE* out, std::FILE* errors);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_GENERATOR_GENERATE_REQUEST_H_
