#ifndef STACKQUAKE_HARNESS_FUZZING_EDGE_COUNTERS_H_
#define STACKQUAKE_HARNESS_FUZZING_EDGE_COUNTERS_H_

#include <cstdint>
#include <span>
#include <vector>

namespace stackquake {

// The counters of edges by which libFuzzer is guided. In programs without libFuzzer's
// instrumentation there are none.
std::span<uint8_t> edge_counters();

// A run that repeats another one counts its edges a second time. An input that happens to run twice
// would then seem to reach something new. So the counters are saved before the second run, and
// restored behind it.
class EdgeCounters {
 public:
  void save();
  void restore() const;

 private:
  std::vector<uint8_t> saved_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_EDGE_COUNTERS_H_
