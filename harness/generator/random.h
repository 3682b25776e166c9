#ifndef STACKQUAKE_HARNESS_GENERATOR_RANDOM_H_
#define STACKQUAKE_HARNESS_GENERATOR_RANDOM_H_

// Random choices that are the same on every machine for the same seed.
//
// The numbers are SplitMix64's: one word of state, any seed as good as another, and fast. Nothing
// here is for secrets.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <span>

namespace stackquake {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }

  // 0 to bound - 1; the bound is from 1 to 2^32. Small numbers are likelier by less than one part
  // in 2^32 / bound, which nobody here can tell.
  uint64_t below(uint64_t bound) { return ((next() >> 32) * bound) >> 32; }

  // Both ends included.
  int64_t between(int64_t lowest, int64_t highest) {
    return lowest + static_cast<int64_t>(below(static_cast<uint64_t>(highest - lowest) + 1));
  }

  // A size, depth or count with a long tail: mostly one from `least` to `usual`, which is at
  // least 1. In `percent` of a hundred cases it is beyond: each doubling of `usual`, up to `limit`,
  // is then as likely as another one, and as the limit itself.
  int64_t long_tailed(uint32_t percent, int64_t least, int64_t usual, int64_t limit) {
    if (!chance(percent)) return between(least, usual);
    int64_t doublings = 0;
    while ((usual << doublings) < limit) ++doublings;
    const int64_t chosen = between(0, doublings);
    if (chosen == doublings) return limit;
    return between((usual << chosen) + 1, std::min(usual << (chosen + 1), limit));
  }

  bool chance(uint32_t percent) { return below(100) < percent; }

  // An element of a span, vector or array that is not empty.
  template <typename Range>
  const auto& pick(const Range& elements) {
    return elements[below(std::size(elements))];
  }

  template <typename T>
  T pick(std::initializer_list<T> elements) {
    return elements.begin()[below(elements.size())];
  }

  // An index into `weights`, each as likely as its share of the sum, which is from 1 to 2^32.
  size_t weighted(std::span<const uint32_t> weights) {
    uint64_t sum = 0;
    for (const uint32_t weight : weights) sum += weight;
    uint64_t rest = below(sum);
    size_t index = 0;
    while (rest >= weights[index]) rest -= weights[index++];
    return index;
  }

 private:
  uint64_t state_;
};

// The seed of the nest with a number, in a series that has a seed of its own. Series of
// neighbouring seeds have no nest in common, as they would if the seed of a nest were a sum.
inline uint64_t seed_of_nest(uint64_t seed, uint64_t number) {
  return Random(Random(seed).next() + number).next();
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_GENERATOR_RANDOM_H_
