#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_4_GO14_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_4_GO14_H_

// The design of Go 1.4 as released (1.4.2).
//
// - A record stays on the list while a panic or Goexit runs its call. It is marked started, and
//   names the panic that runs it. So copier and collector find its arguments, and the continuation
//   of its frame, when they walk the list.
// - A later panic or Goexit may meet a started record. The panic or Goexit that started the record
//   will never continue then: a panic is marked aborted, and the record is taken off the list.
// - A record's panic and fn are cleared before it leaves the list, since a frame of an aborted
//   gopanic may still hold a pointer to the record.
// - The map of a gopanic's frame covers the pointers of its Panic. The copier adjusts only G::panic
//   itself.
// - No walk of a copy ever reads the new, unfinished stack.
//
// The design differs from Go 1.4 in one point: a faulted frame continues at its deferreturn, and
// its words are read by the map there, as in later versions. Go 1.4 takes the map of the newest
// deferproc; words that are live there may be dead at the time of the fault.
//
// The design `seed` is this one with defects; see designs/seed/seed.h.

#include <span>
#include <string_view>

#include "runtime_under_test/designs/common/defer_list_design.h"

namespace stackquake::runtime {

class Go14 : public DeferListDesign {
 public:
  explicit Go14(DefectSet defects) : DeferListDesign(defects) {}

  std::string_view name() const override { return "go1.4"; }
  std::span<const RuntimeLayout> layouts() const override;

  Flow gopanic(G& g) override;
  Flow goexit(G& g) override;

  bool gentraceback(const G& g, FrameVisitor& visitor) override;
  void tracebackdefers(const G& g, FrameVisitor& visitor) override;
  void adjust_pointers(G& g, Adjuster& adjuster) override;

 protected:
  void adjustpanics(G& g, Adjuster& adjuster);

 private:
  class Cursor;

  // ---- panic.cc ----
  bool drop_started(G& g, Defer* d);
  bool pop_dabort(G& g, Defer* dabort);
  Flow run_deferred(G& g, Defer* d);

  // The local `d` of the panic's gopanic: the record whose call gopanic runs, or ran last.
  static Address running_defer(const Panic* p);

  // ---- copier.cc ----
  Word continuation(const G& g, const Stkframe& frame, Address d) const;
  bool is_run_by_panic(const G& g, const Stkframe& frame) const;
  bool is_pending_for(const Stkframe& frame, Address d) const;
  bool has_met_running_defers(const G& g);
  bool was_popped(const Defer* d) const;
  void adjust_arguments(const G& g, Adjuster& adjuster);
  void adjustdefers(G& g, Adjuster& adjuster);
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_4_GO14_H_
