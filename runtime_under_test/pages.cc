#include "runtime_under_test/pages.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace stackquake::runtime {

namespace {

[[noreturn]] void refused(const char* what, size_t bytes) {
  std::fprintf(stderr, "stackquake: the system refuses to %s (%zu bytes): %s\n", what, bytes,
               std::strerror(errno));
  std::_Exit(3);
}

// The system calls themselves: AddressSanitizer's mmap and munmap clear its marks of the whole
// range, page by page. Ranges here are gigabytes, of which a run touches little, and there are no
// marks in them to clear.
void* map(void* where, size_t bytes, int flags) {
  const long start = syscall(SYS_mmap, where, bytes, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
  return reinterpret_cast<void*>(start);  // MAP_FAILED is -1 too
}

void protect(void* start, size_t bytes, int protection, const char* what) {
  if (mprotect(start, bytes, protection) != 0) refused(what, bytes);
}

}  // namespace

std::byte* reserve_pages(size_t bytes, const char* purpose, void* where) {
  const int fixed = where == nullptr ? 0 : MAP_FIXED_NOREPLACE;
  void* start = map(where, bytes, fixed);
  if (start == MAP_FAILED || (where != nullptr && start != where)) {
    // A kernel that does not know MAP_FIXED_NOREPLACE may choose another address.
    if (start != MAP_FAILED) errno = EEXIST;
    std::fprintf(stderr, "stackquake: no address space for %s (%zu bytes): %s\n", purpose, bytes,
                 std::strerror(errno));
    std::_Exit(3);
  }
  // A kernel without huge pages refuses, which does no harm.
  static_cast<void>(madvise(start, bytes, MADV_NOHUGEPAGE));
  return static_cast<std::byte*>(start);
}

void unmap_pages(void* start, size_t bytes) {
  if (syscall(SYS_munmap, start, bytes) != 0) refused("unmap pages", bytes);
}

void drop_pages(void* start, size_t bytes) {
  if (madvise(start, bytes, MADV_DONTNEED) != 0) refused("drop pages", bytes);
}

void forbid_pages(void* start, size_t bytes) {
  protect(start, bytes, PROT_NONE, "make pages inaccessible");
}

void allow_pages(void* start, size_t bytes) {
  protect(start, bytes, PROT_READ | PROT_WRITE, "make pages accessible");
}

bool has_resident_page(void* start, size_t bytes) {
  std::array<unsigned char, 64> pages;
  auto* first = static_cast<std::byte*>(start);
  for (size_t done = 0; done < bytes; done += pages.size() * kPageBytes) {
    const size_t part = std::min(bytes - done, pages.size() * kPageBytes);
    if (mincore(first + done, part, pages.data()) != 0) refused("look at pages", part);
    const auto end = pages.begin() + static_cast<ptrdiff_t>(part / kPageBytes);
    if (std::any_of(pages.begin(), end, [](unsigned char page) { return (page & 1) != 0; })) {
      return true;
    }
  }
  return false;
}

}  // namespace stackquake::runtime
