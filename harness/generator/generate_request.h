#ifndef STACKQUAKE_HARNESS_GENERATOR_GENERATE_REQUEST_H_
#define STACKQUAKE_HARNESS_GENERATOR_GENERATE_REQUEST_H_

// What the program generate_nests is asked for, and how it does it.

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <variant>

#include "harness/run/exit_status.h"

namespace stackquake {

struct GenerateRequest {
  uint64_t seed = 1;  // of the first nest; the next ones have the numbers after it
  uint64_t count = 1;
  bool goroutines = false;
  std::string directory;  // for files nest-SEED.go; empty for one nest on standard output
};

// The text of the nest that a seed makes.
std::string nest_of_seed(uint64_t seed, bool goroutines);

// Reads a command line without the program's name.
std::variant<GenerateRequest, Help, Refusal> parse_generate_command_line(
    std::span<const std::string> arguments);

// Prints the nest to `out`, or writes the files, each whole or not at all, and makes the directory
// where there is none. What goes wrong is told to `errors` in one line.
ExitStatus generate_nests(const GenerateRequest& request, std::FILE* out, std::FILE* errors);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_GENERATOR_GENERATE_REQUEST_H_
