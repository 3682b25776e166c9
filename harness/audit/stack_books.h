#ifndef STACKQUAKE_HARNESS_AUDIT_STACK_BOOKS_H_
#define STACKQUAKE_HARNESS_AUDIT_STACK_BOOKS_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "harness/audit/reserved_memory.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/stack_allocator.h"

namespace stackquake {

// What the stack allocator has handed out and taken back, by its events. Its lists are not read.
//
// Memory of stacks is noted in units of the smallest stack:
//
//      0                   never handed out
//      2 · number + 1      part of the stack that was handed out as this number
//      2 · units + 2       free, since so many units had been freed, it included
class StackBooks {
 public:
  enum class Answer : uint8_t {
    kFine,
    kOutside,    // of the memory for stacks, or no possible size
    kInUse,      // some of the memory belongs to a stack that was not taken back
    kTooEarly,   // it left the quarantine before enough other memory had been freed
    kWasteful,   // it is new, although a stack of its size is free to be used again at once
    kNotInUse,   // nothing of it is in use: it was taken back before
    kOtherSize,  // it is a part of a stack that is in use, or more than one
  };

  StackBooks();

  // A run begins.
  void reset(runtime::PlacePolicy place);

  // A collection begins, and ends: the stacks that it frees are free at its end.
  void collecting() { collects_ = true; }
  void collected();

  // The allocator hands out a stack, or takes one back.
  Answer allocated(const runtime::Stack& stack);
  Answer freed(const runtime::Stack& stack);

  // Whether the stack has been handed out, and not taken back.
  bool in_use(const runtime::Stack& stack) const;

  // Whether some of the memory was a stack of this run before, by the last call of allocated().
  bool was_used() const { return was_used_; }

  // The stacks that were taken back last and are not in use again. Calls `visit` for each.
  template <class Visit>
  void each_recently_freed(Visit&& visit) const {
    for (const runtime::Stack& stack : recent_) {
      if (stack.bytes() != 0 && is_free(stack)) visit(stack);
    }
  }

 private:
  using Unit = uint32_t;
  static constexpr size_t kRecent = 4;
  static constexpr size_t kOrders =
      std::bit_width(size_t{runtime::kMaxStackLimitBytes / runtime::kMinStackBytes});

  static bool is_possible(const runtime::Stack& stack);
  static size_t order_of(const runtime::Stack& stack);
  std::span<Unit> units(const runtime::Stack& stack) const;
  Answer units_to_use(std::span<const Unit> memory);
  bool is_wasteful(const runtime::Stack& stack);
  bool is_free(const runtime::Stack& stack) const;

  ReservedMemory units_;
  runtime::PlacePolicy place_ = runtime::PlacePolicy::kFresh;
  size_t touched_ = 0;  // units from the first one that this run may have written
  uint32_t stacks_ = 0;
  uint32_t freed_units_ = 0;
  bool was_used_ = false;
  bool collects_ = false;
  // By size: stacks that kReuse hands out again at once, and those that a collection has freed.
  std::array<uint32_t, kOrders> reusable_{};
  std::array<uint32_t, kOrders> held_{};
  std::array<runtime::Stack, kRecent> recent_{};
  size_t next_recent_ = 0;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_STACK_BOOKS_H_
