#ifndef STACKQUAKE_HARNESS_CLI_FUZZ_FLAGS_H_
#define STACKQUAKE_HARNESS_CLI_FUZZ_FLAGS_H_

// The flags that every fuzz target has in addition to those of the fuzzing engine.

#include <span>
#include <variant>

#include "harness/cli/refusal.h"
#include "harness/fuzzing/fuzz_settings.h"

namespace stackquake {

// Parses the flags of a target, which start with two dashes:
//
//   --design=NAME, --defect=SLUG, --checks=none|oracle|all    as all programs for nests have them
//   --poison=none|fill|asan|protect|mixed                     mixed, unless given, in a build with
//                                                             AddressSanitizer, otherwise fill
//   --mutator=tree|generate|bytes
//   --sample=some|all                                         all unless given
//   --tell-runs                                               prints a line about each told run
//   --tell-variations                                         runs variations, and prints a line
//                                                             about each before it runs
//   --hide-known-counters                                     see CounterFilter
//
// Skips the program's name and all other arguments, which belong to the fuzzing engine.
std::variant<FuzzSettings, Refusal> parse_fuzz_flags(std::span<const char* const> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_FUZZ_FLAGS_H_
