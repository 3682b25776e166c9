#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COMMON_WALKS_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COMMON_WALKS_H_

// What the walks of designs with lists of Defer records have in common.

#include "runtime_under_test/records.h"
#include "runtime_under_test/runtime.h"
#include "runtime_under_test/traceback.h"

namespace stackquake::runtime {

// Calls `visitor` for every frame from the innermost outwards; the base frame is none. `cursor` is
// what the design has to follow on the way:
//
//   Word continuation(const Stkframe&)   where the frame goes on, which a fault interrupted, so
//   that
//                                        its pc is no safepoint: if a deferred call can recover
//                                        for it at its deferreturn, otherwise never: 0
//   void pass(const Stkframe&)           the walk is past the frame, and is about to show it
//   bool has_leftover_defers()           the walk is at its end, and some deferred call is of none
//                                        of the frames that it has seen
//
// False, after a violation, when calls are left over, or when the walk leaves the stack or the
// code.
template <class Cursor>
bool walk_frames(Runtime& runtime, const G& g, FrameVisitor& visitor, Cursor& cursor) {
  const Program& program = runtime.program();
  const auto base = static_cast<uint16_t>(RuntimeFunction::kGoexitBase);
  const uint32_t sigpanic = program.runtime_function(RuntimeFunction::kSigpanic).entry;
  bool waspanic = false;
  Word pc = g.sched.pc;
  for (Address sp = g.sched.sp;;) {
    // The base frame lies at the very top of the stack: nothing of it is inside the bounds.
    if (is_code(program, pc) && program.function_of[code_index(pc)] == base) break;
    if (!is_code(program, pc) || !g.stack.contains(sp)) {
      runtime.fail("bad-traceback", "gentraceback", "", "the walk has left the stack or the code");
      return false;
    }
    Stkframe frame = frame_at(program, pc, sp);
    if (waspanic) frame.continpc = cursor.continuation(frame);
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

// A pending deferred call, as a frame that has been called and not begun.
inline Stkframe pending_frame(const Runtime& runtime, const Defer& d) {
  const Program& program = runtime.program();
  Stkframe frame;
  if (d.fn == 0) return frame;
  frame.pc = *at(d.fn);
  frame.continpc = frame.pc;
  frame.fn = &program.functions[program.function_of[code_index(frame.pc)]];
  frame.argp = d.arguments();
  if (runtime.has(Defect::kDeferVariadicUnscanned)) frame.described_words = 2;
  return frame;
}

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COMMON_WALKS_H_
