#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_G_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_G_H_

#include <cstdint>

#include "runtime_under_test/fiber.h"
#include "runtime_under_test/stack_allocator.h"
#include "runtime_under_test/word.h"

namespace stackquake::runtime {

// The nosplit functions that a frame calls below its checked stack (deferproc, deferreturn,
// newproc, and the word that a fault pushes) need room that no prologue asks for. Go's StackGuard,
// in bytes, at our frame sizes.
constexpr uint32_t kStackGuard = 96;

// In G::stackguard: makes the next prologue call newstack. Larger than any sp. Go's StackPreempt.
constexpr Address kStackPreempt = ~Address{0};

// The registers of a goroutine that does not run, or stands at a safepoint.
//
// pc is an address as it stands in return words: past the call or safepoint instruction, or a
// function's entry where its prologue has not made the frame yet. Only then is ctxt set.
struct Gobuf {
  Word pc = 0;
  Address sp = 0;
  Address ctxt = 0;
};

enum class GStatus : uint8_t { kDead, kRunnable, kRunning, kWaiting };

// What the C++ of a runtime function tells whoever called it.
enum class Flow : uint8_t {
  kContinue,  // go on at G::sched
  kUnwind,    // the native activations down to G::unwind_to are gone from the managed stack: return
};

// A goroutine. Reused, with its record of fields cleared, once it has ended: Go's g.
struct G {
  explicit G(NativeStackPool& pool) : fiber(pool) {}

  uint32_t id = 0;     // counts the goroutines of a run from 1, which is main's
  uint32_t index = 0;  // in Runtime::gs; what Sudog::g holds
  GStatus status = GStatus::kDead;
  bool preempt = false;
  Stack stack;
  Address stackguard = 0;  // stack.lo + kStackGuard, or kStackPreempt
  Gobuf sched;
  Word returned = 0;  // what deferproc gave back: 1 after a recovery. Go's AX
  int64_t fault = 0;  // code of the runtime error that sigpanic, panicindex or panicchan raises
  uint64_t unwind_to = 0;  // distance of an sp from stack.hi, in bytes; 0 unwinds everything

  Address defer = 0;    // Go's _defer: newest first
  Address panic = 0;    // Go's _panic: newest first
  Address waiting = 0;  // sudogs of the channel operation it is blocked in
  Address param = 0;    // the sudog that woke it, or 0 when a close did

  Fiber fiber;

  // The address of a slot of the frame at sched.sp.
  Address slot_address(uint16_t slot) const { return sched.sp + Address{slot} * kWordBytes; }

  // The place of an address on the stack as a number that a copy keeps: its distance from the high
  // end, in bytes.
  uint64_t distance(Address address) const { return stack.hi - address; }
  Address at_distance(uint64_t distance) const { return stack.hi - distance; }
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_G_H_
