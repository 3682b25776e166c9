#include "harness/audit/reserved_memory.h"

#include <cstdint>

#include "runtime_under_test/pages.h"

namespace stackquake {

namespace {

using runtime::kPageBytes;

size_t rounded_up(size_t bytes) {
  return (bytes + kPageBytes - 1) & ~(kPageBytes - 1);
}

}  // namespace

ReservedMemory::ReservedMemory(size_t bytes) : bytes_(rounded_up(bytes)) {
  start_ = runtime::reserve_pages(bytes_, "a shadow");
}

ReservedMemory::~ReservedMemory() {
  if (start_ != nullptr) runtime::unmap_pages(start_, bytes_);
}

void ReservedMemory::release(std::byte* from, std::byte* to) {
  const size_t first = rounded_up(static_cast<size_t>(from - start_));
  const size_t last = static_cast<size_t>(to - start_) & ~(kPageBytes - 1);
  if (first < last) runtime::drop_pages(start_ + first, last - first);
}

}  // namespace stackquake
