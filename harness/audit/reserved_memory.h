#ifndef STACKQUAKE_HARNESS_AUDIT_RESERVED_MEMORY_H_
#define STACKQUAKE_HARNESS_AUDIT_RESERVED_MEMORY_H_

#include <cstddef>
#include <utility>

namespace stackquake {

// A range of zeroed memory. Only pages that were touched cost memory. Movable, not copyable.
class ReservedMemory {
 public:
  ReservedMemory() = default;

  // `bytes` is rounded up to whole pages. If the system refuses, says so and exits with status 3.
  explicit ReservedMemory(size_t bytes);
  ~ReservedMemory();
  ReservedMemory(ReservedMemory&& other) noexcept { *this = std::move(other); }
  ReservedMemory& operator=(ReservedMemory&& other) noexcept {
    std::swap(start_, other.start_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }

  std::byte* begin() const { return start_; }
  std::byte* end() const { return start_ + bytes_; }
  size_t bytes() const { return bytes_; }

  // Gives the pages that lie wholly between two places back to the system. They read as zero
  // afterwards.
  void release(std::byte* from, std::byte* to);

 private:
  std::byte* start_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_RESERVED_MEMORY_H_
