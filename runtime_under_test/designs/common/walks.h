#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COMMON_WALKS_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COMMON_WALKS_H_

// The common part of the walks of designs with lists of Defer records.

#include "runtime_under_test/records.h"
#include "runtime_under_test/runtime.h"
#include "runtime_under_test/traceback.h"

namespace stackquake::runtime {

// Calls `visitor` for every frame from the innermost outwards, except the base frame. `cursor`
// follows the records of the design during the walk:
//
//   Word continuation(const Stkframe&)   where the frame continues. Asked of frames that a fault
//                                        interrupted: their pc is no safepoint. The return address
//                                        of the frame's deferreturn if a deferred call can recover
//                                        for the frame, otherwise 0
//   void pass(const Stkframe&)           the walk has reached the frame, and will show it next
//   bool has_leftover_defers()           at the end of the walk: whether a deferred call belongs to
//                                        no frame that the walk has seen
//
// Frames count as work; the cursor counts the records that it passes.
//
// False, after a violation, when deferred calls are left over, or when the walk leaves the stack or
// the code.
template <class Cursor>
bool walk_frames(Runtime& runtime, const G& g, FrameVisitor& visitor, Cursor& cursor) {
  const Program& program = runtime.program();
  const auto base = static_cast<uint16_t>(RuntimeFunction::kGoexitBase);
  const uint32_t sigpanic = program.runtime_function(RuntimeFunction::kSigpanic).entry;
  bool waspanic = false;
  Word pc = g.sched.pc;
  for (Address sp = g.sched.sp;;) {
    // The base frame may begin where the stack ends, which is outside of the stack's bounds.
    if (is_code(program, pc) && program.function_of[code_index(pc)] == base) break;
    if (!is_code(program, pc) || !g.stack.contains(sp)) {
      runtime.fail("bad-traceback", "gentraceback", "", "the walk has left the stack or the code");
      return false;
    }
    Stkframe frame = frame_at(program, pc, sp);
    if (frame.argp + Address{frame.fn->argument_words} * kWordBytes > g.stack.hi) {
      runtime.fail("bad-traceback", "gentraceback", "", "a frame ends behind the stack");
      return false;
    }
    if (waspanic) frame.continpc = cursor.continuation(frame);
    ++runtime.work;
    ++runtime.frames_visited;
    cursor.pass(frame);
    visitor.visit(frame);
    waspanic = frame.fn->entry == sigpanic;
    pc = *at(frame.varp);
    sp = frame.argp;
  }
  if (!cursor.has_leftover_defers()) return true;
  runtime.fail("bad-traceback", "gentraceback", "Defer", "the walk has leftover defers");
  return false;
}

// The address of a slot of the frame at `sp`.
inline Address slot_of(Address sp, uint16_t number) {
  return sp + Address{number} * kWordBytes;
}

// A copystack that moves the words first, and then lets the design adjust them on the new stack.
// See copy-then-adjust.
uint64_t copy_then_adjust(Runtime& runtime, Design& design, G& g, uint32_t bytes);

// The cursor of a walk that asks no list, as in Go 1.13 and later.
class CursorWithoutList {
 public:
  explicit CursorWithoutList(const Runtime& runtime)
      : uses_entry_map_(runtime.has(Defect::kSigpanicUsesEntryMap)) {}

  Word continuation(const Stkframe& frame) const {
    if (frame.fn->deferreturn == 0) return 0;
    return code_pc(uses_entry_map_ ? frame.fn->entry : frame.fn->deferreturn + 1);
  }
  static void pass(const Stkframe& /*frame*/) {}
  static bool has_leftover_defers() { return false; }

 private:
  bool uses_entry_map_;
};

// Visits fn and link of the records on a goroutine's list that lie in frames. They are no objects,
// so the collector does not find what they point to. `Record` is the design's Defer.
template <class Record>
void visit_records_in_frames(Runtime& runtime, const G& g, RootVisitor& visitor) {
  for (Address address = g.defer; address != 0; address = record_at<Record>(address)->link) {
    ++runtime.work;
    if (in_heap(address)) continue;
    const auto* d = record_at<const Record>(address);
    if (!runtime.has(Defect::kDeferredClosureUnscanned)) visitor.visit(d->fn);
    if (!runtime.has(Defect::kFrameRecordLinkUnscanned)) visitor.visit(d->link);
  }
}

// A pending deferred call as a frame of a function that stands at its entry. A dead frame for a nil
// func() and, after a violation, for what is no closure.
inline Stkframe pending_frame(Runtime& runtime, const Defer& d) {
  const Program& program = runtime.program();
  Stkframe frame;
  if (d.fn == 0) return frame;
  if (!in_managed_memory(d.fn) || !is_code(program, *at(d.fn))) {
    runtime.fail("bad-dereference", "pending call", "fn",
                 "the fn of a pending deferred call is no closure");
    return frame;
  }
  frame.pc = *at(d.fn);
  frame.continpc = frame.pc;
  frame.fn = &program.functions[program.function_of[code_index(frame.pc)]];
  frame.argp = d.arguments();
  if (runtime.has(Defect::kDeferVariadicUnscanned)) frame.described_words = 2;
  return frame;
}

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COMMON_WALKS_H_
