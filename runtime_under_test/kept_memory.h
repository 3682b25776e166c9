#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_KEPT_MEMORY_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_KEPT_MEMORY_H_

#include <cstddef>
#include <vector>

namespace stackquake::runtime {

// Of the memory of one list, for the next run. Few runs need as much, and a process makes many.
constexpr size_t kKeptListBytes = size_t{256} << 10;

// Empties a list. Its memory stays for later use, or is given back if it is more than
// kKeptListBytes.
template <typename T>
void clear_for_reuse(std::vector<T>& list) {
  list.clear();
  // Without exceptions shrink_to_fit may do nothing.
  if (list.capacity() * sizeof(T) > kKeptListBytes) std::vector<T>().swap(list);
}

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_KEPT_MEMORY_H_
