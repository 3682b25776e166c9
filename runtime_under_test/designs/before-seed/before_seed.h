#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_BEFORE_SEED_BEFORE_SEED_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_BEFORE_SEED_BEFORE_SEED_H_

// The design of Go's tip on 2014-09-16, just before change f95beae61 made it that of Go 1.4.
//
// A record always leaves the list before its call runs. While a panic runs the call, the Panic
// names the record, in an additional word behind the words of records.h. While Goexit runs the
// call, only Goexit's frame names the record.
//
// A panic must learn that a later panic or Goexit has overtaken it. Therefore every gopanic has a
// Defer in its own frame, the dabort, and puts it on the list while it runs a call. The dabort's
// function is abortpanic. A later panic or Goexit that reaches the dabort runs it like any record,
// which aborts the earlier panic, and continues with the records behind it. A recovery gives back
// the records that the aborted panics were running.
//
// Records are not wiped when they are given back. The collector treats every word of a record as a
// possible pointer, but the copier reads records by the maps: the two disagree about what a record
// holds.
//
// The design has these defects by construction; they are no switches:
//
//   panic-pops-defer             a copy after a record was taken off the list and before its
//   goexit-pops-defer            function is called does not adjust the arguments in the record
//   onstack-abort-defer          the frame pass of a copy has rewritten the link of a dabort, and
//                                the copier follows it to the new stack, which is still empty
//   traceback-walks-panics       the walk follows links of Panics that its own visitor rewrites.
//                                Moreover the walk matches a running record with its frame by argp:
//                                - a copy does not adjust the argp, so no record matches after one
//                                - the record of an aborted panic may match until then
//                                - a record that Goexit runs never matches
//   closure-on-stack-skips-args  the copier adjusts a record's closure or its arguments, not both
//   defer-conservative-retention numbers among deferred arguments keep objects alive, and so do
//                                words that are left from a record's earlier use
//
// As in go1.4, a faulted frame continues at its deferreturn.

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
  // Does nothing: the collector finds the arguments in the records.
  void tracebackdefers(const G& g, FrameVisitor& visitor) override;
  void adjust_pointers(G& g, Adjuster& adjuster) override;

  void clearpools() override;
  bool scans_defers_conservatively() const override { return true; }
  bool wipes_freed_defers() const override { return false; }

 private:
  class Cursors;

  // Go's _panic of that time: the Panic of records.h, and the record whose call the panic runs.
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
