#include "runtime_under_test/stack_manager.h"

#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

namespace {

// A copy of this many bytes costs about as much time as one step.
constexpr uint64_t kBytesPerStep = 256;

// And whatever a copy does before it looks at the first frame, with its audit, as about so many.
constexpr uint64_t kStepsPerCopy = 32;

}  // namespace

bool StackManager::fits(const G& g, uint64_t bytes) const {
  return g.sched.sp - g.stack.lo >= bytes + kStackGuard;
}

// ---- On a goroutine's fiber ----

Flow StackManager::morestack(G& g, uint32_t frame_words, uint64_t number) {
  if (Observer* observer = runtime_.observer()) {
    observer->safepoint(g, number);
    if (runtime_.finished()) return Flow::kUnwind;
  }
  if (make_room(g, frame_words, number) == Flow::kUnwind) return Flow::kUnwind;
  if (Observer* observer = runtime_.observer()) observer->passed_safepoint(g);
  return runtime_.finished() ? Flow::kUnwind : Flow::kContinue;
}

Flow StackManager::make_room(G& g, uint32_t frame_words, uint64_t number) {
  const bool is_preempted = g.preempt;
  const uint32_t bytes_before = g.stack.bytes();
  const Flow flow = runtime_.scheduler().systemstack(g, [&] {
    runtime_.force_at(g, SafepointKind::kPrologue, number);
    if (is_preempted) return preempt(g);
    newstack(g, uint64_t{frame_words} * kWordBytes);
  });
  if (flow == Flow::kUnwind || !is_preempted) return leave_newstack(g, bytes_before, flow);
  if (runtime_.has(Defect::kPreemptedStackDoubles) && double_stack(g) == Flow::kUnwind) {
    return Flow::kUnwind;
  }
  // Room that was made before the others ran might be gone: a collection shrinks what is not used.
  return runtime_.scheduler().systemstack(g,
                                          [&] { newstack(g, uint64_t{frame_words} * kWordBytes); });
}

// The stackguard is an ordinary one again, and so newstack believes that the prologue needs room.
Flow StackManager::double_stack(G& g) {
  return runtime_.scheduler().systemstack(g, [&] { newstack(g, g.stack.bytes()); });
}

// newstack has the goroutine marked waiting while it works.
Flow StackManager::leave_newstack(G& g, uint32_t bytes_before, Flow flow) {
  if (runtime_.has(Defect::kNewstackForgetsStatus) && g.stack.bytes() > bytes_before) {
    g.status = GStatus::kWaiting;  // and it goes on so
  }
  return flow;
}

Flow StackManager::move(G& g) {
  runtime_.charge(g.stack.bytes() / kBytesPerStep);
  return runtime_.scheduler().systemstack(
      g, [&] { runtime_.charge(copystack(g, g.stack.bytes(), CopyReason::kMove)); });
}

Flow StackManager::grow(G& g, int64_t words) {
  if (words < 1) return Flow::kContinue;
  const uint64_t most = uint64_t{kMaxStackLimitBytes} / kWordBytes;
  const uint64_t bytes = std::min(static_cast<uint64_t>(words), most) * kWordBytes;
  if (fits(g, bytes)) return Flow::kContinue;
  const uint32_t bytes_before = g.stack.bytes();
  const Flow flow = runtime_.scheduler().systemstack(g, [&] { newstack(g, bytes); });
  return leave_newstack(g, bytes_before, flow);
}

Flow StackManager::shrink(G& g) {
  runtime_.charge(g.stack.bytes() / kBytesPerStep);
  return runtime_.scheduler().systemstack(g, [&] { runtime_.charge(shrinkstack(g)); });
}

// ---- On the system context ----

void StackManager::preempt(G& g) {
  g.preempt = false;
  g.stackguard = g.stack.lo + kStackGuard;
  ++runtime_.stats().preemptions;
  runtime_.scheduler().requeue(g);
}

void StackManager::newstack(G& g, uint64_t frame_bytes) {
  while (!fits(g, frame_bytes) && !runtime_.finished()) {
    const uint32_t bytes = g.stack.bytes() * 2;
    if (bytes > runtime_.options().limit_bytes ||
        runtime_.stacks().bytes_in_use() + bytes > kMaxStackBytesInUse) {
      runtime_.finish(OutcomeKind::kOverflow);
      return;
    }
    runtime_.charge(bytes / kBytesPerStep);
    ++runtime_.stats().growths;
    runtime_.charge(copystack(g, bytes, CopyReason::kGrowth));
    if (runtime_.has(Defect::kGrowsOnce)) return;  // as if the prologue compared once more
  }
}

void StackManager::force_move(G& g) {
  if (forced_bytes_ >= kForcedCopyBytes) return;
  ++runtime_.stats().forced_copies;
  const uint64_t work = copystack(g, g.stack.bytes(), CopyReason::kForced);
  forced_bytes_ += g.stack.bytes() + work * kBytesPerWork;
}

uint64_t StackManager::shrinkstack(G& g) {
  const uint32_t bytes = g.stack.bytes() / 2;
  const uint64_t used = g.stack.hi - g.sched.sp;
  const bool fits_without_guard = bytes >= runtime_.options().stack_bytes && used <= bytes &&
                                  runtime_.has(Defect::kShrinkIgnoresGuard);
  if (bytes < runtime_.options().stack_bytes || used > g.stack.bytes() / 4 ||
      used + kStackGuard > bytes) {
    if (!fits_without_guard) return 0;
  }
  ++runtime_.stats().shrinks;
  const Stack old_stack = g.stack;
  const uint64_t work = copystack(g, bytes, CopyReason::kShrink);
  if (runtime_.has(Defect::kShrinkFreesTwice) && !runtime_.finished()) {
    runtime_.stacks().stackfree(old_stack);  // copystack has done it
  }
  return work;
}

uint64_t StackManager::copystack(G& g, uint32_t bytes, CopyReason reason) {
  if (Observer* observer = runtime_.observer()) observer->copying_stack(g);
  if (runtime_.finished()) return 0;
  if (!StackAllocator::is_size(bytes)) {
    runtime_.fail("throw", "stackalloc", "size", "stack size not a power of 2");
    return 0;
  }
  const uint64_t used = g.stack.hi - g.sched.sp;
  if (used > g.stack.bytes() || used > bytes) {
    runtime_.fail("throw", "copystack", "sp", "what is in use does not fit the stack");
    return 0;
  }
  const uint64_t work_before = runtime_.work;
  StackCopy copy{reason, g.stack, {}, used, 0};
  copy.words_adjusted = runtime_.design().copystack(g, bytes);
  const uint64_t work = runtime_.work - work_before + kStepsPerCopy;
  copy.new_stack = g.stack;
  Stats& stats = runtime_.stats();
  ++stats.copies;
  if (g.panic != 0) ++stats.copies_in_panic;
  stats.words_adjusted += copy.words_adjusted;
  g.stackguard = g.preempt ? kStackPreempt : g.stack.lo + kStackGuard;
  if (Observer* observer = runtime_.observer()) observer->stack_copied(g, copy);
  return work;
}

}  // namespace stackquake::runtime
