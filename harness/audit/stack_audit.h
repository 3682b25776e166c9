#ifndef STACKQUAKE_HARNESS_AUDIT_STACK_AUDIT_H_
#define STACKQUAKE_HARNESS_AUDIT_STACK_AUDIT_H_

// stack-accounting: sizes and bounds of stacks, what the allocator hands out and takes back, and
// when a stack must grow, overflow and shrink.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/audit/reporter.h"
#include "harness/audit/shadow.h"
#include "harness/audit/stack_books.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// What a run needs of its stacks is computed from the frame sizes in Function and from the events
// of the run, not from the runtime's prologue: at a call of a function that checks its stack
//
//      needed = used + 8 · frame_words + kStackGuard
//
// bytes, where used is counted from the high end down to the return pc. A stack that has less must
// grow, by doubling; one that has enough must not; and the run must overflow if, and only if, the
// needed bytes are more than the limit, or all stacks together would take more than there is.
class StackAudit {
 public:
  StackAudit(runtime::Runtime& runtime, Shadow& shadow, const StackBooks& books, Reporter& reporter)
      : runtime_(runtime), shadow_(shadow), books_(books), reporter_(reporter) {}

  // Called after a copy, and after a goroutine has begun. Checks that the goroutine's stack has a
  // valid size and place, was handed out, overlaps with no other stack, and holds the registers,
  // and that the allocator's count is the sum of all stacks.
  void changed(const runtime::G& g);

  // A goroutine has begun, with nothing on its stack but its arguments and a return pc.
  void started(const runtime::G& g);

  // The allocator hands out a stack, or takes one back; what the books say about that.
  void allocated(const runtime::Stack& stack, StackBooks::Answer answer);
  void freed(StackBooks::Answer answer);

  // Whether a goroutine that is to be copied or collected has the stack that it was given, and
  // stands on it.
  bool stands(const runtime::G& g);

  // A function has made its frame. False if there was no room for it: what is below is not the
  // goroutine's.
  bool has_room(const runtime::G& g, const runtime::Function& function);

  // A wrapper has made its frame, and its arguments have the size of those that it passes on: the
  // frame is the smallest one that holds them, as Go's reflectcall chooses it.
  void wraps(const runtime::G& g, const runtime::Function& wrapper);

  // A run begins.
  void reset() { is_collecting_ = false; }

  // A collection begins, and has ended, which must have shrunk the stacks of which little is used.
  void collecting();
  void collected();

  // A copy has been made, to another size or the same. g's registers are as before.
  void copied(const runtime::G& g, const runtime::StackCopy& copy);

  // The run has ended by an overflow of the goroutine's stack.
  void overflowed(const runtime::G& g);

 private:
  void bounds(const runtime::G& g);
  void overlaps(const runtime::G& g);
  void totals();
  std::optional<uint64_t> needed(const runtime::G& g) const;
  uint64_t needed_for(const runtime::G& g, uint64_t more_bytes) const;
  // Whether the goroutine uses so little of `stack`, which it has or had, that a collection shrinks
  // it.
  bool may_shrink(const runtime::G& g, const runtime::Stack& stack) const;
  void report(std::string_view cause, std::string message);

  runtime::Runtime& runtime_;
  Shadow& shadow_;
  const StackBooks& books_;
  Reporter& reporter_;

  // A goroutine whose stack the collection must shrink, and the size before.
  struct Shrinking {
    uint32_t goroutine = 0;
    uint32_t bytes = 0;
  };
  std::vector<Shrinking> shrinking_;
  bool is_collecting_ = false;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_STACK_AUDIT_H_
