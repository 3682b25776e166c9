#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_BEFORE_SEED_BEFORE_SEED_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_BEFORE_SEED_BEFORE_SEED_H_

// The design of Go's tip on 2014-09-16, just before change f95beae61 made it that of Go 1.4.
//
// A record leaves the list before its call runs, whoever runs it. While a panic runs a call, the
// record hangs on the Panic, which has a word more for it; while Goexit does, only Goexit's frame
// knows it. So that a panic which is overtaken learns of it, every gopanic puts a Defer in its own
// frame on the list meanwhile, dabort, which calls abortpanic: the next panic or Goexit that comes
// to it aborts the first one on its way to the records behind. A recovery gives the records of
// aborted panics back.
//
// Records are not wiped when they are given back. The collector takes every word of a record for a
// possible pointer, while the copier goes by the maps: the two disagree about what a record holds.
//
// Its defects are the design, not switches:
//
//   panic-pops-defer             a copy between the choice of a record and the call of its function
//   goexit-pops-defer            misses the arguments in it
//   onstack-abort-defer          the copier follows a dabort, which the frame pass has rewritten,
//                                to the next one, on the stack that is still empty
//   traceback-walks-panics       the walk follows Panics that its own visitor rewrites. And after a
//                                copy no running record is known for its frame's any more, since
//                                its argp is not adjusted; nor ever is one that Goexit runs, while
//                                that of an aborted panic may be until then
//   closure-on-stack-skips-args  the copier adjusts a record's closure or its arguments
//   defer-conservative-retention numbers among deferred arguments keep objects alive, and so does
//                                what is left of a record's earlier use
//
// As in go1.4, a faulted frame goes on at its deferreturn.

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime_under_test/designs/common/defer_list_design.h"
#include "runtime_under_test/observer.h"

namespace stackquake::runtime {

class BeforeSeed final : public DeferListDesign {
 public:
  static constexpr DefectSet kBuiltInDefects{
      Defect::kPanicPopsDefer,          Defect::kGoexitPopsDefer,
      Defect::kOnstackAbortDefer,       Defect::kTracebackWalksPanics,
      Defect::kClosureOnStackSkipsArgs, Defect::kDeferConservativeRetention};

  std::string_view name() const override { return "before-seed"; }
  std::span<const RuntimeLayout> layouts() const override;

  Flow gopanic(G& g) override;
  Flow goexit(G& g) override;

  bool gentraceback(const G& g, FrameVisitor& visitor) override;
  // Nothing: the collector finds the arguments in the records.
  void tracebackdefers(const G& g, FrameVisitor& visitor) override;
  void adjust_pointers(G& g, Adjuster& adjuster) override;

  void clearpools() override;
  bool scans_defers_conservatively() const override { return true; }
  bool wipes_freed_defers() const override { return false; }

 private:
  class Cursors;

  // Go's _panic of the time: the Panic of records.h, and the record whose call it runs.
  struct RunningPanic {
    Panic panic;
    Address defer;
  };

  // ---- panic.cc ----
  const Defer* take_head(G& g, DeferRunner runner);
  Flow run_deferred(G& g, const Defer* d);
  bool pop_dabort(G& g, Defer* dabort);
  void finish(G& g, Defer* d);
  void free_aborted(G& g, const Panic* p);
  void freedefer(G& g, Defer* d) override;
  void drop(G& g, Defer* d) override;

  // ---- copier.cc ----
  bool readable(Address record) const;
  void adjustdefers(G& g, Adjuster& adjuster);
  void adjustdefer(const G& g, Defer* d, Adjuster& adjuster);
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_BEFORE_SEED_BEFORE_SEED_H_
