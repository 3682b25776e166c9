#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COMMON_DEFER_LIST_DESIGN_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COMMON_DEFER_LIST_DESIGN_H_

// The common part of designs of Go up to 1.12.
//
// - A deferred call is a Defer record on the list G::defer, newest first, with its arguments behind
//   the header. Records are heap objects; small records go to a pool when they are given back.
// - A panic in progress is a Panic in its gopanic's frame, on the chain G::panic.
// - recover works in the function whose arguments lie at the newest Panic's argp.
// - A recovery returns to the deferproc of the deferred call that recovered. This deferproc returns
//   a second time, now with 1.
// - copystack adjusts words in place, on the old stack, and moves them last.
//
// The designs differ in three points: when a record leaves the list, how a panic learns that a
// later panic or Goexit has overtaken it, and how walks find the words of records and Panics.

#include <array>
#include <cstdint>

#include "runtime_under_test/design.h"
#include "runtime_under_test/records.h"

namespace stackquake::runtime {

class DeferListDesign : public Design {
 public:
  using Design::Design;

  const DeferLayout& defer_layout() const override;
  const PanicLayout& panic_layout() const override;
  DeferredCall deferred_call(Address record) const override;
  Unwinding unwinding(Address record) const override;

  void begin_run(Runtime& runtime) override;

  void deferproc(G& g) override;
  Flow deferreturn(G& g) override;
  Any gorecover(G& g, Address argp) override;
  void goexit0(G& g) override;
  void enter_wrapper(G& g, Address argp, Address callee_argp) override;

  uint64_t copystack(G& g, uint32_t bytes) override;
  void clearpools() override;
  void visit_roots(const G& g, RootVisitor& visitor) override;

 protected:
  // There is one pool for each size of arguments in bytes: 0, 1 to 16, 17 to 32, 33 to 48, 49 to
  // 64, as in Go 1.4. Larger records are not pooled.
  static constexpr uint32_t kPools = 5;
  static uint32_t deferclass(int32_t siz) { return (static_cast<uint32_t>(siz) + 15) / 16; }

  // Puts a new or pooled record at the head of the list. Only siz and link are filled in.
  Defer* newdefer(G& g, int32_t siz);

  // Gives back a record that is off the list.
  virtual void freedefer(G& g, Defer* d);

  // Zeroes the header of a record that goes to a pool.
  void wipe(Defer* d);
  bool keeps_fn_of_freed_defers() const {
    return has(Defect::kStaleDeferFn) || has(Defect::kFreedeferUnwiped);
  }

  // Takes the head off the list and gives it back.
  virtual void drop(G& g, Defer* d);

  // Fills in the Panic at address `panic`, which lies in the frame of gopanic at g.sched.sp, and
  // puts it on the chain.
  Panic* begin_panic(G& g, Address panic);

  // Whether the panic of a record is where a Panic of the goroutine can be. If not, ends the run.
  bool names_panic(const G& g, const Defer& d);

  // Takes `p` and the aborted panics behind it off the chain, and makes the deferproc that returns
  // to `pc` in the frame at `argp` return again.
  void recovery(G& g, Panic* p, Word pc, Address argp);

  // A dabort is a Defer in gopanic's frame. It is on the list while gopanic runs a call, and its
  // function is abortpanic: so a panic learns that a later panic or Goexit has overtaken it. Its
  // argp is no frame's: Go's NoArgs. Only before-seed has daborts, and go1.4 with
  // onstack-abort-defer.
  static constexpr Address kNoArgs = ~Address{0};
  static bool is_dabort(const Defer* d) { return d->argp == kNoArgs; }

  // Fills in the dabort at address `dabort`, except its link, for the Panic at address `panic`.
  void make_dabort(Address dabort, Address panic);
  void push_dabort(G& g, Defer* dabort);

  // For defects of deferreturn: a check of the stack, or a preemption, at the time when the
  // arguments lie where no map covers them and the record is off the list. `varp` is where the
  // caller's locals end. False when the run has ended.
  bool check_stack_in_deferreturn(G& g, Address varp);
  bool preempt_in_deferreturn(G& g, Address& varp);

  Runtime* runtime_ = nullptr;
  std::array<Address, kPools> deferpool_{};
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COMMON_DEFER_LIST_DESIGN_H_
