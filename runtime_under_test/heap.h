#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_HEAP_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_HEAP_H_

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "runtime_under_test/memory.h"
#include "runtime_under_test/object_type.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/word.h"

namespace stackquake::runtime {

// The collected heap: typed objects in spans of one size class each, with mark bits beside them.
//
// An object is named by its address; a pointer may point anywhere inside it. Objects are zeroed
// when allocated and poisoned when freed. Memory that has never held an object is preferred to a
// freed object's, so that a stale pointer meets poison rather than another object. The heap knows
// nothing of roots: see collector.h.
class Heap {
 public:
  static constexpr uint32_t kSpanWords = 1024;  // of a span of small objects: two pages

  struct Object {
    Address start = 0;   // 0: no object there
    uint32_t words = 0;  // of its size class
    uint16_t type = 0;   // index into Program::types
    uint32_t span = 0;   // where its bits are
    uint32_t index = 0;
  };

  Heap();

  // Forgets all objects, at a cost that grows with what the last run allocated.
  void reset(PoisonMode poison);

  // A zeroed object of `words` words, at least 1. The caller must make sure that the heap is not
  // full().
  Address allocate(uint32_t words, uint16_t type);

  // Whether so little is left that the next allocation might not fit. The largest object is 64 KiB.
  bool full() const { return next_page_ + kReservePages > kPages; }

  // Whether a span has had fewer free slots than it counts. Its objects then lie elsewhere.
  bool miscounted() const { return miscounted_; }

  // The allocated object that contains this address, or one with start 0. Takes any word.
  Object find(Address address) const;

  // Sets the object's mark. False when the mark was set already.
  bool mark(const Object& object);

  // Frees the objects without a mark, and clears all marks. `freed` gets the addresses of the freed
  // objects, in ascending order within a span.
  void sweep(std::vector<Address>& freed);

  // The bytes of all allocations since the reset, and of the objects that are allocated now.
  uint64_t bytes_allocated() const { return bytes_allocated_; }
  uint64_t bytes_live() const { return bytes_live_; }

 private:
  static constexpr size_t kSpanBytes = size_t{kSpanWords} * kWordBytes;
  static constexpr size_t kPages = kHeapBytes / kSpanBytes;
  static constexpr uint32_t kClasses = 17;
  static constexpr uint32_t kKeptSpans = 512;    // with their memory, for the next run
  static constexpr uint32_t kMaxLargePages = 8;  // the largest object has 64 KiB
  static constexpr size_t kReservePages = size_t{2} * kMaxLargePages;

  using Bits = std::array<uint64_t, kSpanWords / 64>;

  // A run of pages with equal objects. A large object has a span of its own.
  struct Span {
    Address start = 0;
    uint32_t object_words = 0;
    uint32_t capacity = 0;  // objects
    uint32_t fresh = 0;     // objects below this index have been handed out once
    uint32_t used = 0;      // objects allocated now
    uint32_t size_class = 0;
    uint32_t hint = 0;  // no freed object below this index
    Bits allocated{};
    Bits marked{};
    std::array<uint16_t, kSpanWords> types;
  };

  static uint32_t size_class_of(uint32_t words);
  Span& new_span(uint32_t object_words, uint32_t size_class);
  Span& span_with_room(uint32_t size_class);
  Span& large_span(uint32_t words);
  static uint32_t take_slot(Span& span);  // its capacity or more if there is none
  void free_object(Span& span, uint32_t index);

  std::vector<std::unique_ptr<Span>> spans_;  // kept across resets
  uint32_t used_spans_ = 0;
  std::vector<uint32_t> span_of_page_;  // index into spans_ plus 1; 0 for a page without a span
  uint32_t next_page_ = 0;
  std::array<std::vector<uint32_t>, kClasses> spans_of_class_;
  std::array<uint32_t, kClasses> cursor_{};  // the first span of the class that may have room
  std::array<std::vector<uint32_t>, kMaxLargePages + 1> free_large_;  // freed large spans, by pages
  PoisonMode poison_ = PoisonMode::kNone;
  uint64_t bytes_allocated_ = 0;
  uint64_t bytes_live_ = 0;
  bool miscounted_ = false;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_HEAP_H_
