#include "runtime_under_test/adjust.h"
#include "runtime_under_test/designs/common/walks.h"
#include "runtime_under_test/designs/go1.4/go14.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

// ---- Walks ----

namespace {

// The pc of a safepoint near `pc`. Its map is for other words than are live at `pc`.
Word pc_of_some_map(const Program& program, const Function& function, Word pc) {
  for (uint32_t i = code_index(pc); i > function.entry; --i) {
    if (program.locals_map_of[i - 1] != kNoMap) return code_pc(i);
  }
  for (uint32_t i = code_index(pc); i < function.end; ++i) {
    if (program.locals_map_of[i] != kNoMap) return code_pc(i + 1);
  }
  return 0;
}

}  // namespace

// A deferred call that can recover for the frame is on the list, whether it is pending or runs.
Word Go14::continuation(const G& g, const Stkframe& frame, Address d) const {
  if (has(Defect::kFaultedFrameLive)) {
    return pc_of_some_map(runtime_->program(), *frame.fn, frame.pc);
  }
  const bool has_defer = has(Defect::kTracebackWalksPanics)
                             ? is_run_by_panic(g, frame) || is_pending_for(frame, d)
                             : d != 0 && record_at<Defer>(d)->argp == frame.sp;
  if (!has_defer) return 0;
  if (has(Defect::kSigpanicRevivesDeadSlot)) return record_at<Defer>(d)->pc;
  return code_pc(frame.fn->deferreturn + 1);
}

// Follows links that the visitor of the walk may have rewritten already; such a link leads to the
// new stack, which is still empty.
bool Go14::is_run_by_panic(const G& g, const Stkframe& frame) const {
  for (Address panic = g.panic; in_stacks(panic) && runtime_->stacks().accessible(panic);) {
    ++runtime_->work;
    const auto* p = record_at<Panic>(panic);
    const Address d = running_defer(p);
    if (p->aborted == 0 && in_heap(d) && record_at<Defer>(d)->argp == frame.sp) return true;
    panic = p->link;
  }
  return false;
}

bool Go14::is_pending_for(const Stkframe& frame, Address d) const {
  for (; d != 0 && record_at<Defer>(d)->argp == frame.sp; d = record_at<Defer>(d)->link) {
    ++runtime_->work;
    if (record_at<Defer>(d)->panic == 0) return true;
  }
  return false;
}

class Go14::Cursor {
 public:
  Cursor(const Go14& design, const G& g) : design_(design), g_(g), defer_(g.defer) {}

  Word continuation(const Stkframe& frame) const { return design_.continuation(g_, frame, defer_); }
  void pass(const Stkframe& frame) {
    while (defer_ != 0 && is_passed_at(frame)) {
      ++design_.runtime_->work;
      defer_ = record_at<Defer>(defer_)->link;
    }
  }
  bool has_leftover_defers() const { return defer_ != 0; }

 private:
  bool is_passed_at(const Stkframe& frame) const {
    const auto* d = record_at<Defer>(defer_);
    return d->argp == frame.sp || is_dabort(d);
  }

  const Go14& design_;
  const G& g_;
  Address defer_;
};

bool Go14::gentraceback(const G& g, FrameVisitor& visitor) {
  Cursor cursor(*this, g);
  if (!walk_frames(*runtime_, g, visitor, cursor)) return false;
  return !has(Defect::kLeftoverPanicOvercheck) || has_met_running_defers(g);
}

// A check that is too strict: the walk must have met the frame of every deferred call that a panic
// runs. It has met exactly the frames of the records on the list.
bool Go14::has_met_running_defers(const G& g) {
  for (Address panic = g.panic; panic != 0; panic = record_at<Panic>(panic)->link) {
    const Address running = running_defer(record_at<Panic>(panic));
    Address d = g.defer;
    for (; d != 0 && d != running; d = record_at<Defer>(d)->link) ++runtime_->work;
    if (d == running) continue;
    runtime_->fail("throw", "gentraceback", "Panic", "the walk has leftover panics");
    return false;
  }
  return true;
}

