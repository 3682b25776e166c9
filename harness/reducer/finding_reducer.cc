#include "harness/reducer/finding_reducer.h"

#include <algorithm>

namespace stackquake::reducer {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using Clock = Reducer::Clock;

// More than the longest run takes on a busy machine: fuel bounds them all.
constexpr milliseconds kPatience{20'000};
// With a known time of the first run, ten times as much, and never less than this.
constexpr milliseconds kLeastPatience{1'000};
// A candidate may do more than the first nest, a loop that no longer ends early say, but not much.
constexpr uint64_t kStepFactor = 2;
constexpr uint64_t kStepsFree = 10'000;

}  // namespace

FindingReducer::FindingReducer(const Settings& settings) : worker_(settings, kPatience) {}

std::string FindingReducer::signature_of(std::string_view text) {
  return worker_.run(text).signature;
}

// Sets the bounds of candidates by a run of the first nest. One that hangs is given less time from
// now on: whether a candidate hangs is to be known soon.
void FindingReducer::measure(std::string_view text) {
  const auto start = Clock::now();
  const Observation first = worker_.run(text);
  const auto took = duration_cast<milliseconds>(Clock::now() - start);
  most_steps_ = kStepFactor * first.steps + kStepsFree;
  worker_.set_patience(first.signature == "timeout"
                           ? 2 * kLeastPatience
                           : std::clamp(10 * took, kLeastPatience, kPatience));
}

bool FindingReducer::shows(std::string_view text, const std::string& signature,
                           uint64_t most_steps) {
  const Observation seen = worker_.run(text);
  return seen.signature == signature && seen.steps <= most_steps;
}

Reduction FindingReducer::reduce(std::string_view text, const std::string& signature,
                                 std::chrono::duration<double> time) {
  const auto deadline = Clock::now() + duration_cast<Clock::duration>(time);
  measure(text);
  Reducer reducer(
      [&](std::string_view candidate) { return shows(candidate, signature, most_steps_); },
      deadline);
  Reduction reduction = reducer.reduce(text);
  worker_.stop();
  worker_.set_patience(kPatience);
  if (!shows(reduction.text, signature, most_steps_)) reduction.text.clear();
  return reduction;
}

}  // namespace stackquake::reducer
