#ifndef STACKQUAKE_HARNESS_AUDIT_RESERVED_MEMORY_H_
#define STACKQUAKE_HARNESS_AUDIT_RESERVED_MEMORY_H_

#include <cstddef>
#include <utility>

namespace stackquake {

// A range of zeroed memory that costs only what of it has been touched. Movable, not copyable.
class ReservedMemory {
 public:
  ReservedMemory() = default;

  // `bytes` is rounded up to whole pages. Where the system refuses, says so and exits with
  // status 3.
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

  // Gives the pages between two places, which read as zero afterwards, back to the system. Both are
  // rounded to the pages that lie wholly between them.
  void release(std::byte* from, std::byte* to);

 private:
  std::byte* start_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_RESERVED_MEMORY_H_
