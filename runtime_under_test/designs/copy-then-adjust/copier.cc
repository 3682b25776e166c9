#include "runtime_under_test/adjust.h"
#include "runtime_under_test/designs/common/walks.h"
#include "runtime_under_test/designs/copy-then-adjust/copy_then_adjust.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

uint64_t CopyThenAdjust::copystack(G& g, uint32_t bytes) {
  return copy_then_adjust(*runtime_, *this, g, bytes);
}

void CopyThenAdjust::adjust_pointers(G& g, Adjuster& adjuster) {
  adjuster.adjustctxt(g);
  adjustdefers(g, adjuster);
  adjustpanics(g, adjuster);
  adjuster.adjustsudogs(g);
  gentraceback(g, adjuster);
}

// Arguments come after all closures: their maps are found through these. tracebackdefers counts the
// records as work.
void CopyThenAdjust::adjustdefers(G& g, Adjuster& adjuster) {
  for (Address address = g.defer; address != 0; address = record_at<Defer>(address)->link) {
    auto* d = record_at<Defer>(address);
    if (!has(Defect::kDeferFnNotAdjusted)) adjuster.adjustpointer(d->fn);
    if (!has(Defect::kDeferArgpNotAdjusted)) adjuster.adjustpointer(d->argp);
    adjuster.adjustpointer(d->panic);
  }
  tracebackdefers(g, adjuster);
}

}  // namespace stackquake::runtime
