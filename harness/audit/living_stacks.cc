#include "harness/audit/living_stacks.h"

#include <algorithm>
#include <iterator>

namespace stackquake {

using runtime::Address;
using runtime::Stack;

void LivingStacks::clear() {
  stacks_.clear();
  los_.clear();
  bytes_ = 0;
}

LivingStacks::Place LivingStacks::find(uint32_t goroutine) const {
  if (goroutine >= los_.size() || los_[goroutine] == 0) return stacks_.end();
  const auto first =
      std::lower_bound(stacks_.begin(), stacks_.end(), los_[goroutine],
                       [](const Entry& entry, Address lo) { return entry.stack.lo < lo; });
  return std::find_if(first, stacks_.end(),
                      [&](const Entry& entry) { return entry.goroutine == goroutine; });
}

void LivingStacks::remove(uint32_t goroutine) {
  const Place place = find(goroutine);
  if (place == stacks_.end()) return;
  bytes_ -= place->stack.bytes();
  stacks_.erase(place);
  los_[goroutine] = 0;
}

void LivingStacks::put(uint32_t goroutine, const Stack& stack) {
  remove(goroutine);
  if (goroutine >= los_.size()) los_.resize(goroutine + 1);
  los_[goroutine] = stack.lo;
  const auto after =
      std::upper_bound(stacks_.begin(), stacks_.end(), stack.lo,
                       [](Address lo, const Entry& entry) { return lo < entry.stack.lo; });
  stacks_.insert(after, {stack, goroutine});
  bytes_ += stack.bytes();
}

std::optional<uint32_t> LivingStacks::owner_of(Address address) const {
  const auto after =
      std::upper_bound(stacks_.begin(), stacks_.end(), address,
                       [](Address wanted, const Entry& entry) { return wanted < entry.stack.lo; });
  if (after == stacks_.begin() || !std::prev(after)->stack.contains(address)) return {};
  return std::prev(after)->goroutine;
}

bool LivingStacks::meets(const Stack& memory) const {
  const auto after =
      std::lower_bound(stacks_.begin(), stacks_.end(), memory.hi,
                       [](const Entry& entry, Address hi) { return entry.stack.lo < hi; });
  return after != stacks_.begin() && std::prev(after)->stack.hi > memory.lo;
}

bool LivingStacks::overlaps(uint32_t goroutine) const {
  const Place place = find(goroutine);
  if (place == stacks_.end()) return false;
  const bool with_before = place != stacks_.begin() && std::prev(place)->stack.hi > place->stack.lo;
  const Place next = std::next(place);
  return with_before || (next != stacks_.end() && next->stack.lo < place->stack.hi);
}

}  // namespace stackquake
