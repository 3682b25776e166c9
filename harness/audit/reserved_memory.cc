#include "harness/audit/reserved_memory.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace stackquake {

namespace {

constexpr size_t kPageBytes = 4096;

size_t rounded_up(size_t bytes) {
  return (bytes + kPageBytes - 1) & ~(kPageBytes - 1);
}

}  // namespace

ReservedMemory::ReservedMemory(size_t bytes) : bytes_(rounded_up(bytes)) {
  void* start = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) {
    std::fprintf(stderr, "stackquake: cannot reserve %zu bytes of address space\n", bytes_);
    std::_Exit(3);
  }
  start_ = static_cast<std::byte*>(start);
}

ReservedMemory::~ReservedMemory() {
  if (start_ != nullptr) munmap(start_, bytes_);
}

void ReservedMemory::release(std::byte* from, std::byte* to) {
  const size_t first = rounded_up(static_cast<size_t>(from - start_));
  const size_t last = static_cast<size_t>(to - start_) & ~(kPageBytes - 1);
  if (first < last) madvise(start_ + first, last - first, MADV_DONTNEED);
}

}  // namespace stackquake
