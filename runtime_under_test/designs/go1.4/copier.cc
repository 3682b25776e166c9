#include "runtime_under_test/adjust.h"
#include "runtime_under_test/designs/go1.4/go14.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

// ---- Walks ----

bool Go14::gentraceback(const G& g, FrameVisitor& visitor) {
  const Program& program = runtime_->program();
  const auto base = static_cast<uint16_t>(RuntimeFunction::kGoexitBase);
  const uint32_t sigpanic = program.runtime_function(RuntimeFunction::kSigpanic).entry;
  Address d = g.defer;
  bool waspanic = false;
  Word pc = g.sched.pc;
  for (Address sp = g.sched.sp;;) {
    // The base frame lies at the very top of the stack: nothing of it is inside the bounds.
    if (is_code(program, pc) && program.function_of[code_index(pc)] == base) break;
    if (!is_code(program, pc) || !g.stack.contains(sp)) {
      runtime_->fail("bad-traceback", "gentraceback", "",
                     "the walk has left the stack or the code");
      return false;
    }
    Stkframe frame = frame_at(program, pc, sp);
    const bool has_defer = d != 0 && record_at<Defer>(d)->argp == frame.sp;
    // The instruction that faulted is no safepoint. With a pending deferred call that may recover,
    // the function goes on at its deferreturn; without one, never.
    if (waspanic) frame.continpc = has_defer ? code_pc(frame.fn->deferreturn + 1) : 0;
    visitor.visit(frame);
    while (d != 0 && record_at<Defer>(d)->argp == frame.sp) d = record_at<Defer>(d)->link;
    waspanic = frame.fn->entry == sigpanic;
    pc = *at(frame.varp);
    sp = frame.argp;
  }
  if (d != 0) {
    runtime_->fail("bad-traceback", "gentraceback", "Defer", "the walk has leftover defers");
    return false;
  }
  return true;
}

void Go14::tracebackdefers(const G& g, FrameVisitor& visitor) {
  const Program& program = runtime_->program();
  for (Address address = g.defer; address != 0; address = record_at<Defer>(address)->link) {
    const auto* d = record_at<Defer>(address);
    Stkframe frame;
    if (d->fn != 0) {
      frame.pc = *at(d->fn);
      frame.continpc = frame.pc;
      frame.fn = &program.functions[program.function_of[code_index(frame.pc)]];
      frame.argp = d->arguments();
    }
    visitor.visit(frame);
  }
}

// ---- The copy ----

namespace {

void adjustdefers(Go14& design, G& g, Adjuster& adjuster) {
  // The arguments first: finding their map reads the closure, which may lie on the old stack.
  design.tracebackdefers(g, adjuster);
  for (Address address = g.defer; address != 0; address = record_at<Defer>(address)->link) {
    auto* d = record_at<Defer>(address);
    adjuster.adjustpointer(d->fn);
    adjuster.adjustpointer(d->argp);
    adjuster.adjustpointer(d->panic);
  }
}

}  // namespace

void Go14::adjust_pointers(G& g, Adjuster& adjuster) {
  gentraceback(g, adjuster);
  adjuster.adjustctxt(g);
  adjustdefers(*this, g, adjuster);
  adjustpanics(g, adjuster);
  adjuster.adjustsudogs(g);
}

}  // namespace stackquake::runtime
