#ifndef STACKQUAKE_HARNESS_FUZZING_INPUT_CHOICE_H_
#define STACKQUAKE_HARNESS_FUZZING_INPUT_CHOICE_H_

// What is chosen for each input at random: the poison mode, whether the nest runs unobserved too,
// whether its run is told. A hash of the input's bytes decides, so equal inputs are run and judged
// alike in every process.

#include <array>
#include <cstdint>
#include <string_view>

#include "harness/audit/root_agreement.h"
#include "harness/fuzzing/fuzz_settings.h"
#include "harness/generator/random.h"
#include "runtime_under_test/options.h"

namespace stackquake {

// FNV-1a of the bytes, in 64 bits.
uint64_t hash_of_input(std::string_view input);

// In percent, in the order of PoisonMode: none, fill, asan, protect. scripts/stackquake/poison.py
// has the same numbers.
//
//   none     Dead words keep old values. Whoever treats a dead word as a pointer meets an address
//            that is plausible, and not poison that it would skip.
//   fill     What reads dead memory gets a value that a check tells by name.
//   asan     AddressSanitizer also sees the accesses of the runtime's own C++, which no check sees.
//   protect  As asan for old stacks, whose pages the system forbids. The system calls make it the
//            slowest mode, so it gets the smallest share.
constexpr std::array<uint32_t, 4> kPoisonWeights = {20, 35, 40, 5};

class InputChoice {
 public:
  explicit InputChoice(const FuzzSettings& settings)
      : poison_(settings.poison_mode(runtime::PoisonMode::kFill)),
        mixes_poison_(settings.mixes_poison),
        every_input_(settings.sample == Sample::kAll),
        varies_(settings.sample == Sample::kSome || settings.tells_variations) {}

  runtime::PoisonMode poison(uint64_t hash) const;

  // Whether the nest also runs without an observer: one of eight. Such a run takes about half the
  // time of an observed one.
  bool runs_unobserved(uint64_t hash) const { return every_input_ || Random(hash).below(8) == 0; }

  // The situations in which the roots are compared: one in four. It is what takes most time in a
  // run, and what is wrong in one situation is seldom right in all others, and again in the inputs
  // that are made of this one.
  SituationShare share(uint64_t hash) const {
    return every_input_ ? SituationShare{} : SituationShare{hash, 4};
  }

  // The variations of an input that run, too. A replay of a few inputs has none, because a
  // variation is an input of its own.
  uint32_t variations() const { return varies_ ? 4 : 0; }

  // Whether the run is remembered and told, to be compared with another run of the same input: one
  // of 4096, which is one in a few seconds.
  bool is_told(uint64_t hash) const { return every_input_ || Random(~hash).below(4096) == 0; }

 private:
  runtime::PoisonMode poison_;
  bool mixes_poison_;
  bool every_input_;
  bool varies_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_INPUT_CHOICE_H_
