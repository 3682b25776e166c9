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
//   bool resumes(const Stkframe&)   whether a deferred call can recover for the frame, which a
//   fault
//                                   interrupted
//   void pass(const Stkframe&)      the walk is past the frame, but has not shown it yet
//
// False, after a violation, when the walk leaves the stack or the code.
template <class Cursor>
bool walk_frames(Runtime& runtime, const G& g, FrameVisitor& visitor, Cursor& cursor) {
  const Program& program = runtime.program();
  const auto base = static_cast<uint16_t>(RuntimeFunction::kGoexitBase);
  const uint32_t sigpanic = program.runtime_function(RuntimeFunction::kSigpanic).entry;
  bool waspanic = false;
  Word pc = g.sched.pc;
  for (Address sp = g.sched.sp;;) {
    // The base frame lies at the very top of the stack: nothing of it is inside the bounds.
    if (is_code(program, pc) && program.function_of[code_index(pc)] == base) return true;
    if (!is_code(program, pc) || !g.stack.contains(sp)) {
      runtime.fail("bad-traceback", "gentraceback", "", "the walk has left the stack or the code");
      return false;
    }
    Stkframe frame = frame_at(program, pc, sp);
    // The instruction that faulted is no safepoint: the function goes on at its deferreturn, where
    // a deferred call that recovers resumes it, or never.
    if (waspanic) {
      frame.continpc = cursor.resumes(frame) ? code_pc(frame.fn->deferreturn + 1) : 0;
    }
    cursor.pass(frame);
    visitor.visit(frame);
    waspanic = frame.fn->entry == sigpanic;
    pc = *at(frame.varp);
    sp = frame.argp;
  }
}

// A pending deferred call, as a frame that has been called and not begun.
inline Stkframe pending_frame(const Program& program, const Defer& d) {
  Stkframe frame;
  if (d.fn == 0) return frame;
  frame.pc = *at(d.fn);
  frame.continpc = frame.pc;
  frame.fn = &program.functions[program.function_of[code_index(frame.pc)]];
  frame.argp = d.arguments();
  return frame;
}

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COMMON_WALKS_H_
