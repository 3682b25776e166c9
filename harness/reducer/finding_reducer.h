#ifndef STACKQUAKE_HARNESS_REDUCER_FINDING_REDUCER_H_
#define STACKQUAKE_HARNESS_REDUCER_FINDING_REDUCER_H_

#include <chrono>
#include <string>
#include <string_view>

#include "harness/language/arena.h"
#include "harness/oracle/oracle.h"
#include "harness/reducer/nest_worker.h"
#include "harness/reducer/reducer.h"
#include "harness/run/settings.h"

namespace stackquake::reducer {

// Reduces nests to the smallest that show the same signature under the same settings.
//
// A candidate that needs far more steps than the first nest is rejected even if it shows the
// signature: it would make everything slow. If it needs them by the oracle's count, it is not even
// run. Where the signature is "timeout", each candidate that shows it takes the whole patience.
class FindingReducer {
 public:
  explicit FindingReducer(const Settings& settings);

  // The signature of a run of the nest; empty if the run is right.
  std::string signature_of(std::string_view text);

  // `text` must be a nest that shows the signature. At the end the result must show it once more in
  // a fresh process. If it does not, the runs are not repeatable, and the text of the result is
  // empty.
  Reduction reduce(std::string_view text, const std::string& signature,
                   std::chrono::duration<double> time);

 private:
  bool shows(std::string_view text, const std::string& signature);
  void measure(std::string_view text);
  uint64_t oracle_steps(std::string_view text, uint64_t at_most);

  Level level_;
  Oracle oracle_;
  Arena arena_;
  NestWorker worker_;
  uint64_t most_steps_ = 0;         // of a run
  uint64_t most_oracle_steps_ = 0;  // of an evaluation
};

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_FINDING_REDUCER_H_
