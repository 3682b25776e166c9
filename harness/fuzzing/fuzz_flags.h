#ifndef STACKQUAKE_HARNESS_FUZZING_FUZZ_FLAGS_H_
#define STACKQUAKE_HARNESS_FUZZING_FUZZ_FLAGS_H_

// The flags that every fuzz target has in addition to those of the fuzzing engine.

#include <cstdint>
#include <span>
#include <variant>

#include "harness/run/settings.h"

namespace stackquake {

// The source of inputs.
enum class InputMaker : uint8_t {
  kTree,      // changes and crosses the trees of nests in the corpus
  kGenerate,  // makes a fresh nest each time, without feedback
  kBytes,     // leaves it to the engine, which changes bytes
};

struct FuzzSettings : Settings {
  InputMaker input_maker = InputMaker::kTree;
};

// Parses the flags of a target, which start with two dashes: --design=NAME, --defect=SLUG,
// --poison=MODE, --checks=WHAT and --mutator=tree|generate|bytes. Skips the program's name and all
// other arguments, which belong to the fuzzing engine. The default of --poison is asan in a build
// with AddressSanitizer, otherwise fill.
std::variant<FuzzSettings, Refusal> parse_fuzz_flags(std::span<const char* const> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_FUZZ_FLAGS_H_
