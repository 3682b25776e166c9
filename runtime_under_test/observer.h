#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_OBSERVER_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_OBSERVER_H_

#include <cstdint>
#include <span>

#include "runtime_under_test/code.h"
#include "runtime_under_test/deferred_call.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/stack_allocator.h"
#include "runtime_under_test/word.h"

namespace stackquake::runtime {

enum class CopyReason : uint8_t {
  kForced,  // the options asked for it
  kMove,    // the built-in move()
  kGrowth,  // to a larger stack
  kShrink,  // to a smaller one: the built-in shrink(), or a collection
};

// What a copy did. Bounds in bytes.
struct StackCopy {
  CopyReason reason = CopyReason::kForced;
  Stack old_stack;
  Stack new_stack;
  uint64_t used_bytes = 0;      // moved
  uint64_t words_adjusted = 0;  // pointers rewritten: frames, Defer records, registers, sudogs
};

// What a collection did.
struct Collection {
  std::span<const Address> freed;
  uint64_t live_bytes = 0;
};

enum class DeferRunner : uint8_t { kDeferreturn, kPanic, kGoexit };

// Watches a run: the stores of the interpreter and the runtime, and the events. An observer may
// read everything and change nothing; if it finds something wrong, it ends the run with
// Runtime::fail. Neither the copier nor the collector reports its stores: a shadow knows the right
// value of every word without them.
//
// The interpreter takes the observer's class as a template parameter, so that the loop of a run
// without an observer pays nothing. The rest of the runtime calls through this interface, if there
// is an observer.
class Observer {
 public:
  static constexpr bool kEnabled = true;

  // Whether the class is told of every instruction.
  static constexpr bool kFollowsInstructions = false;

  virtual ~Observer() = default;

  // An instruction is about to be executed. `registers` are those of a goroutine that stands behind
  // it: G::sched may be older.
  virtual void executing(const G&, const Gobuf& /*registers*/) {}

  // ---- Stores, each after it was done. `words` is at least 1, but for stored_copy ----

  virtual void stored_scalars(Address /*to*/, uint32_t /*words*/) {}
  virtual void stored_code(Address /*to*/) {}  // a pc

  // A pointer that was made here, in a frame, an object or a record.
  virtual void stored_pointer(Address /*to*/, Address /*target*/) {}

  // Words of any kind.
  virtual void stored_copy(Address /*to*/, Address /*from*/, uint32_t /*words*/) {}

  // ---- Objects ----

  // A zeroed object or record, before the stores that say so. `type` indexes Program::types.
  virtual void allocated(Address /*object*/, uint32_t /*words*/, uint16_t /*type*/) {}

  // ---- Goroutines and frames ----

  virtual void goroutine_started(const G&) {}
  virtual void resumed(const G&) {}  // it has the processor, until another one is resumed
  virtual void blocked(const G&) {}
  virtual void readied(const G&) {}
  virtual void goroutine_ended(const G&) {}
  virtual void called(const G&, const Function&) {}     // its frame has been made
  virtual void returning(const G&, const Function&) {}  // its frame is about to be left
  virtual void faulted(const G&, int64_t /*code*/) {}   // and stands at the entry of its raiser
  virtual void traced(const G&, int64_t /*value*/) {}

  // ---- Deferred calls, panics, sudogs ----

  virtual void deferred(const G&, const DeferredCall&) {}

  // The record is given back: it was taken off its list, and lies in a pool, is the collector's, or
  // its frame's. Its words mean nothing any more.
  virtual void defer_freed(const G&, const DeferredCall&) {}
  virtual void defer_started(const G&, const DeferredCall&, DeferRunner) {}
  virtual void panicked(const G&, const Unwinding&) {}
  virtual void panic_aborted(const G&, const Unwinding&) {}
  virtual void recovered(const G&, const Unwinding&) {}  // gorecover has given its value

  // The frame that deferred the call continues at its deferreturn, or a Goexit in its own frame.
  // What lies below is unwound.
  virtual void resumed_after_recovery(const G&, const DeferredCall&) {}
  virtual void goexit_called(const G&) {}
  virtual void sudog_acquired(const G&, const Sudog&) {}
  virtual void sudog_enqueued(const Sudog&, const Waitq&) {}  // as the last of the queue
  virtual void sudog_released(const Sudog&) {}  // to the cache, in which it is not yet

  // ---- Stacks ----

  // Memory is about to become a stack: it is not filled yet, and no goroutine has it.
  virtual void stack_allocated(const Stack&) {}
  virtual void stack_freed(const Stack&) {}  // taken back, and not poisoned yet

  // ---- Copies, collections, safepoints ----

  // A safepoint is reached: registers are saved, the goroutine may be copied and collected.
  virtual void safepoint(const G&, uint64_t /*number*/) {}

  virtual void copying_stack(const G&) {}  // before a copy
  virtual void stack_copied(const G&, const StackCopy&) {}
  virtual void collecting() {}  // before a collection
  virtual void collected(const Collection&) {}

  // The goroutine has been copied and collected at its safepoint, if that was due, and still stands
  // there.
  virtual void passed_safepoint(const G&) {}

  // The run has ended, but its goroutines are still there. `last`, which ended it, stands at no
  // safepoint; it is null when none ran.
  virtual void ended(const G* /*last*/) {}
};

// An observer that does not observe: the interpreter's calls to it are compiled away.
class NoObserver final : public Observer {
 public:
  static constexpr bool kEnabled = false;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_OBSERVER_H_
