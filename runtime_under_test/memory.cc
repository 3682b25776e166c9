#include "runtime_under_test/memory.h"

#include <cstring>

#include "runtime_under_test/poison.h"

namespace stackquake::runtime {

namespace {

// Above this, dropping whole pages is cheaper than writing zeros to them.
constexpr size_t kDropBytes = size_t{4} << 20;

}  // namespace

Memory::Memory() {
  reserve_pages(kMemoryEnd - kDataBase, "managed memory at its address",
                reinterpret_cast<void*>(kDataBase));
}

Memory::~Memory() {
  unpoison_for_sanitizer(kDataBase, kHeapBase + kHeapBytes - kDataBase);
  unmap_pages(reinterpret_cast<void*>(kDataBase), kMemoryEnd - kDataBase);
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
  drop_pages(reinterpret_cast<void*>(first_page), end_page - first_page);
  std::memset(at(end_page), 0, start + bytes - end_page);
}

}  // namespace stackquake::runtime
