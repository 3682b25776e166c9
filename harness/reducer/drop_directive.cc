#include <algorithm>
#include <bit>
#include <iterator>
#include <vector>

#include "harness/reducer/pass.h"

namespace stackquake::reducer {

namespace {

template <typename Policy>
bool drop_safepoints(Policy& policy, SafepointList& list, Choice& choice, Arena& arena) {
  if (policy != Policy::kAt) return false;
  for (size_t chunk = std::bit_ceil(list.size()) / 2; chunk > 0; chunk /= 2) {
    for (size_t first = 0; first < list.size(); first += chunk) {
      if (!choice.is_this()) continue;
      std::vector<uint64_t> rest(list.begin(), list.begin() + first);
      rest.insert(rest.end(), list.begin() + std::min(first + chunk, list.size()), list.end());
      list = arena.copy(std::span<const uint64_t>(rest));
      return true;
    }
  }
  return false;
}

// Every safepoint instead of some: then no statement that is dropped moves the places that matter.
template <typename Policy>
bool widen(Policy& policy, SafepointList& list, Choice& choice) {
  if (policy != Policy::kAt || !choice.is_this()) return false;
  policy = Policy::kSafepoint;
  list = {};
  return true;
}

}  // namespace

bool drop_directive(Nest& nest, Choice choice, Arena& arena) {
  Directives& directives = nest.directives;
  for (size_t key = 0; key < std::size(kDirectiveKeys); ++key) {
    const uint32_t bit = uint32_t{1} << key;
    if ((directives.written & bit) == 0 || !choice.is_this()) continue;
    directives.written &= ~bit;
    return true;
  }
  return drop_safepoints(directives.move, directives.move_at, choice, arena) ||
         drop_safepoints(directives.gc, directives.gc_at, choice, arena) ||
         widen(directives.move, directives.move_at, choice) ||
         widen(directives.gc, directives.gc_at, choice);
}

}  // namespace stackquake::reducer
