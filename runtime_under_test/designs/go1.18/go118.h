#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_18_GO118_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_18_GO118_H_

// The design of Go 1.18 to 1.21: open-coded deferred calls, and one record for all of a frame.
//
// A deferred call takes no arguments: the compiler wraps a call that has some. A function with few
// defer statements has a slot and a bit for each of them. Its end runs what has its bit set, and
// needs no record. Other functions have a Defer in the frame or in the heap for each call, as in
// go1.13, from which the design derives.
//
// Panics and Goexits run calls by the list alone. So an open record stands on the list for all
// open-coded calls of a frame. It is a Defer in the heap without a closure, and is made only when
// it is needed: addOneOpenDeferFrame walks from the panic outwards, and makes one for the first
// frame with open-coded calls that has none. The list is sorted by frames:
//
//      main's frame     bits 01, slots                         has no record yet
//      f's frame        bits 11, slots  <--- argp  Defer 1, open, not started
//      g's frame        Defer 2 --link---------------^         not started
//      h's frame        bits 01, slots  <--- argp  Defer 3, open, started: its call with bit 1 runs
//      gopanic's frame  d ---> Defer 3 --link--> Defer 2        G::defer ---> Defer 3
//                       Panic <--- panic of Defer 3             G::panic ---> Panic
//      the deferred call's frame
//
// A record stays on the list while its calls run. When an open one is done, the walk goes on from
// its frame, and makes the next one.
//
// A record that is started belongs to a panic or Goexit that will not go on when a later one meets
// it: that one is aborted, as in Go 1.4. But an open record is not dropped then. Its frame may have
// more calls, and the later panic runs them.
//
// A Goexit has a Panic, too, and pc and sp of it say where it goes on. A recovery takes the panics
// that are aborted off the chain. If a Goexit is among these, the recovery does not return to the
// frame that deferred the recovering call, but to Goexit. Its loop looks for open-coded calls from
// its own frame again, and goes on. Go looks at the next older panic alone, and so loses a Goexit
// where panics are chained: that is a defect here, goexit-lost-on-chained-panics.
//
// INVARIANTS
//
// - There is no open record behind a started one. The walk stops where it meets a started open
//   record: when that one is done, it goes on from there.
// - Behind a record that runs, the next frame with open-coded calls has an open record, or gets one
//   before the list is asked for the next record.
// - After a recovery functions run their open-coded calls themselves. So the open records up to the
//   first started one are given back, except that of the recovering frame: deferreturn runs what is
//   left of that.
// - A bit is cleared before its call runs. A record can be made again for a frame without bits; it
//   is done at once.
//
// A record is open if its function has open-coded calls: no function has both kinds. Its pc is
// where its frame stands, and the deferreturn of that function is where the frame goes on after a
// recovery. Go keeps the same in five more words.

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime_under_test/designs/go1.13/go113.h"
#include "runtime_under_test/observer.h"

namespace stackquake::runtime {

class Go118 : public Go113 {
 public:
  using Go113::Go113;

  std::string_view name() const override { return "go1.18"; }
  std::span<const RuntimeLayout> layouts() const override;
  const PanicLayout& panic_layout() const override;
  DeferredCall deferred_call(Address record) const override;
  Unwinding unwinding(Address record) const override;
  DeferLowering defer_lowering() const override {
    return {.in_frame = true, .wraps = true, .open_coded = true};
  }
  bool goexit_goes_on() const override { return true; }

  Flow deferreturn(G& g) override;
  Flow gopanic(G& g) override;
  Flow goexit(G& g) override;
  Any gorecover(G& g, Address argp) override;

 protected:
  // Go's _panic. The first words are those of go1.4.
  struct GoexitPanic : Panic {
    Word goexit;  // 1: a Goexit
    Word pc;      // of a Goexit: where it goes on
    Address sp;
  };
  static constexpr uint32_t kPanicWords = Panic::kWords + 3;

  // Where earlier versions differ: how a deferred call is called, and how many words the frames of
  // gopanic and Goexit begin with for that.
  virtual Flow call(G& g, Address fn, Address arguments, uint32_t siz);
  virtual uint16_t run_slot() const { return 0; }

  // ---- open_records.cc ----
  bool is_open(const Defer& d) const;
  bool has_bits(const Defer& d) const;
  const OpenDefers& open_defers(const Defer& d) const;
  void add_open_record(G& g, Word pc, Address sp);
  void make_open_record(G& g, Address* link, Word pc, Address sp);
  void drop_stale_records(G& g, Address sp);
  Flow run_open(G& g, DeferRunner runner);

  // ---- panic.cc ----
  GoexitPanic* panic_in(Address frame) const;
  void start(G& g, bool is_goexit);
  bool take_over(G& g);
  Flow run_head(G& g, DeferRunner runner);
  void drop_panics(G& g);
  Flow recovery(G& g, Word pc, Address sp);
  void may_recover(G& g);
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_18_GO118_H_
