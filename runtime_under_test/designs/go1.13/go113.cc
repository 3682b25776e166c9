#include "runtime_under_test/designs/go1.13/go113.h"

#include <cstring>

#include "runtime_under_test/adjust.h"
#include "runtime_under_test/designs/common/walks.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

// ---- Records in frames ----

void Go113::deferproc_stack(G& g) {
  const Stkframe frame = frame_at(runtime_->program(), g.sched.pc, g.sched.sp);
  auto* d = record_at<Defer>(*at(frame.argp));
  if (!has(Defect::kFrameRecordPanicUnset)) runtime_->store_pointer(address_of(&d->panic), 0);
  runtime_->store_code(address_of(&d->pc), *at(frame.varp));
  runtime_->store_pointer(address_of(&d->argp), frame.argp);
  runtime_->store_pointer(address_of(&d->link), g.defer);
  g.defer = d->address();
  g.returned = 0;
  ++runtime_->stats().defers;
  if (Observer* observer = runtime_->observer()) observer->deferred(g, deferred_call(g.defer));
}

// The link is zeroed with the rest: no copy adjusts a record that is off the list.
void Go113::freedefer(G& g, Defer* d) {
  if (in_heap(d->address())) return CopyThenAdjust::freedefer(g, d);
  std::memset(d, 0, sizeof *d);
  Observer* observer = runtime_->observer();
  if (observer == nullptr) return;
  observer->stored_scalars(d->address(), Defer::kHeaderWords);
  observer->defer_freed(g, deferred_call(d->address()));
}

// ---- Walks, copies, collections ----

bool Go113::gentraceback(const G& g, FrameVisitor& visitor) {
  CursorWithoutList cursor(*runtime_);
  return walk_frames(*runtime_, g, visitor, cursor);
}

void Go113::adjustdefers(G& g, Adjuster& adjuster) {
  Address address = g.defer;
  if (!has(Defect::kGdeferNotAdjusted)) adjuster.adjustpointer(g.defer);
  if (!has(Defect::kDeferListBeforeHead)) address = g.defer;
  for (; address != 0; address = record_at<Defer>(address)->link) {
    auto* d = record_at<Defer>(address);
    if (!has(Defect::kDeferFnNotAdjusted)) adjuster.adjustpointer(d->fn);
    if (!has(Defect::kDeferArgpNotAdjusted)) adjuster.adjustpointer(d->argp);
    adjuster.adjustpointer(d->panic);
    if (!has(Defect::kDeferLinkNotAdjusted)) adjuster.adjustpointer(d->link);
  }
  tracebackdefers(g, adjuster);
}

void Go113::visit_roots(const G& g, RootVisitor& visitor) {
  CopyThenAdjust::visit_roots(g, visitor);
  visit_records_in_frames<Defer>(*runtime_, g, visitor);
}

}  // namespace stackquake::runtime
