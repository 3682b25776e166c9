#include <cstring>

#include "runtime_under_test/adjust.h"
#include "runtime_under_test/designs/copy-then-adjust/copy_then_adjust.h"
#include "runtime_under_test/poison.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

uint64_t CopyThenAdjust::copystack(G& g, uint32_t bytes) {
  const Stack old_stack = g.stack;
  const uint64_t used = old_stack.hi - g.sched.sp;
  if (used > old_stack.bytes() || used > bytes) {
    runtime_->fail("throw", "copystack", "sp", "what is in use does not fit the stack");
    return 0;
  }
  const Stack new_stack = runtime_->stacks().stackalloc(bytes, Poison::kCopying);
  if (runtime_->finished()) return 0;  // a check does not accept that stack

  std::memcpy(at(new_stack.hi - used), at(old_stack.hi - used), used);
  g.stack = new_stack;
  g.sched.sp = new_stack.hi - used;

  Adjuster adjuster(*runtime_, old_stack, new_stack.hi);
  adjust_pointers(g, adjuster);
  runtime_->stacks().stackfree(old_stack);
  return adjuster.words_adjusted();
}

void CopyThenAdjust::adjust_pointers(G& g, Adjuster& adjuster) {
  adjuster.adjustctxt(g);
  adjustdefers(g, adjuster);
  adjuster.adjustpointer(g.panic);
  adjuster.adjustsudogs(g);
  gentraceback(g, adjuster);
}

// Arguments come after all closures: their maps are found through these. tracebackdefers counts the
// records as work.
void CopyThenAdjust::adjustdefers(G& g, Adjuster& adjuster) {
  for (Address address = g.defer; address != 0; address = record_at<Defer>(address)->link) {
    auto* d = record_at<Defer>(address);
    adjuster.adjustpointer(d->fn);
    adjuster.adjustpointer(d->argp);
    adjuster.adjustpointer(d->panic);
  }
  tracebackdefers(g, adjuster);
}

}  // namespace stackquake::runtime
