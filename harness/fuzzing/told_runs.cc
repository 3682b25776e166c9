#include "harness/fuzzing/told_runs.h"

namespace stackquake {

void ToldRuns::ran(std::string_view input) {
  if (earlier_.size() < kEarlier) {
    earlier_.emplace_back(input);
    return;
  }
  std::string oldest = std::move(earlier_.front());
  earlier_.pop_front();
  oldest.assign(input);
  earlier_.push_back(std::move(oldest));
}

std::optional<runtime::Violation> ToldRuns::compare(uint64_t hash, const RunDigest& run) {
  const auto known = remembered_.find(hash);
  if (known == remembered_.end()) {
    if (remembered_.size() < kMostRemembered) remembered_.emplace(hash, run);
    return std::nullopt;
  }
  if (known->second == run) return std::nullopt;
  return not_equal("leftovers", "run again in the same process", known->second, run);
}

ToldRun ToldRuns::told(std::string_view input, const RunDigest& run) const {
  return {std::string(input), run, {earlier_.begin(), earlier_.end()}};
}

}  // namespace stackquake
