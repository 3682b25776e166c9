#include "harness/sweep/placements.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>
#include <utility>

#include "runtime_under_test/check.h"

namespace stackquake {

namespace {

using runtime::GcPolicy;
using runtime::MovePolicy;

// The pairs (i, j) with i < j are numbered (0,1) (0,2) (1,2) (0,3) …: those below j come first.
std::pair<uint64_t, uint64_t> pair_of(uint64_t number) {
  const auto below = [](uint64_t j) { return j * (j - 1) / 2; };
  auto j = static_cast<uint64_t>((1 + std::sqrt(1 + 8 * static_cast<double>(number))) / 2);
  while (below(j) > number) --j;
  while (below(j + 1) <= number) ++j;
  return {number - below(j), j};
}

void set_written(Directives& directives, std::string_view key, bool written) {
  const auto* found = std::find(std::begin(kDirectiveKeys), std::end(kDirectiveKeys), key);
  const uint32_t bit = uint32_t{1} << (found - std::begin(kDirectiveKeys));
  directives.written = written ? directives.written | bit : directives.written & ~bit;
}

}  // namespace

runtime::Options placed(runtime::Options options, const Placement& placement) {
  options.move = placement.copies.empty() ? MovePolicy::kNone : MovePolicy::kAt;
  options.gc = placement.collections.empty() ? GcPolicy::kNone : GcPolicy::kAt;
  options.move_at = placement.copies;
  options.gc_at = placement.collections;
  return options;
}

Directives placed(Directives directives, const Placement& placement) {
  directives.move = placement.copies.empty() ? MovePolicy::kNone : MovePolicy::kAt;
  directives.gc = placement.collections.empty() ? GcPolicy::kNone : GcPolicy::kAt;
  directives.move_at = placement.copies;
  directives.gc_at = placement.collections;
  set_written(directives, "move", !placement.copies.empty());
  set_written(directives, "gc", !placement.collections.empty());
  return directives;
}

uint64_t Placements::pairs_of_copies() const {
  return safepoints_ == 0 ? 0 : safepoints_ * (safepoints_ - 1) / 2;
}

uint64_t Placements::count() const {
  const uint64_t single = 1 + 2 * safepoints_;
  return pairs_ ? single + pairs_of_copies() + safepoints_ * safepoints_ : single;
}

Placement Placements::at(uint64_t run) const {
  STACKQUAKE_CHECK(run < count());
  if (run == 0) return {};
  uint64_t number = run - 1;
  if (number < safepoints_) return {.copies = {number}, .collections = {}};
  number -= safepoints_;
  if (number < safepoints_) return {.copies = {}, .collections = {number}};
  number -= safepoints_;
  if (number < pairs_of_copies()) {
    const auto [first, second] = pair_of(number);
    return {.copies = {first, second}, .collections = {}};
  }
  number -= pairs_of_copies();
  return {.copies = {number / safepoints_}, .collections = {number % safepoints_}};
}

}  // namespace stackquake
