#ifndef STACKQUAKE_HARNESS_REDUCER_FINDING_REDUCER_H_
#define STACKQUAKE_HARNESS_REDUCER_FINDING_REDUCER_H_

#include <chrono>
#include <string>
#include <string_view>

#include "harness/reducer/nest_worker.h"
#include "harness/reducer/reducer.h"
#include "harness/run/settings.h"

namespace stackquake::reducer {

// Reduces nests to the smallest that show the same signature under the same settings.
//
// Nests that need far more steps than the first are left, though they show it: they would make
// everything slow. A nest that hangs is waited for at each candidate, which takes its time.
class FindingReducer {
 public:
  explicit FindingReducer(const Settings& settings);

  // What a nest shows when it is run; empty when nothing is wrong.
  std::string signature_of(std::string_view text);

  // `text` must be a nest that shows the signature. The result has shown it once more in a fresh
  // process; its text is empty if it did not, because the runs are not repeatable.
  Reduction reduce(std::string_view text, const std::string& signature,
                   std::chrono::duration<double> time);

 private:
  bool shows(std::string_view text, const std::string& signature, uint64_t most_steps);
  void measure(std::string_view text);

  NestWorker worker_;
  uint64_t most_steps_ = 0;
};

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_FINDING_REDUCER_H_
