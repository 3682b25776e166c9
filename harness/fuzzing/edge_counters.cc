#include "harness/fuzzing/edge_counters.h"

#include <algorithm>

// The linker defines these where a section of that name exists.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" {
extern uint8_t __start___sancov_cntrs[] __attribute__((weak));
extern uint8_t __stop___sancov_cntrs[] __attribute__((weak));
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

namespace stackquake {

std::span<uint8_t> edge_counters() {
  if (__start___sancov_cntrs == nullptr) return {};
  return {__start___sancov_cntrs, __stop___sancov_cntrs};
}

void EdgeCounters::save() {
  const std::span<uint8_t> counters = edge_counters();
  saved_.assign(counters.begin(), counters.end());
}

void EdgeCounters::restore() const {
  std::copy(saved_.begin(), saved_.end(), edge_counters().begin());
}

}  // namespace stackquake
