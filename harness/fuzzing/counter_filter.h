#ifndef STACKQUAKE_HARNESS_FUZZING_COUNTER_FILTER_H_
#define STACKQUAKE_HARNESS_FUZZING_COUNTER_FILTER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "harness/fuzzing/edge_counters.h"
#include "harness/fuzzing/situations.h"

namespace stackquake {

// Remembers which magnitudes each counter has had: 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127,
// and more. libFuzzer tells the same ones apart.
class KnownMagnitudes {
 public:
  // Whether a counter has a magnitude that it had in no earlier call. All calls have counters of
  // the same number.
  bool add(std::span<const uint8_t> counters);

 private:
  std::vector<uint8_t> known_;  // a bit for each magnitude
};

// Saves libFuzzer the work for inputs that reach nothing new, which are nearly all: it looks up
// every counter that is not zero, and keeps statistics of it, and that takes a tenth of the time of
// a campaign.
//
// After an input that reaches nothing new, the counters become zero before libFuzzer reads them. It
// would not have kept that input. One input of kShown is shown all the same: libFuzzer chooses the
// next input by how rare its counters are, and replaces an input by a shorter one with the same
// counters.
class CounterFilter {
 public:
  // Called once after each input, from the first one of the process on.
  void filter();

 private:
  static constexpr uint64_t kShown = 16;

  KnownMagnitudes edges_;
  KnownMagnitudes situations_;
  uint64_t inputs_ = 0;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_COUNTER_FILTER_H_