// Whether a panic or Goexit runs the call and, with one of the two defects, has taken the record
// off the list. Here the record stays on the list, but walks and copies act as if it were off.
bool Go14::was_popped(const Defer* d) const {
  if (d->started == 0) return false;
  return d->panic != 0 ? has(Defect::kPanicPopsDefer) : has(Defect::kGoexitPopsDefer);
}

void Go14::tracebackdefers(const G& g, FrameVisitor& visitor) {
  for (Address address = g.defer; address != 0; address = record_at<Defer>(address)->link) {
    ++runtime_->work;
    const auto* d = record_at<Defer>(address);
    if (!was_popped(d) && !is_dabort(d)) visitor.visit(pending_frame(*runtime_, *d));
  }
}

// ---- The copy ----

// Called before the records' own words are adjusted: the map of the arguments is found through the
// closure, which may lie on the old stack.
void Go14::adjust_arguments(const G& g, Adjuster& adjuster) {
  for (Address address = g.defer; address != 0; address = record_at<Defer>(address)->link) {
    const auto* d = record_at<Defer>(address);
    if (was_popped(d) || is_dabort(d)) continue;
    if (d->fn == 0 && has(Defect::kNilDeferCopier)) {
      runtime_->fail("bad-dereference", "adjustdefers", "fn", "the code of a nil func() is read");
      return;
    }
    if (has(Defect::kClosureOnStackSkipsArgs) && g.stack.contains(d->fn)) continue;
    adjuster.visit(pending_frame(*runtime_, *d));
  }
}

void Go14::adjustdefers(G& g, Adjuster& adjuster) {
  adjust_arguments(g, adjuster);
  for (Address address = g.defer; address != 0; address = record_at<Defer>(address)->link) {
    ++runtime_->work;
    auto* d = record_at<Defer>(address);
    if (has(Defect::kOnstackAbortDefer) && !in_heap(address) && !g.stack.contains(address)) {
      runtime_->fail("throw", "adjustdefers", "argp", "adjustdefers: unexpected argp");
      return;
    }
    if (!is_dabort(d)) {
      if (!has(Defect::kDeferFnNotAdjusted)) adjuster.adjustpointer(d->fn);
      if (!has(Defect::kDeferArgpNotAdjusted)) adjuster.adjustpointer(d->argp);
      adjuster.adjustpointer(d->panic);
    }
    // If the next record lies on the stack, the adjusted link leads this loop to the new stack.
    if (has(Defect::kOnstackAbortDefer)) adjuster.adjustpointer(d->link);
  }
  if (has(Defect::kOnstackAbortDefer)) adjuster.adjustpointer(g.defer);
}

// The Panics themselves lie in frames, and the frames' maps cover them.
void Go14::adjustpanics(G& g, Adjuster& adjuster) {
  if (!has(Defect::kAdjustpanicsMovedChain)) {
    if (!has(Defect::kGpanicNotAdjusted)) adjuster.adjustpointer(g.panic);
    return;
  }
  // Adjusts each link and the argp of its Panic. But the frame pass has already adjusted all links
  // except the first, so the loop continues on the new stack.
  for (Address* link = &g.panic; in_stacks(*link) && runtime_->stacks().accessible(*link);) {
    ++runtime_->work;
    auto* p = record_at<Panic>(*link);
    adjuster.adjustpointer(*link);
    adjuster.adjustpointer(p->argp);
    link = &p->link;
  }
}

void Go14::adjust_pointers(G& g, Adjuster& adjuster) {
  gentraceback(g, adjuster);
  adjuster.adjustctxt(g);
  adjustdefers(g, adjuster);
  adjustpanics(g, adjuster);
  adjuster.adjustsudogs(g);
}

}  // namespace stackquake::runtime
