#include "runtime_under_test/designs/go1.26/go126.h"

#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

// The word argp is there, and always 0.
const PanicLayout& Go126::panic_layout() const {
  static const PanicLayout kLayout = [this] {
    PanicLayout layout = Go122::panic_layout();
    layout.argp = kNoWord;
    return layout;
  }();
  return kLayout;
}

Word Go126::resume_pc(const Defer& d) const {
  const Program& program = runtime_->program();
  return code_pc(program.functions[program.function_of[code_index(d.pc)]].deferreturn);
}

void Go126::set_argp(G& /*g*/, Panic* /*p*/) {}

void Go126::enter_wrapper(G& /*g*/, Address /*argp*/, Address /*callee_argp*/) {}

Any Go126::gorecover(G& g, Address /*argp*/) {
  if (g.panic == 0) return {};
  const auto* p = record_at<const Panic>(g.panic);
  if (!may_recover(p)) return {};
  const Program& program = runtime_->program();
  Stkframe frame = frame_at(program, g.sched.pc, g.sched.sp);
  do {
    frame = frame_at(program, *at(frame.varp), frame.argp);
    ++runtime_->frames_visited;
  } while (is_passed(frame, p));
  return frame.sp == p->start_sp ? recover_newest(g) : Any{};
}

// Whether recover looks behind a frame, for the one that has called its own function.
bool Go126::is_passed(const Stkframe& frame, const Panic* p) const {
  if (has(Defect::kRecoverAtAnyDepth)) return frame.sp < p->start_sp;
  if (has(Defect::kRecoverThroughInlined) && is_inlined(frame)) return true;
  return frame.fn->kind == FunctionKind::kWrapper && !has(Defect::kWrapperHidesRecover);
}

// `frame` has the registers of the frame that the walk has come to. True if they are others now.
bool Go126::skip_walked(const Panic* p, Gobuf& frame) const {
  if (p->link == 0) return false;
  const auto* older = record_at<const Panic>(p->link);
  if (frame.sp != older->start_sp || older->sp == older->start_sp) return false;
  frame = {older->pc, older->sp, 0};
  if (has(Defect::kSkipPassesFrame)) {
    const Stkframe skipped = frame_at(runtime_->program(), frame.pc, frame.sp);
    frame = {*at(skipped.varp), skipped.argp, 0};
  }
  return true;
}

}  // namespace stackquake::runtime
