#include "harness/audit/stack_audit.h"

#include <bit>
#include <string>
#include <utility>

namespace stackquake {

namespace {

using runtime::G;
using runtime::Stack;

}  // namespace

void StackAudit::report(std::string_view cause, std::string message) {
  reporter_.other("stack-accounting", cause, std::move(message));
}

void StackAudit::changed(const G& g) {
  if (!reporter_.silenced()) bounds(g);
  if (!reporter_.silenced()) overlaps(g);
  if (!reporter_.silenced()) totals();
}

void StackAudit::bounds(const G& g) {
  const Stack& stack = g.stack;
  const uint32_t bytes = stack.bytes();
  if (!runtime::in_stacks(stack.lo) || !runtime::in_stacks(stack.hi - 1) ||
      !std::has_single_bit(bytes) || bytes < runtime::kMinStackBytes ||
      bytes > runtime_.options().limit_bytes) {
    return report("bounds", "a goroutine's stack has a size or place that no stack can have");
  }
  if (g.sched.sp < stack.lo || g.sched.sp >= stack.hi) {
    return report("sp", "the sp of a goroutine is not on its stack");
  }
  if (g.stackguard != stack.lo + runtime::kStackGuard && g.stackguard != runtime::kStackPreempt) {
    report("stackguard", "a stackguard is not that of the goroutine's stack");
  }
}

void StackAudit::overlaps(const G& g) {
  if (shadow_.stacks().overlaps(g.index)) report("shared", "two goroutines have the same stack");
}

void StackAudit::totals() {
  const uint64_t bytes = shadow_.stacks().bytes();
  const uint32_t stacks = shadow_.stacks().count();
  const runtime::StackAllocator& allocator = runtime_.stacks();
  if (stacks == allocator.stacks_in_use() && bytes == allocator.bytes_in_use()) return;
  const bool is_more = allocator.bytes_in_use() > bytes;
  report(is_more ? "not freed" : "freed twice",
         "goroutines have " + std::to_string(stacks) + " stacks of " + std::to_string(bytes) +
             " bytes, the allocator counts " + std::to_string(allocator.stacks_in_use()) + " of " +
             std::to_string(allocator.bytes_in_use()));
}

}  // namespace stackquake
