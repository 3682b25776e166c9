#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGN_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGN_H_

// The interface of a design: one whole way to do defers, panics, stack walks and stack copies.
//
// To write a design, derive from Design in a folder of its own under designs/, and make it known in
// designs/designs.cc. The runtime around it does the rest: it interprets code, allocates, collects,
// schedules, and decides *when* a stack is copied; the design says what a deferred call and a panic
// are, and *how* the words of a stack keep up with a copy.
//
// What a design may count on:
//
//  - Its functions run on a goroutine's fiber. Neither a copy nor a collection happens there unless
//    the function calls Runtime::reflectcall, or returns. Across reflectcall, name places on the
//    stack by G::distance.
//  - copystack, the walks, visit_roots and clearpools run on the system context while all
//    goroutines stand at safepoints.
//  - When a function is called, g.sched holds the registers: sp is that of the runtime function's
//    own frame, whose size is what layouts() says, and pc is past its instruction.
//
// What it owes:
//
//  - Its walks find every frame and every pending deferred call, for copier and collector alike.
//  - After copystack no word points into the old stack that a live frame, a pending deferred call,
//    a panic in progress, a register or a blocked channel operation holds.
//  - Stores to managed memory that create or duplicate pointers are told to Runtime::observer(),
//    those of copystack excepted; so are the events that Observer names.
//  - Walks and copies add what they look at to Runtime::work, so that nests pay for it: each frame,
//    each record, each word of a deferred call's arguments.

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime_under_test/code.h"
#include "runtime_under_test/defects.h"
#include "runtime_under_test/deferred_call.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/traceback.h"

namespace stackquake::runtime {

class Adjuster;
class Runtime;

// The frame of a runtime function that keeps locals of its design: how many words it has, the four
// arguments to reflectcall at its low end included, and which slots hold pointers while it calls.
struct RuntimeLayout {
  RuntimeFunction function;
  uint16_t frame_words;

  // The function calls closures by Runtime::call_closure. Then deferreturn checks the stack, too;
  // gopanic and Goexit do so always.
  bool calls = false;

  std::span<const uint16_t> pointers;
};

// How a compiler lowers a defer statement, if not by a call of deferproc with siz, closure and
// arguments.
struct DeferLowering {
  // A statement outside of loops is executed at most once in a call of its function. It fills in
  // siz, fn and arguments of a record in the frame, and hands it to deferprocStack.
  bool in_frame = false;

  // A call with arguments or a result becomes a closure without: a wrapper, which captures the
  // arguments by value and calls the function with them.
  bool wraps = false;

  // In a function with few defer statements, all outside of loops, a statement stores the closure
  // in a slot of the frame and sets a bit (Function::open_defers). The function's end calls what
  // has its bit set; there is no record. Without `wraps`, the frame has slots for the arguments,
  // too (Program::open_calls).
  bool open_coded = false;
};

// A root: a word that holds a pointer, or should. It lies in managed memory or in a G.
class RootVisitor {
 public:
  virtual void visit(const Word& pointer) = 0;

 protected:
  ~RootVisitor() = default;
};

class Design {
 public:
  // With these defects switched on, as far as the design and the runtime around it have them.
  explicit Design(DefectSet defects = {}) : defects_(defects) {}
  virtual ~Design() = default;

  virtual std::string_view name() const = 0;

  DefectSet defects() const { return defects_; }

  // The layouts of gopanic, Goexit, deferproc, deferprocStack and deferreturn. The views live as
  // long as the design.
  virtual std::span<const RuntimeLayout> layouts() const = 0;

  // The words of its records that the checks have to know.
  virtual const DeferLayout& defer_layout() const = 0;
  virtual const PanicLayout& panic_layout() const = 0;

  // What the record at an address says, which is one of a deferred call or of a panic. A record
  // that was given back, or that is damaged, says anything.
  virtual DeferredCall deferred_call(Address record) const = 0;
  virtual Unwinding unwinding(Address record) const = 0;

  virtual DeferLowering defer_lowering() const { return {}; }

  // Forgets the last run, and serves `runtime` from now on.
  virtual void begin_run(Runtime& runtime) = 0;

