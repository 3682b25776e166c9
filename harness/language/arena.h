#ifndef STACKQUAKE_HARNESS_LANGUAGE_ARENA_H_
#define STACKQUAKE_HARNESS_LANGUAGE_ARENA_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace stackquake {

// Memory for trees. Allocating bumps a pointer; `reset` frees everything at once.
//
// A tree lives in one arena and never outlives it or its next reset. Destructors do not run, so
// only trivially destructible types may live here. Blocks of memory are kept across resets, up to
// kKeptBytes, so a loop that parses one nest after another soon allocates nothing. Not thread-safe;
// movable, not copyable.
class Arena {
 public:
  static constexpr size_t kKeptBytes = size_t{1} << 20;

  Arena() = default;
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  // Uninitialised storage for `bytes` bytes; lives until the next reset.
  void* allocate(size_t bytes, size_t alignment) {
    size_t start = (used_ + alignment - 1) & ~(alignment - 1);
    if (current_ == nullptr || start + bytes > capacity_) {
      next_block(bytes);
      start = 0;
    }
    used_ = start + bytes;
    return current_ + start;
  }

  template <typename T, typename... Arguments>
  T* make(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T{std::forward<Arguments>(arguments)...};
  }

  // A value-initialised array of `size` elements.
  template <typename T>
  std::span<T> make_array(size_t size) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (size == 0) return {};
    T* first = static_cast<T*>(allocate(size * sizeof(T), alignof(T)));
    std::uninitialized_value_construct_n(first, size);
    return {first, size};
  }

  // A copy of `elements` that the arena owns.
  template <typename T>
  std::span<T> copy(std::span<const T> elements) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (elements.empty()) return {};
    T* first = static_cast<T*>(allocate(elements.size_bytes(), alignof(T)));
    std::uninitialized_copy(elements.begin(), elements.end(), first);
    return {first, elements.size()};
  }

  std::string_view copy(std::string_view text) {
    std::span<char> owned = copy(std::span<const char>(text.data(), text.size()));
    return {owned.data(), owned.size()};
  }

  // Ends the life of everything allocated here. Keeps memory for later allocations.
  void reset() {
    size_t kept = 0;
    const auto fits = [&kept](const Block& block) { return (kept += block.size) <= kKeptBytes; };
    blocks_.erase(std::find_if_not(blocks_.begin(), blocks_.end(), fits), blocks_.end());
    block_ = 0;
    used_ = 0;
    current_ = blocks_.empty() ? nullptr : blocks_[0].memory.get();
    capacity_ = blocks_.empty() ? 0 : blocks_[0].size;
  }

  // Of the memory that the arena has now, whether it is in use or not.
  size_t bytes() const {
    size_t bytes = 0;
    for (const Block& block : blocks_) bytes += block.size;
    return bytes;
  }

 private:
  struct Block {
    std::unique_ptr<std::byte[]> memory;
    size_t size;
  };

  static constexpr size_t kBlockBytes = size_t{64} << 10;

  void next_block(size_t bytes) {
    if (current_ != nullptr) ++block_;
    while (block_ < blocks_.size() && blocks_[block_].size < bytes) ++block_;
    if (block_ == blocks_.size()) {
      const size_t size = std::max(bytes, kBlockBytes);
      blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
    }
    current_ = blocks_[block_].memory.get();
    capacity_ = blocks_[block_].size;
    used_ = 0;
  }

  std::vector<Block> blocks_;
  size_t block_ = 0;
  std::byte* current_ = nullptr;
  size_t capacity_ = 0;
  size_t used_ = 0;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_ARENA_H_
