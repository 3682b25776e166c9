#include "harness/fuzzing/input_choice.h"

#include <numeric>

#include "harness/run/fnv_hash.h"

namespace stackquake {

uint64_t hash_of_input(std::string_view input) {
  FnvHash hash;
  for (const char byte : input) hash.add(static_cast<uint8_t>(byte));
  return hash.sum();
}

runtime::PoisonMode InputChoice::poison(uint64_t hash) const {
  if (!mixes_poison_) return poison_;
  static_assert(std::accumulate(kPoisonWeights.begin(), kPoisonWeights.end(), 0U) == 100);
  uint64_t rest = hash % 100;
  size_t mode = 0;
  while (rest >= kPoisonWeights[mode]) rest -= kPoisonWeights[mode++];
  return static_cast<runtime::PoisonMode>(mode);
}

}  // namespace stackquake