  // ---- Deferred calls ----

  // The arguments of deferproc are siz (bytes), the closure, and siz bytes of arguments to it. Sets
  // g.returned to 0.
  virtual void deferproc(G& g) = 0;

  // The argument of deferprocStack is a record in the caller's frame: see DeferLowering::in_frame.
  // Its other words hold anything. Sets g.returned to 0. Called only where defer_lowering asks for
  // it.
  virtual void deferproc_stack(G& /*g*/) {}

  // Either starts the newest deferred call of the frame that called deferreturn, by leaving g at
  // the entry of jmpdefer, with the closure in ctxt, as if the frame had called it, or changes
  // nothing, and deferreturn returns to the frame. Or, where its layout says that it calls, runs
  // all deferred calls of the frame: kUnwind as in gopanic.
  virtual Flow deferreturn(G& g) = 0;

  // ---- Panics ----

  // The argument of gopanic is an `any`. Runs deferred calls. kUnwind with g.sched and g.unwind_to
  // set when one of them recovered, when one ended the goroutine, or when none recovered, after
  // Runtime::crash.
  virtual Flow gopanic(G& g) = 0;

  // What recover() gives to the function whose arguments begin at `argp`.
  virtual Any gorecover(G& g, Address argp) = 0;

  // Runs all deferred calls of the goroutine, then ends it: Runtime::goexit1.
  virtual Flow goexit(G& g) = 0;

  // The goroutine is over: forgets what it still holds.
  virtual void goexit0(G& g) = 0;

  // reflectcall has made its frame: whoever may recover is now the function that it calls. `argp`
  // is where the arguments to reflectcall begin, `callee_argp` where those to its callee will.
  virtual void enter_wrapper(G& g, Address argp, Address callee_argp) = 0;

  // ---- Walks and copies ----

  // Calls `visitor` for every frame from the innermost outwards. False, after a violation, when the
  // walk fails.
  virtual bool gentraceback(const G& g, FrameVisitor& visitor) = 0;

  // Whether a Goexit goes on where a deferred call that it runs panics, and another recovers. It is
  // cancelled otherwise.
  virtual bool goexit_goes_on() const { return false; }

  // Whether a frame that a fault interrupted continues at its deferreturn wherever its function
  // defers at all. Otherwise it does so only while a deferred call of the frame is pending or runs.
  virtual bool continues_wherever_it_defers() const { return false; }

  // Calls `visitor` for every pending deferred call, as a frame that has been called and not begun.
  virtual void tracebackdefers(const G& g, FrameVisitor& visitor) = 0;

  // Hands every word that a copy of this goroutine's stack has to keep up with to `adjuster`: words
  // of frames, records, registers. It is what copystack does. With an adjuster that only takes
  // notes it tells what it takes for pointers, on a stack that is not being copied.
  virtual void adjust_pointers(G& g, Adjuster& adjuster) = 0;

  // Moves the goroutine to a new stack of `bytes` bytes, in which its used part fits. Returns words
  // adjusted.
  virtual uint64_t copystack(G& g, uint32_t bytes) = 0;

  // ---- Collections ----

  // A collection begins: drops pools of records.
  virtual void clearpools() = 0;

  // Whether the collector, once it has reached a Defer record, takes each of its words for a
  // possible pointer, its arguments included: those are then no business of tracebackdefers.
  // Otherwise it reads the header by its type, and the arguments by tracebackdefers alone.
  virtual bool scans_defers_conservatively() const {
    return has(Defect::kDeferConservativeRetention);
  }

  // Whether a Defer record that has been given back names nothing any more, as checks then demand.
  // Otherwise a collector that reads records by their type must not reach one that names a stack.
  virtual bool wipes_freed_defers() const { return true; }

  // Visits the roots that the design keeps in G or elsewhere outside of managed memory; those of
  // frames and pending calls are found by the walks above.
  virtual void visit_roots(const G& g, RootVisitor& visitor) = 0;

 protected:
  bool has(Defect defect) const { return defects_.has(defect); }

 private:
  DefectSet defects_;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGN_H_
