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

// Which inputs are judged with more effort than the others: InputChoice says how.
enum class Sample : uint8_t {
  kSome,  // a share that costs little, for fuzzing
  kAll,   // every input, for the replay of a few
};

struct FuzzSettings : Settings {
  InputMaker input_maker = InputMaker::kTree;
  bool mixes_poison = false;  // each input has a mode of its own; `poison` is empty then
  Sample sample = Sample::kAll;
  bool tells_runs = false;
};

// Parses the flags of a target, which start with two dashes:
//
//   --design=NAME, --defect=SLUG, --checks=none|oracle|all    as all programs for nests have them
//   --poison=none|fill|asan|protect|mixed                     mixed, unless given, in a build with
//                                                             AddressSanitizer, otherwise fill
//   --mutator=tree|generate|bytes
//   --sample=some|all                                         all unless given
//   --tell-runs                                               prints a line about each told run
//
// Skips the program's name and all other arguments, which belong to the fuzzing engine.
std::variant<FuzzSettings, Refusal> parse_fuzz_flags(std::span<const char* const> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_FUZZ_FLAGS_H_
