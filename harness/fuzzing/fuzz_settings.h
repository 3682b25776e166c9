#ifndef STACKQUAKE_HARNESS_FUZZING_FUZZ_SETTINGS_H_
#define STACKQUAKE_HARNESS_FUZZING_FUZZ_SETTINGS_H_

// The settings of a fuzz target.

#include <cstdint>

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
  bool tells_variations = false;      // before each runs
  bool hides_known_counters = false;  // from the engine: see CounterFilter
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_FUZZ_SETTINGS_H_
