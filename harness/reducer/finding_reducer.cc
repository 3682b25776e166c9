#include "harness/reducer/finding_reducer.h"

#include <algorithm>

#include "harness/language/language.h"
#include "harness/run/nest_checker.h"

namespace stackquake::reducer {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using Clock = Reducer::Clock;

// Longer than any run on a busy machine, since fuel bounds every run.
constexpr milliseconds kPatience{20'000};
// When the time of the first run is known, the patience is ten times that time, but at least this.
constexpr milliseconds kLeastPatience{1'000};
// A candidate may need more steps than the first nest, for example if a loop does not end early any
// more, but only this many times as many, and this many more. The numbers are picked, not measured.
constexpr uint64_t kStepFactor = 2;
constexpr uint64_t kStepsFree = 10'000;

uint64_t bound(uint64_t steps) {
  return kStepFactor * steps + kStepsFree;
}

}  // namespace

FindingReducer::FindingReducer(const Settings& settings)
    : level_(level_of(settings.design)), worker_(settings, kPatience) {}

std::string FindingReducer::signature_of(std::string_view text) {
  return worker_.run(text).signature;
}

// Sets the bounds of candidates by a run of the first nest. If the first nest hangs, candidates get
// less time: each candidate that hangs as well takes the whole patience.
void FindingReducer::measure(std::string_view text) {
  const auto start = Clock::now();
  const Observation first = worker_.run(text);
  const auto took = duration_cast<milliseconds>(Clock::now() - start);
  most_steps_ = bound(first.steps);
  most_oracle_steps_ = bound(oracle_steps(text, kMostOracleSteps));
  worker_.set_patience(first.signature == "timeout"
                           ? 2 * kLeastPatience
                           : std::clamp(10 * took, kLeastPatience, kPatience));
}

uint64_t FindingReducer::oracle_steps(std::string_view text, uint64_t at_most) {
  arena_.reset();
  Diagnostic diagnostic;
  const Nest* nest = load(text, arena_, diagnostic);
  if (nest == nullptr) return 0;
  OracleOptions options = oracle_options(nest->directives, level_);
  options.max_steps = at_most;
  return oracle_.evaluate(*nest, options).steps;
}

bool FindingReducer::shows(std::string_view text, const std::string& signature) {
  if (oracle_steps(text, most_oracle_steps_) >= most_oracle_steps_) return false;
  const Observation seen = worker_.run(text);
  return seen.signature == signature && seen.steps <= most_steps_;
}

Reduction FindingReducer::reduce(std::string_view text, const std::string& signature,
                                 std::chrono::duration<double> time) {
  const auto deadline = Clock::now() + duration_cast<Clock::duration>(time);
  measure(text);
  Reducer reducer([&](std::string_view candidate) { return shows(candidate, signature); },
                  deadline);
  Reduction reduction = reducer.reduce(text);
  worker_.stop();
  worker_.set_patience(kPatience);
  if (!shows(reduction.text, signature)) reduction.text.clear();
  return reduction;
}

}  // namespace stackquake::reducer
