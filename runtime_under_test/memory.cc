#include "runtime_under_test/memory.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "runtime_under_test/poison.h"

namespace stackquake::runtime {

namespace {

// Above this, dropping whole pages is cheaper than writing zeros to them.
constexpr size_t kDropBytes = size_t{4} << 20;

}  // namespace

Memory::Memory() {
  void* wanted = reinterpret_cast<void*>(kDataBase);
  void* got = mmap(wanted, kMemoryEnd - kDataBase, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (got != wanted) {
    std::perror("stackquake: managed memory cannot be reserved at its address");
    std::_Exit(3);
  }
  madvise(wanted, kMemoryEnd - kDataBase, MADV_NOHUGEPAGE);
}

Memory::~Memory() {
  unpoison_for_sanitizer(kDataBase, kHeapBase + kHeapBytes - kDataBase);
  munmap(reinterpret_cast<void*>(kDataBase), kMemoryEnd - kDataBase);
}

void Memory::clear(Address start, size_t bytes) {
  unpoison_for_sanitizer(start, bytes);
  if (bytes < kDropBytes) {
    std::memset(at(start), 0, bytes);
    return;
  }
  const Address first_page = (start + kPageBytes - 1) & ~(kPageBytes - 1);
  const Address end_page = (start + bytes) & ~(kPageBytes - 1);
  std::memset(at(start), 0, first_page - start);
  madvise(reinterpret_cast<void*>(first_page), end_page - first_page, MADV_DONTNEED);
  std::memset(at(end_page), 0, start + bytes - end_page);
}

}  // namespace stackquake::runtime
