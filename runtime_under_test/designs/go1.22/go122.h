#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_22_GO122_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_22_GO122_H_

// The design of Go 1.22 to 1.24: a panic is an iterator over frames.
//
// A deferred call takes no arguments: the compiler wraps a call that has some into a closure which
// captures them. The call is kept in one of three places:
//
//   open-coded     the closure in a slot of the frame, and a bit that is set while it is pending
//   in the frame   a Defer in the frame, on the list G::defer
//   in the heap    a Defer in the heap, on the list
//
// A Defer is small: nobody marks it as started, and it names no panic. It leaves the list before
// its call runs, and so does the bit of an open-coded call. What is listed, or has its bit set, has
// not run; that is all that a later panic needs to know, and there is no protocol for aborting.
//
// gopanic and Goexit keep a Panic in their frame, which is their place in the walk:
//
//      main's frame     bits 01, slots                      <--- will be reached later
//      f's frame        Defer, on the list        <--- sp       the frame whose calls are run
//      g's frame                                            has been walked over: nothing is
//      pending gopanic's frame  Panic --- start_sp --> itself the deferred call's frame argp: what
//      it recovers by
//
// nextFrame goes from `sp` to the next frame further out that has a bit set, or whose sp is that of
// the first Defer of the list. A panic inside of a deferred call begins its own walk where it is,
// and meets again whatever is pending; so chains of panics cost a square number of looks at frames.
//
// A Goexit is on the chain of panics, too. A recovery takes all panics off the chain whose frames
// it unwinds. If a Goexit is among these, it does not return to the frame that deferred the
// recovering call, but to Goexit, which goes on where it was.
//
// After a recovery a function with open-coded calls goes on at its call of deferreturn, which runs
// what has its bit set. Another one returns a second time from its deferproc, with 1.
//
// INVARIANTS
//
// - No copy and no collection between taking a call off its list and calling its closure: no map
// has
//   the closure then.
// - All words of a Panic that point into the stack are in the map of its frame. G::panic alone is
//   adjusted besides.
// - As in go1.13, no map has the words of a Defer in a frame.
// - The closure of a deferred call is called by gopanic, Goexit or deferreturn itself: there is no
//   frame of reflectcall between. A nil closure is called by panicmem, from a frame that stands at
//   a safepoint.
//
// deferreturn needs no Panic: it looks at the frame of its caller alone.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "runtime_under_test/design.h"
#include "runtime_under_test/observer.h"

namespace stackquake::runtime {

class Go122 : public Design {
 public:
  explicit Go122(DefectSet defects = {});

  std::string_view name() const override { return "go1.22"; }
  std::span<const RuntimeLayout> layouts() const override { return layouts_; }
  const DeferLayout& defer_layout() const override;
  const PanicLayout& panic_layout() const override;
  DeferredCall deferred_call(Address record) const override;
  Unwinding unwinding(Address record) const override;
  DeferLowering defer_lowering() const override {
    return {.in_frame = true, .wraps = true, .open_coded = true};
  }

  void begin_run(Runtime& runtime) override;

  void deferproc(G& g) override;
  void deferproc_stack(G& g) override;
  Flow deferreturn(G& g) override;
  Flow gopanic(G& g) override;
  Any gorecover(G& g, Address argp) override;
  Flow goexit(G& g) override;
  void goexit0(G& g) override;
  void enter_wrapper(G& g, Address argp, Address callee_argp) override;

  bool goexit_goes_on() const override { return true; }
  bool continues_wherever_it_defers() const override { return true; }
  bool gentraceback(const G& g, FrameVisitor& visitor) override;
  // Does nothing: no deferred call has arguments.
  void tracebackdefers(const G& g, FrameVisitor& visitor) override;
  void adjust_pointers(G& g, Adjuster& adjuster) override;
  uint64_t copystack(G& g, uint32_t bytes) override;

  void clearpools() override;
  void visit_roots(const G& g, RootVisitor& visitor) override;

 protected:
  // Go's _defer.
  struct Defer {
    Word heap;     // 1: lies in the heap
    Address sp;    // of the frame that deferred
    Word pc;       // where deferproc returns to, also after a recovery
    Address fn;    // closure; 0 for a nil func()
    Address link;  // the Defer made before it

    Address address() const { return address_of(this); }
  };
  static constexpr uint32_t kDeferWords = 5;

  // Go's _panic. `sp` and `pc` are those of the frame whose deferred calls are run; of the frame of
  // gopanic or Goexit at first.
  struct Panic {
    Address argp;  // of the deferred call that it runs: the function with this argp may recover it
    Any arg;
    Address link;  // the panic or Goexit that was in progress when this one began
    Word recovered;
    Word goexit;    // 1: a Goexit
    Word start_pc;  // where gopanic or Goexit goes on
    Address start_sp;
    Address sp;
    Word pc;
    Word retpc;     // where the frame at sp goes on after a recovery
    Address bits;   // of the frame at sp: its word of bits, while one may be set
    Address slots;  // and its first slot
  };
  static constexpr uint32_t kPanicWords = 13;

  // A deferred call that was taken off its list and is to be called at once.
  struct Taken {
    bool is_there = false;
    Address fn = 0;
    bool is_open = false;  // it was in a slot
  };

  // ---- records.cc ----
  Defer* newdefer();
  void link(G& g, Defer* d, Address sp, Word pc);
  Address pop(G& g, DeferRunner runner);
  void free_popped(G& g, const DeferredCall& call);
  Address sp_of_next_record(const G& g);
  void visit_parameter(const Panic* p, RootVisitor& visitor) const;

  // ---- panic.cc ----
  Panic* start(G& g, bool is_goexit);
  Taken next_defer(G& g, Panic* p, DeferRunner runner);
  Taken take_open(G& g, Address bits, Address slots, Address frame, DeferRunner runner);
  bool can_read_bits(const G& g, const Panic* p);
  bool stays_on_stack(const G& g, Address sp);
  bool next_frame(G& g, Panic* p);
  void clear_highest(Address bits);
  Flow call(G& g, const Taken& taken);
  void clear_late(G& g, const Taken& taken);
  void continue_walk(Panic* p, const Panic* older);
  bool goes_on(const Panic* older, const Panic* p) const;
  bool may_recover(const Panic* p) const;
  Any recover_newest(G& g);

  // Where later versions differ: where the frame of a popped Defer goes on after a recovery; what
  // recover needs to know of the call that is next; and whether a walk that has come to a frame
  // goes on at another one.
  virtual Word resume_pc(const Defer& d) const { return d.pc; }
  virtual void set_argp(G& g, Panic* p);
  virtual bool skip_walked(const Panic* /*p*/, Gobuf& /*frame*/) const { return false; }
  Flow recovery(G& g, Panic* p);

  // Whether a frame is that of a function which a compiler would inline into the wrapper that has
  // called it, as it does not recover itself.
  bool is_inlined(const Stkframe& frame) const;

  Runtime* runtime_ = nullptr;
  Address deferpool_ = 0;  // Defers in the heap, linked

 private:
  // The words of a Panic that are in the map of its frame.
  std::array<uint16_t, 7> pointers_{};
  std::array<RuntimeLayout, 5> layouts_;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_22_GO122_H_
