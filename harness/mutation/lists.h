#ifndef STACKQUAKE_HARNESS_MUTATION_LISTS_H_
#define STACKQUAKE_HARNESS_MUTATION_LISTS_H_

// Changes of the lists in a tree: statements, parameters, arguments, functions.

#include <algorithm>
#include <span>
#include <vector>

#include "harness/language/arena.h"

namespace stackquake {

// A new list: the first one followed by the second one.
template <typename T>
std::span<T*> concatenated(std::span<T*> first, std::span<T* const> second, Arena& arena) {
  std::vector<T*> all(first.begin(), first.end());
  all.insert(all.end(), second.begin(), second.end());
  return arena.copy(std::span<T* const>(all));
}

template <typename T>
std::span<T*> with_last(std::span<T*> list, T* last, Arena& arena) {
  return concatenated(list, std::span<T* const>(&last, 1), arena);
}

// Removes `count` elements from a list, in place.
template <typename T>
void erase(std::span<T*>& list, size_t index, size_t count = 1) {
  const auto rest = list.subspan(index + count);
  std::copy(rest.begin(), rest.end(), list.begin() + static_cast<std::ptrdiff_t>(index));
  list = list.first(list.size() - count);
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_MUTATION_LISTS_H_
