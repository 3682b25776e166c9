#include "harness/fuzzing/counter_filter.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace stackquake {

namespace {

constexpr std::array<uint8_t, 256> kMagnitudes = [] {
  constexpr std::array<unsigned, 9> kFirst = {1, 2, 3, 4, 8, 16, 32, 128, 256};
  std::array<uint8_t, 256> bits{};
  for (size_t magnitude = 0; magnitude + 1 < kFirst.size(); ++magnitude) {
    for (unsigned count = kFirst[magnitude]; count < kFirst[magnitude + 1]; ++count) {
      bits[count] = static_cast<uint8_t>(1U << magnitude);
    }
  }
  return bits;
}();

}  // namespace

bool KnownMagnitudes::add(std::span<const uint8_t> counters) {
  known_.resize(counters.size());
  uint8_t found = 0;
  const auto add_one = [&](size_t i) {
    const uint8_t bit = kMagnitudes[counters[i]];
    found |= bit & ~known_[i];
    known_[i] |= bit;
  };
  size_t i = 0;
  for (uint64_t eight = 0; i + sizeof(eight) <= counters.size(); i += sizeof(eight)) {
    std::memcpy(&eight, &counters[i], sizeof(eight));
    if (eight == 0) continue;
    for (size_t k = 0; k < sizeof(eight); ++k) add_one(i + k);
  }
  for (; i < counters.size(); ++i) add_one(i);
  return found != 0;
}

void CounterFilter::filter() {
  const std::span<uint8_t> edges = edge_counters();
  const std::span<uint8_t> situations = engine_counters();
  const bool has_new_edges = edges_.add(edges);
  const bool has_new_situations = situations_.add(situations);
  if (has_new_edges || has_new_situations || ++inputs_ % kShown == 0) return;
  std::ranges::fill(edges, uint8_t{0});
  std::ranges::fill(situations, uint8_t{0});
}

}  // namespace stackquake
