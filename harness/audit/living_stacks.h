#ifndef STACKQUAKE_HARNESS_AUDIT_LIVING_STACKS_H_
#define STACKQUAKE_HARNESS_AUDIT_LIVING_STACKS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime_under_test/stack_allocator.h"
#include "runtime_under_test/word.h"

namespace stackquake {

// The stacks of the living goroutines, ordered by address, so that a question is answered by binary
// search.
//
// Stacks should never overlap. If two do, overlaps() says so for each of them, and owner_of()
// returns either of them.
class LivingStacks {
 public:
  void clear();

  // The goroutine has this stack from now on, instead of the stack that it had before.
  void put(uint32_t goroutine, const runtime::Stack& stack);
  void remove(uint32_t goroutine);

  // The goroutine on whose stack the address lies.
  std::optional<uint32_t> owner_of(runtime::Address address) const;

  // Whether the goroutine's stack shares memory with the stack of another goroutine.
  bool overlaps(uint32_t goroutine) const;

  // Whether the memory is part of any goroutine's stack.
  bool meets(const runtime::Stack& memory) const;

  uint64_t bytes() const { return bytes_; }
  uint32_t count() const { return static_cast<uint32_t>(stacks_.size()); }

 private:
  struct Entry {
    runtime::Stack stack;
    uint32_t goroutine = 0;
  };
  using Place = std::vector<Entry>::const_iterator;

  Place find(uint32_t goroutine) const;

  std::vector<Entry> stacks_;          // by address of their low ends
  std::vector<runtime::Address> los_;  // by goroutine; 0 for those without a stack
  uint64_t bytes_ = 0;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_LIVING_STACKS_H_
