#ifndef STACKQUAKE_HARNESS_CLI_GENERATE_REQUEST_H_
#define STACKQUAKE_HARNESS_CLI_GENERATE_REQUEST_H_

// The program generate_nests: its command line and its work.

#include <cstdint>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "harness/cli/refusal.h"
#include "harness/generator/profiles.h"

namespace stackquake {

struct GenerateRequest {
  uint64_t seed = 1;   // of the series that the nests belong to
  uint64_t first = 0;  // the number of the first nest in the series
  uint64_t count = 1;
  std::optional<Profile>
      profile;  // none: even numbers are of the first one, odd ones of the second
  bool goroutines = false;
  std::string directory;  // for files PROFILE-NUMBER.go; empty for one nest on standard output
};

// The profile of the nest with a number.
Profile profile_of_nest(const GenerateRequest& request, uint64_t number);

// The text of the nest with a number. The series' seed and the number decide, and the profile.
std::string nest_of_number(const GenerateRequest& request, uint64_t number);

// Parses a command line without the program's name.
std::variant<GenerateRequest, Help, Refusal> parse_generate_command_line(
    std::span<const std::string> arguments);

// Prints the nest to `out`, or writes the files, each whole or not at all. Creates the directory if
// there is none. An error is reported on `errors` in one line.
ExitStatus generate_nests(const GenerateRequest& request, std::FILE* out, std::FILE* errors);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_GENERATE_REQUEST_H_
