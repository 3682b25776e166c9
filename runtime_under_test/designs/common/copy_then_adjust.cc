#include <cstring>

#include "runtime_under_test/adjust.h"
#include "runtime_under_test/designs/common/walks.h"
#include "runtime_under_test/poison.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

uint64_t copy_then_adjust(Runtime& runtime, Design& design, G& g, uint32_t bytes) {
  const Stack old_stack = g.stack;
  const uint64_t used = old_stack.hi - g.sched.sp;
  const Stack new_stack = runtime.stacks().stackalloc(bytes, Poison::kCopying);
  if (runtime.finished()) return 0;  // a check does not accept that stack

  std::memcpy(at(new_stack.hi - used), at(old_stack.hi - used), used);
  g.stack = new_stack;
  g.sched.sp = new_stack.hi - used;

  Adjuster adjuster(runtime, old_stack, new_stack.hi);
  design.adjust_pointers(g, adjuster);
  runtime.stacks().stackfree(old_stack);
  return adjuster.words_adjusted();
}

}  // namespace stackquake::runtime
