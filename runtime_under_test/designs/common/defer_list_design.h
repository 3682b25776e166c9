#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COMMON_DEFER_LIST_DESIGN_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COMMON_DEFER_LIST_DESIGN_H_

// What designs of Go up to 1.12 have in common.
//
// A deferred call is a Defer record on G::defer, newest first, with its arguments behind the
// header. Records are heap objects; small ones are pooled when they are given back. A panic in
// progress is a Panic in its gopanic's frame, on the chain G::panic. recover is for the function
// whose arguments lie where the newest Panic's argp points. A recovery goes back to the deferproc
// of the deferred call that recovered, which returns a second time, now 1.
//
// copystack works on the old stack in place and moves the words last.
//
// What such designs differ in: when a record leaves the list, how a panic that is overtaken learns
// of it, and how walks find the words of all of them.

#include <array>
#include <cstdint>
#include <vector>

#include "runtime_under_test/design.h"
#include "runtime_under_test/records.h"

namespace stackquake::runtime {

class DeferListDesign : public Design {
 public:
  using Design::Design;

  void begin_run(Runtime& runtime) override;

  void deferproc(G& g) override;
  void deferreturn(G& g) override;
  Any gorecover(G& g, Address argp) override;
  void goexit0(G& g) override;
  void chain(const G& g, std::vector<ChainLink>& out) const override;
  void enter_wrapper(G& g, Address argp, Address callee_argp) override;

  uint64_t copystack(G& g, uint32_t bytes) override;
  void clearpools() override;
  void visit_roots(const G& g, RootVisitor& visitor) override;

 protected:
  // Records are pooled by 16 bytes of arguments: 0, 1 to 16, … 49 to 64. Larger ones are not
  // pooled.
  static constexpr uint32_t kPools = 5;
  static uint32_t deferclass(int32_t siz) { return (static_cast<uint32_t>(siz) + 15) / 16; }

  // A record at the head of the list, of which nothing but siz is filled in.
  Defer* newdefer(G& g, int32_t siz);

  // Gives a record back that is off the list.
  virtual void freedefer(G& g, Defer* d);

  // Leaves nothing in the header of a record that goes to a pool.
  void wipe(Defer* d);
  bool keeps_fn_of_freed_defers() const {
    return has(Defect::kStaleDeferFn) || has(Defect::kFreedeferUnwiped);
  }

  // Takes the head off the list and gives it back.
  virtual void drop(G& g, Defer* d);

  // Fills in the Panic at `panic`, in the frame of gopanic at g.sched.sp, and puts it on the chain.
  Panic* begin_panic(G& g, Address panic);

  // Takes `p` and the aborted panics behind it off the chain, and makes the deferproc that returns
  // to `pc` in the frame at `argp` return again.
  void recovery(G& g, Panic* p, Word pc, Address argp);

  // A Defer in gopanic's frame that is put on the list while a call runs, so that a panic which is
  // overtaken learns of it: it calls abortpanic. Its argp belongs to no frame: Go's NoArgs. Only
  // before-seed has such records, and go1.4 with onstack-abort-defer.
  static constexpr Address kNoArgs = ~Address{0};
  static bool is_dabort(const Defer* d) { return d->argp == kNoArgs; }

  // Fills in the one at `dabort`, all but its link, for the Panic at `panic`.
  void make_dabort(Address dabort, Address panic);
  void push_dabort(G& g, Defer* dabort);

  // In deferreturn, once the arguments lie where no map covers them and the record is off the list,
  // somebody checks the stack, or lets others run. `varp` is where the caller's locals end. False
  // when the run has ended.
  bool check_stack_in_deferreturn(G& g, Address varp);
  bool preempt_in_deferreturn(G& g, Address& varp);

  Runtime* runtime_ = nullptr;
  std::array<Address, kPools> deferpool_{};
};

// The address of a slot of a frame.
inline Address slot_of(Address frame, uint16_t number) {
  return frame + Address{number} * kWordBytes;
}

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COMMON_DEFER_LIST_DESIGN_H_
