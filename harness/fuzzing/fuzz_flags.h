#ifndef STACKQUAKE_HARNESS_FUZZING_FUZZ_FLAGS_H_
#define STACKQUAKE_HARNESS_FUZZING_FUZZ_FLAGS_H_

// The flags that every fuzz target has of its own.

#include <cstdint>
#include <span>
#include <variant>

#include "harness/run/settings.h"

namespace stackquake {

// Where inputs come from.
enum class InputMaker : uint8_t {
  kTree,      // trees of nests that were worth keeping are changed and crossed
  kGenerate,  // each is a fresh nest; feedback decides nothing
  kBytes,     // the engine changes bytes
};

struct FuzzSettings : Settings {
  InputMaker input_maker = InputMaker::kTree;
};

// Reads a target's flags: those that begin with two dashes, --design=NAME, --defect=SLUG,
// --poison=MODE, --checks=WHAT and --mutator=tree|generate|bytes. What begins otherwise is the
// fuzzing engine's and is skipped, as is the program's name. Without --poison it is asan in a build
// that has AddressSanitizer, else fill.
std::variant<FuzzSettings, Refusal> parse_fuzz_flags(std::span<const char* const> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_FUZZ_FLAGS_H_
