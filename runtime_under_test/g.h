#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_G_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_G_H_

// A goroutine: its stack, its registers, its lists of records. Go's struct g.
//
// THE STACK grows downwards from G::stack.hi. While the goroutine stands at a safepoint:
//
//      stack.hi     +---------------------------+
//                   | arguments to the function |   what `go f(x)` passed
//                   | return pc into goexit     |
//                   +---------------------------+
//                   | frame of the function     |
//                   | …                         |   frames as code.h lays them out; those of
//                   | innermost frame           |   gopanic and Goexit among them
//      sched.sp     +---------------------------+   slot 0 of the innermost frame
//                   | unused                    |
//      stackguard   +---------------------------+   a prologue may let sp come down to here
//                   | kStackGuard bytes         |   for nosplit functions, which do not ask
//      stack.lo     +---------------------------+
//
// A copy gives the goroutine another stack, in which everything keeps its distance from the high
// end. That distance (G::distance) is therefore the way to name a place on the stack across
// anything that may copy it; an address is not.
//
// THE LISTS lead through records of records.h:
//
//      defer   --> Defer --link--> Defer --link--> 0      newest first; in the heap
//      panic   --> Panic --link--> Panic --link--> 0      newest first; each in its gopanic's frame
//      waiting --> Sudog --waitlink--> … --> 0            in the order of a select's cases
//      param   --> the sudog whose operation woke the goroutine, or 0
//
// G itself lies in the memory of the harness, not in managed memory. Its words `defer`, `waiting`,
// `param` and `sched.ctxt` are roots of the collector. Where `defer`, `panic` or `sched.ctxt` point
// into the stack, a copy adjusts them.
//
// THE LIFE of a goroutine:
//
//      kDead --newproc--> kRunnable --picked--> kRunning --its function returns--> kDead
//                            ^                     |
//                            |--- preempted -------|
//                            |--- ready ---- kWaiting <-- blocks in a channel operation
//
// Scheduler owns all G and reuses them; the id is new each time, the index is not.

#include <cstdint>

#include "runtime_under_test/fiber.h"
#include "runtime_under_test/stack_allocator.h"
#include "runtime_under_test/word.h"

namespace stackquake::runtime {

// Bytes below the stack guard: Go's StackGuard, for the frame sizes of this machine. Functions that
// do not check the stack use them: at most the return pc and the frame of deferproc, deferreturn or
// newproc, and the word that a fault pushes.
constexpr uint32_t kStackGuard = 96;

// In G::stackguard: makes the next prologue call newstack. Larger than any sp. Go's StackPreempt.
constexpr Address kStackPreempt = ~Address{0};

// The registers of a goroutine that does not run, or stands at a safepoint.
//
// pc is an address as it stands in return words: past the call or the safepoint's instruction. Of a
// function whose prologue has not made the frame yet it is the entry; only then is ctxt set, to the
// closure that was called.
struct Gobuf {
  Word pc = 0;
  Address sp = 0;
  Address ctxt = 0;
};

enum class GStatus : uint8_t { kDead, kRunnable, kRunning, kWaiting };

// What the C++ of a runtime function tells its caller.
enum class Flow : uint8_t {
  kContinue,  // the goroutine continues at G::sched
  kUnwind,    // return: the run has ended, or a recovery has left the managed frames that belong to
              // the native activations down to G::unwind_to
};

struct G {
  explicit G(NativeStackPool& pool) : fiber(pool) {}

  uint32_t id = 0;     // numbers the goroutines of a run from 1, which is main's
  uint32_t index = 0;  // among Scheduler::goroutines(); Sudog::g has it
  GStatus status = GStatus::kDead;
  bool preempt = false;    // the next prologue lets others run first
  Stack stack;             // owned: from the StackAllocator, and given back by goexit0
  Address stackguard = 0;  // stack.lo + kStackGuard, or kStackPreempt
  Gobuf sched;
  Word returned = 0;  // what deferproc gave back: 1 after a recovery. Go's AX
  int64_t fault = 0;  // code of the runtime error that sigpanic, panicindex or panicchan raises
  uint64_t unwind_to =
      0;  // with kUnwind: the distance of the frame to return to; 0 returns from all

  Address defer = 0;    // Go's _defer
  Address panic = 0;    // Go's _panic
  Address waiting = 0;  // Go's waiting
  Address param = 0;    // Go's param

  Fiber fiber;

  // The address of a slot of the frame at sched.sp.
  Address slot_address(uint16_t slot) const { return sched.sp + Address{slot} * kWordBytes; }

  // A place on the stack as a number that a copy keeps: how far below the high end, in bytes.
  uint64_t distance(Address address) const { return stack.hi - address; }
  Address at_distance(uint64_t distance) const { return stack.hi - distance; }
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_G_H_
