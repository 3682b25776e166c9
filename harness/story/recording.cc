#include "harness/story/recording.h"

namespace stackquake {

const WordState* State::word(uint64_t distance) const {
  if (distance > used || distance % runtime::kWordBytes != 0 || distance == 0) return nullptr;
  const uint64_t index = (used - distance) / runtime::kWordBytes;
  return index < words.size() ? &words[index] : nullptr;
}

std::optional<uint64_t> State::distance_of(runtime::Address address) const {
  if (address < stack.lo || address > stack.hi) return std::nullopt;
  return stack.hi - address;
}

}  // namespace stackquake
