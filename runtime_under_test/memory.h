#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_MEMORY_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_MEMORY_H_

#include <cstddef>

#include "runtime_under_test/pages.h"
#include "runtime_under_test/word.h"

namespace stackquake::runtime {

// Managed memory: one range of the process, always at the same addresses, so that equal runs see
// equal addresses.
//
//   kDataBase   static closures, one word a function         kDataBytes
//   kHeapBase   heap objects, Defer records, sudogs, chans   kHeapBytes
//   kStackBase  goroutine stacks                             kStackBytes
//
// The range is only reserved: a page costs memory once it has been touched. The interpreter checks
// every address that a program loads from or stores to against the range, so a stray pointer meets
// a violation, never the host's own memory. In AddressSanitizer builds the range is ordinary
// application memory.

constexpr Address kDataBase = 0x200000000000;
constexpr size_t kDataBytes = size_t{1} << 20;
constexpr Address kHeapBase = kDataBase + kDataBytes;
constexpr size_t kHeapBytes = size_t{512} << 20;
constexpr Address kStackBase = kHeapBase + kHeapBytes;
constexpr size_t kStackBytes = size_t{4} << 30;
constexpr Address kMemoryEnd = kStackBase + kStackBytes;

inline bool in_managed_memory(Address address) {
  return address - kDataBase < kMemoryEnd - kDataBase && address % kWordBytes == 0;
}
inline bool in_heap(Address address) {
  return address - kHeapBase < kHeapBytes;
}
inline bool in_stacks(Address address) {
  return address - kStackBase < kStackBytes;
}

// Owns the range. There is one range, so there can be one Memory at a time in a process.
class Memory {
 public:
  // Reserves the range. If it is in use, by another Memory or otherwise, says so and exits with
  // status 3.
  Memory();
  ~Memory();
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  // Makes `bytes` bytes from `start` read as zero again. A small range is overwritten; the pages of
  // a large one are given back to the system, which is cheaper. Both are multiples of kWordBytes.
  static void clear(Address start, size_t bytes);
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_MEMORY_H_
