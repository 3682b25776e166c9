#include <cstring>

#include "runtime_under_test/adjust.h"
#include "runtime_under_test/designs/common/defer_list_design.h"
#include "runtime_under_test/poison.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

uint64_t DeferListDesign::copystack(G& g, uint32_t bytes) {
  const Stack old_stack = g.stack;
  const uint64_t used = old_stack.hi - g.sched.sp;
  const Stack new_stack = runtime_->stacks().stackalloc(bytes, Poison::kAdjusting);
  if (runtime_->finished()) return 0;  // a check does not accept that stack

  Adjuster adjuster(*runtime_, old_stack, new_stack.hi);
  adjust_pointers(g, adjuster);

  if (runtime_->options().poison != PoisonMode::kNone) {
    poison(new_stack.lo, bytes - used, Poison::kCopying, PoisonMode::kFill);
  }
  std::memcpy(at(new_stack.hi - used), at(old_stack.hi - used), used);
  g.stack = new_stack;
  g.sched.sp = new_stack.hi - used;
  runtime_->stacks().stackfree(old_stack);
  return adjuster.words_adjusted();
}

}  // namespace stackquake::runtime
