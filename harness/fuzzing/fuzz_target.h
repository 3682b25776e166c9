#ifndef STACKQUAKE_HARNESS_FUZZING_FUZZ_TARGET_H_
#define STACKQUAKE_HARNESS_FUZZING_FUZZ_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/fuzzing/situations.h"
#include "runtime_under_test/result.h"

namespace stackquake {

enum class FuzzVerdict : uint8_t {
  kRejected,  // an input that the target has no use for
  kRan,       // and nothing was wrong
  kFinding,
};

// A fuzz target: decides of one input after another whether it shows a bug. It knows of no fuzzing
// engine, and keeps its storage from one input to the next. There can be one in a process, because
// there is one managed memory.
class FuzzTarget {
 public:
  FuzzTarget() = default;
  virtual ~FuzzTarget() = default;
  FuzzTarget(const FuzzTarget&) = delete;
  FuzzTarget& operator=(const FuzzTarget&) = delete;

  // Takes any bytes.
  virtual FuzzVerdict run_one(std::string_view input) = 0;

  // The violation of the last input; set after kFinding.
  const std::optional<runtime::Violation>& violation() const { return violation_; }

  // An input to run next, of `max_bytes` at most, made from one or two others; valid until the next
  // call of either. Nullopt: the engine's own mutators know as much about inputs as the target.
  virtual std::optional<std::string_view> mutate(std::string_view /*input*/, size_t /*max_bytes*/,
                                                 uint32_t /*seed*/) {
    return std::nullopt;
  }
  virtual std::optional<std::string_view> cross_over(std::string_view /*a*/, std::string_view /*b*/,
                                                     size_t /*max_bytes*/, uint32_t /*seed*/) {
    return std::nullopt;
  }

  // What all inputs so far have brought about: see situations_line.
  virtual std::string situations() const { return situations_line(tally_, nullptr, false); }

 protected:
  std::optional<runtime::Violation> violation_;
  FuzzTally tally_;
};

// The line with which a target tells of a finding before it dies, without a line end:
// "stackquake-finding: " and violation_json.
std::string finding_line(const runtime::Violation& violation);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_FUZZ_TARGET_H_
