#include "harness/fuzzing/stack_survey.h"

#include <algorithm>
#include <string_view>

#include "runtime_under_test/memory.h"
#include "runtime_under_test/poison.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::DeferredCall;
using runtime::Function;
using runtime::FunctionKind;
using runtime::kWordBytes;
using runtime::RuntimeFunction;
using runtime::Stkframe;
using runtime::Sudog;
using runtime::Word;

FrameKind kind_of_runtime(RuntimeFunction function) {
  switch (function) {
    case RuntimeFunction::kGopanic:
      return FrameKind::kGopanic;
    case RuntimeFunction::kGoexit:
      return FrameKind::kGoexit;
    case RuntimeFunction::kDeferreturn:
    case RuntimeFunction::kJmpdefer:
      return FrameKind::kDeferreturn;
    case RuntimeFunction::kSigpanic:
    case RuntimeFunction::kPanicindex:
    case RuntimeFunction::kPanicchan:
    case RuntimeFunction::kPanicmem:
      return FrameKind::kFault;
    default:
      return function >= RuntimeFunction::kReflectcall16 ? FrameKind::kReflectcall
                                                         : FrameKind::kOther;
  }
}

FrameKind kind_of(const runtime::Program& program, const Function& function) {
  switch (function.kind) {
    case FunctionKind::kNest:
      return function.name.find('.') == std::string_view::npos ? FrameKind::kFunction
                                                               : FrameKind::kLiteral;
    case FunctionKind::kShim:
      return FrameKind::kShim;
    case FunctionKind::kWrapper:
      return FrameKind::kOther;
    case FunctionKind::kRuntime:
      return kind_of_runtime(static_cast<RuntimeFunction>(&function - program.functions.data()));
  }
  return FrameKind::kOther;
}

// Follows a list of records as long as they are readable.
template <class Record, class Read, class Readable>
void follow(Address head, Readable&& readable, Read&& read, std::vector<Record>& out) {
  out.clear();
  for (Address a = head; out.size() < StackSurvey::kMaxRecords && readable(a);) {
    out.push_back(read(a, a));
  }
}

}  // namespace

void StackSurvey::look(const runtime::G& g) {
  g_ = &g;
  look_at_records();
  look_at_frames();
}

bool StackSurvey::readable(Address address) const {
  if (address % kWordBytes != 0) return false;
  if (g_->stack.contains(address)) return true;
  return runtime::in_heap(address) && !runtime::is_poisoned_for_sanitizer(address);
}

void StackSurvey::look_at_records() {
  const auto can_be_read = [this](Address a) { return readable(a); };
  const auto on_stack = [this](Address a) { return g_->stack.contains(a) && readable(a); };
  const runtime::Design& design = runtime_.design();
  const auto panic = [&](Address record, Address& next) {
    const runtime::Unwinding p = design.unwinding(record);
    next = p.link;
    return p;
  };
  const auto defer = [&](Address record, Address& next) {
    const DeferredCall d = design.deferred_call(record);
    next = d.link;
    return d;
  };
  const auto sudog = [](Address record, Address& next) {
    const auto* waiting = runtime::record_at<const Sudog>(record);
    next = waiting->waitlink;
    return waiting;
  };
  follow(g_->panic, on_stack, panic, panics_);
  std::erase_if(panics_, [](const runtime::Unwinding& p) {
    return p.kind == runtime::UnwindingKind::kGoexit;
  });
  follow(g_->defer, can_be_read, defer, defers_);
  // Their calls are found in the slots of the frame.
  std::erase_if(defers_, [](const DeferredCall& d) { return d.stands_for_frame; });
  follow(g_->waiting, can_be_read, sudog, sudogs_);
}

void StackSurvey::look_at_frames() {
  frames_.clear();
  goexits_ = 0;
  kinds_ = 0;
  innermost_ = FrameKind::kOther;
  bool interrupted = false;
  Word pc = g_->sched.pc;
  Address sp = g_->sched.sp;
  while (frames_.size() < kMaxFrames && runtime::is_code(runtime_.program(), pc)) {
    SurveyedFrame surveyed{runtime::frame_at(runtime_.program(), pc, sp)};
    Stkframe& frame = surveyed.frame;
    if (!g_->stack.contains(frame.varp)) break;
    surveyed.kind = kind_of(runtime_.program(), *frame.fn);
    surveyed.interrupted = interrupted;
    look_at_slots(frame);
    if (interrupted) {
      const bool goes_on = frame.fn->deferreturn != 0 && may_continue(frame);
      frame.continpc = goes_on ? runtime::code_pc(frame.fn->deferreturn + 1) : 0;
    }
    note(surveyed);
    interrupted = surveyed.kind == FrameKind::kFault;
    pc = *runtime::at(frame.varp);
    sp = frame.argp;
  }
}

void StackSurvey::note(const SurveyedFrame& frame) {
  frames_.push_back(frame);
  kinds_ |= 1U << static_cast<uint32_t>(frame.kind);
  const bool is_goexit = frame.kind == FrameKind::kGoexit;
  if (is_goexit) ++goexits_;
  if (innermost_ == FrameKind::kOther && (is_goexit || frame.kind == FrameKind::kGopanic)) {
    innermost_ = frame.kind;
  }
}

// Puts the pending open-coded calls of a frame among the others, which are in the order of their
// frames.
void StackSurvey::look_at_slots(const Stkframe& frame) {
  const runtime::OpenDefers& open = frame.fn->open_defers;
  if (open.count == 0 || runtime::code_index(frame.pc) == frame.fn->entry) return;
  const Word bits = *runtime::at(frame.sp + Address{open.bits} * kWordBytes);
  auto next =
      std::ranges::find_if(defers_, [&frame](const DeferredCall& d) { return d.frame > frame.sp; });
  for (uint32_t i = open.count; i-- > 0 && defers_.size() < kMaxRecords;) {
    if ((bits >> i & 1) == 0) continue;
    const Address slot = frame.sp + Address{open.first_slot + i} * kWordBytes;
    next = defers_.insert(next, {.record = slot,
                                 .place = runtime::DeferPlace::kSlot,
                                 .frame = frame.sp,
                                 .fn = *runtime::at(slot)});
    ++next;
  }
}

bool StackSurvey::may_continue(const Stkframe& frame) const {
  if (runtime_.design().continues_wherever_it_defers()) return true;
  return std::ranges::any_of(defers_, [&](const DeferredCall& d) { return d.frame == frame.sp; });
}

ClosurePlace StackSurvey::closure_place(const DeferredCall& d) const {
  if (d.fn == 0) return ClosurePlace::kNil;
  if (g_->stack.contains(d.fn)) return ClosurePlace::kOwnStack;
  return runtime::in_heap(d.fn) ? ClosurePlace::kHeap : ClosurePlace::kStatic;
}

const Function* StackSurvey::function_of(const DeferredCall& d) const {
  const runtime::Program& program = runtime_.program();
  const bool is_static = d.fn - runtime::kDataBase < program.functions.size() * kWordBytes;
  if (!is_static && !readable(d.fn)) return nullptr;
  const Word pc = *runtime::at(d.fn);
  if (!runtime::is_code(program, pc)) return nullptr;
  return &program.functions[program.function_of[runtime::code_index(pc)]];
}

}  // namespace stackquake
