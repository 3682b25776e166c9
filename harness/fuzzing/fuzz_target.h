#ifndef STACKQUAKE_HARNESS_FUZZING_FUZZ_TARGET_H_
#define STACKQUAKE_HARNESS_FUZZING_FUZZ_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "harness/fuzzing/situations.h"
#include "harness/fuzzing/told_runs.h"
#include "runtime_under_test/result.h"

namespace stackquake {

enum class FuzzVerdict : uint8_t {
  kRejected,  // the target cannot use the input
  kRan,       // the input ran without a finding
  kFinding,
};

// A fuzz target: decides for one input after another whether it shows a bug. It does not depend on
// any fuzzing engine. Its storage is reused for the next input. Only one can exist in a process,
// because there is one managed memory.
class FuzzTarget {
 public:
  FuzzTarget() = default;
  virtual ~FuzzTarget() = default;
  FuzzTarget(const FuzzTarget&) = delete;
  FuzzTarget& operator=(const FuzzTarget&) = delete;

  // Accepts any bytes.
  virtual FuzzVerdict run_one(std::string_view input) = 0;

  // The violation of the last input. Set after kFinding.
  const std::optional<runtime::Violation>& violation() const { return violation_; }

  // The variation of the last input that shows the violation: an input of its own, see variation.h.
  // Empty if the input itself shows it.
  virtual std::string_view variation() const { return {}; }

  // Has `tell` called with each variation before it runs. A variation that crashes is known so.
  virtual void set_before_variation(const std::function<void(std::string_view)>& /*tell*/) {}

  // `mutate` and `cross_over` make the next input from one or two others. The result has at most
  // `max_bytes` and is valid until the next call of either. Nullopt leaves it to the engine's own
  // mutators.
  virtual std::optional<std::string_view> mutate(std::string_view /*input*/, size_t /*max_bytes*/,
                                                 uint32_t /*seed*/) {
    return std::nullopt;
  }
  virtual std::optional<std::string_view> cross_over(std::string_view /*a*/, std::string_view /*b*/,
                                                     size_t /*max_bytes*/, uint32_t /*seed*/) {
    return std::nullopt;
  }

  // The run of the last input, for a comparison with the run of another process: see ToldRuns. Null
  // if that run is not told.
  virtual const ToldRun* told_run() const { return nullptr; }

  // All inputs so far, and their situations.
  virtual FuzzProgress progress() const { return {tally_, nullptr, false}; }

 protected:
  std::optional<runtime::Violation> violation_;
  FuzzTally tally_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_FUZZ_TARGET_H_
