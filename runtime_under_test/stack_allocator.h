#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_STACK_ALLOCATOR_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_STACK_ALLOCATOR_H_

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "runtime_under_test/memory.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/poison.h"
#include "runtime_under_test/word.h"

namespace stackquake::runtime {

class Observer;

// The bounds of a goroutine's stack, in byte addresses: [lo, hi). It grows downwards from hi. Go's
// struct stack.
struct Stack {
  Address lo = 0;
  Address hi = 0;

  uint32_t bytes() const { return static_cast<uint32_t>(hi - lo); }
  bool contains(Address address) const { return lo <= address && address < hi; }

  friend bool operator==(const Stack&, const Stack&) = default;
};

// Where goroutine stacks come from: Go's stackalloc and stackfree, with sizes that are powers of
// two from kMinStackBytes to kMaxStackLimitBytes.
//
// A stack's memory is in one of four states: never handed out, in use, quarantined, free. Under
// PlacePolicy::kFresh a freed stack waits in a quarantine until kQuarantineBytes of others have
// been freed after it, so that a stale pointer finds poison; under kReuse the next stack of its
// size gets its memory. Freed stacks are poisoned as the mode says. Equal calls after a reset give
// equal addresses.
class StackAllocator {
 public:
  // Enough for a hundred stacks of the usual first size, and it stays within a second-level cache.
  static constexpr uint32_t kQuarantineBytes = 256 << 10;

  StackAllocator() = default;
  ~StackAllocator();
  StackAllocator(const StackAllocator&) = delete;
  StackAllocator& operator=(const StackAllocator&) = delete;

  // Forgets all stacks. Costs what the last run touched, and nothing where `poison` fills every new
  // stack anyway. An observer is told of every stack from now on.
  void reset(PlacePolicy place, PoisonMode poison, Observer* observer = nullptr);

  // Whether a stack may have this size.
  static bool is_size(uint64_t bytes);

  // A stack of `bytes` bytes, filled with `fill` unless the poison mode is kNone: then its content
  // is unspecified, but equal in equal runs.
  Stack stackalloc(uint32_t bytes, Poison fill);

  // Takes back a stack that stackalloc gave. Nothing may use it afterwards.
  void stackfree(Stack stack);

  // From hold_freed to release_held, stacks that are taken back stay as they are: somebody still
  // has addresses in them to look at.
  void hold_freed() { holds_freed_ = true; }
  void release_held();
  std::span<const Stack> held() const { return held_; }

  // Whether the program may touch the word at this address, which is in the stacks' part of memory:
  // false only where PoisonMode::kProtect has taken the pages away.
  bool accessible(Address address) const;

  // Whether a stack that was handed out may be written: its pages are accessible, and it is not
  // poisoned for AddressSanitizer.
  bool is_usable(const Stack& stack) const;

  uint64_t bytes_in_use() const { return bytes_in_use_; }
  uint32_t stacks_in_use() const { return stacks_in_use_; }

 private:
  static constexpr uint32_t kOrders = 17;  // kMinStackBytes << 0 … kMinStackBytes << 16

  uint32_t span_bytes(uint32_t stack_bytes) const;
  Stack fresh(uint32_t bytes);
  void retire(Stack stack);
  void release_quarantine();
  void set_protected(Stack stack, bool is_protected);

  PlacePolicy place_ = PlacePolicy::kFresh;
  PoisonMode poison_ = PoisonMode::kNone;
  Observer* observer_ = nullptr;
  Address next_ = kStackBase;
  Address dirty_end_ = kStackBase;  // past the last byte that is not known to be zero
  std::array<std::vector<Stack>, kOrders> free_;
  std::deque<Stack> quarantine_;
  uint64_t quarantined_bytes_ = 0;
  std::vector<Stack> held_;
  bool holds_freed_ = false;
  uint64_t bytes_in_use_ = 0;
  uint32_t stacks_in_use_ = 0;
  std::vector<bool> protected_pages_;  // by page from kStackBase; used in kProtect only
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_STACK_ALLOCATOR_H_
