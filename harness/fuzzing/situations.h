#ifndef STACKQUAKE_HARNESS_FUZZING_SITUATIONS_H_
#define STACKQUAKE_HARNESS_FUZZING_SITUATIONS_H_

// Situations that runs come into: what a fuzzer is rewarded for bringing about besides new edges of
// the program, and what a campaign's report says it has tried.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stackquake {

enum class Situation : uint8_t {
#define STACKQUAKE_SITUATION(enumerator, name, goroutines) enumerator,
#include "harness/fuzzing/situations.def"
#undef STACKQUAKE_SITUATION
  kCount,
};
constexpr size_t kSituations = static_cast<size_t>(Situation::kCount);

// What situations.def says of one.
struct SituationFacts {
  std::string_view name;
  bool needs_goroutines;
};
std::span<const SituationFacts, kSituations> all_situations();

// One byte a situation, then one for each combination of several, by hash. Small, because the
// engine reads all of it after every run.
constexpr size_t kSituationBytes = 4096;

// Counts the situations of one run after another.
class Situations {
 public:
  // Counts in `bytes`, which are zero and must live as long.
  explicit Situations(std::span<uint8_t, kSituationBytes> bytes) : bytes_(bytes) {}

  // Forgets the counts of the last run, at a cost that grows with what happened in it.
  void begin_run() {
    for (const uint16_t index : touched_) bytes_[index] = 0;
    touched_.clear();
  }

  void count(Situation situation, uint64_t times = 1) {
    if (times == 0) return;
    totals_[static_cast<size_t>(situation)] += times;
    add(static_cast<size_t>(situation), times);
  }

  // A combination happened. How often does not matter.
  void mark(std::initializer_list<uint64_t> combination);

  // In this run, 255 at most.
  uint8_t of(Situation situation) const { return bytes_[static_cast<size_t>(situation)]; }

  // Different combinations in this run, as far as their hashes differ.
  size_t combinations() const;

  // In all runs.
  uint64_t total(Situation situation) const { return totals_[static_cast<size_t>(situation)]; }

 private:
  void add(size_t index, uint64_t times) {
    uint8_t& byte = bytes_[index];
    if (byte == 0) touched_.push_back(static_cast<uint16_t>(index));
    byte = static_cast<uint8_t>(std::min<uint64_t>(byte + times, 255));
  }

  std::span<uint8_t, kSituationBytes> bytes_;
  std::vector<uint16_t> touched_;
  std::array<uint64_t, kSituations> totals_{};
};

// The bytes that libFuzzer takes for counters like its own: a byte that reaches a new magnitude
// makes the input worth keeping. It zeroes them before each run.
std::span<uint8_t, kSituationBytes> engine_counters();

// What a target has run.
struct FuzzTally {
  uint64_t executions = 0;
  uint64_t valid = 0;  // inputs that were nests
  uint64_t rejected = 0;
};

// What a target tells when its process ends, without a line end: "stackquake-situations: " and
//
//   {"executions", "valid", "rejected", "situations": {NAME: how often in all runs}}
//
// Of the situations those that can come about, so that a zero says something: none without
// `situations`, and only where there are `goroutines` those that need them.
std::string situations_line(const FuzzTally& tally, const Situations* situations, bool goroutines);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_SITUATIONS_H_
