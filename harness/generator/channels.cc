#include <array>

#include "harness/generator/generator.h"
#include "harness/generator/percent.h"
#include "harness/generator/sizes.h"
#include "harness/generator/types.h"

namespace stackquake {
namespace {

// Room in the channel `done` for the reports of more goroutines than a nest mostly starts.
constexpr int64_t kDoneCapacity = 8;

// A goroutine may be stuck and never report, so main does not wait for every one in a row of
// starts.
constexpr uint32_t kMaxWaits = 4;

Type element_of(const Variable& channel) {
  return channel.type == kIntChannelType ? kIntType : Type{TypeKind::kNodePointer};
}

}  // namespace

// A channel for values. The channel `done`, on which goroutines report their end, is not used for
// anything else.
Variable* Generator::channel(Frame& frame) {
  Variable* chosen = nullptr;
  uint64_t count = 0;
  for (Variable* variable : frame.scope.variables) {
    const bool fits = variable->type == kIntChannelType || variable->type == kNodeChannelType;
    if (!fits || variable->name == "done" || !can_name(*variable, frame.scope)) continue;
    if (random_.below(++count) == 0) chosen = variable;
  }
  if (chosen != nullptr || frame.prologue == nullptr || frame.role != Role::kMain) return chosen;
  const Type type = random_.chance(percent::kIntChannel) ? kIntChannelType : kNodeChannelType;
  return add_local(type, first_value(type), frame, *frame.prologue);
}

// Makes go f(…), mostly with a yield after it, so that the goroutine runs until it waits.
bool Generator::start_goroutine(Frame& frame, Statements& out) {
  Known* callee = choose_callee(frame, Role::kGoroutine);
  if (callee == nullptr || frame.role == Role::kDeferred) return false;
  const bool reports = callee->role == Role::kGoroutine && frame.role == Role::kMain;
  if (reports) declare_done(frame);
  escapes_ = true;
  Expression* call = call_of(*callee, frame);
  escapes_ = false;
  if (call == nullptr) return false;
  emit(builder_.go(call), out);
  if (reports) started_ += static_cast<uint32_t>(repeats_);
  if (random_.chance(percent::kYieldAfterGo)) yield(frame, out);
  return true;
}

// Makes the channel for reports in main, once.
void Generator::declare_done(Frame& frame) {
  if (done_ != nullptr || frame.prologue == nullptr) return;
  done_ = builder_.make_variable("done", kIntChannelType);
  done_->owner = frame.scope.function;
  Expression* made =
      builder_.make(kIntChannelType, random_.chance(percent::kBufferedDone) ? kDoneCapacity : -1);
  frame.prologue->push_back(builder_.declare(done_, made));
  frame.locals.push_back(done_);
  frame.scope.variables.insert(frame.scope.variables.begin(), done_);
}

// Starts one of the goroutine functions, in main.
void Generator::start_any_goroutine(Frame& frame, Statements& out) {
  if (!hands_over_) {
    start_goroutine(frame, out);
  } else if (Known* callee = choose_callee(frame, Role::kGoroutine)) {
    if (callee->role == Role::kGoroutine) start_handing_over(*callee, frame, out);
  }
}

bool Generator::yield(Frame& /*frame*/, Statements& out) {
  emit(builder_.expression(builder_.builtin(Builtin::kGosched)), out);
  return true;
}

bool Generator::send(Frame& frame, Statements& out) {
  Variable* to = channel(frame);
  if (to == nullptr) return false;
  Expression* value = escaping_expression(element_of(*to), frame.scope);
  emit(builder_.send(read(*to), value), out);
  return true;
}

bool Generator::receive(Frame& frame, Statements& out) {
  Variable* from = channel(frame);
  if (from == nullptr) return false;
  const Type type = element_of(*from);
  Expression* value = builder_.receive(read(*from));
  Variable* target = random_.chance(percent::kEven) ? find_target(type, frame.scope) : nullptr;
  if (target != nullptr) {
    emit(builder_.assign(read(*target), value), out);
  } else if (frame.scope.top_level && random_.chance(percent::kDeclareReceived)) {
    add_local(type, value, frame, out);
  } else {
    emit(builder_.expression(value), out);
  }
  return true;
}

// Makes a select with one to three cases, and perhaps a default.
bool Generator::select(Frame& frame, Statements& out) {
  Variable* first = channel(frame);
  if (first == nullptr || frame.scope.blocks >= kMaxBlocks) return false;
  const size_t count = 1 + random_.below(3);
  std::array<SelectCase, 4> cases = {};
  size_t made = 0;
  for (; made < count; ++made) {
    Variable* one = made == 0 || random_.chance(percent::kSameChannel) ? first : channel(frame);
    if (made > 0 && frame.prologue != nullptr && random_.chance(percent::kNilChannel)) {
      one = add_local(first->type, nullptr, frame, *frame.prologue);
      hide(*one, frame.scope);
    }
    fault_ = Fault::kNone;
    cases.at(made) = select_case(*one, frame);
  }
  if (random_.chance(frame.role == Role::kMain ? percent::kDefaultInMain
                                               : percent::kDefaultElsewhere)) {
    cases.at(made++) = builder_.default_case(inner_block(frame, random_.below(2), false));
  }
  emit(builder_.select(std::span(cases).first(made)), out);
  return true;
}

SelectCase Generator::select_case(Variable& channel, Frame& frame) {
  Expression* of = read(channel);
  const Type type = element_of(channel);
  if (random_.chance(percent::kSendCase)) {
    Expression* value = escaping_expression(type, frame.scope);
    return builder_.send_case(of, value, inner_block(frame, random_.below(2), false));
  }
  Variable* target = random_.chance(percent::kEven) ? find_target(type, frame.scope) : nullptr;
  Expression* into = target == nullptr ? nullptr : read(*target);
  return builder_.receive_case(into, of, inner_block(frame, random_.below(2), false));
}

// Makes grow(…), and a send, a receive or a select right behind it: what waits there has a stack
// that is much too large, which a collection shrinks.
bool Generator::wait_on_large_stack(Frame& frame, Statements& out) {
  Statements waits;
  const uint64_t choice = random_.below(3);
  const bool made = choice == 0   ? send(frame, waits)
                    : choice == 1 ? receive(frame, waits)
                                  : select(frame, waits);
  if (!made) return false;
  grow_much(out);
  out.insert(out.end(), waits.begin(), waits.end());
  return true;
}

// By so much that the stack is at least four times as large as what a small nest uses of it.
void Generator::grow_much(Statements& out) {
  const int64_t usual = random_.pick({500, 1000, 2000});
  emit(builder_.expression(builder_.builtin(Builtin::kGrow, growth(usual))), out);
}

bool Generator::close(Frame& frame, Statements& out) {
  Variable* one = channel(frame);
  if (one == nullptr) return false;
  emit(builder_.expression(builder_.builtin(Builtin::kClose, read(*one))), out);
  return true;
}

// Ends main: mostly closes its channels, which wakes the goroutines that still wait for them, and
// then waits for the reports of the goroutines.
void Generator::wait_for_goroutines(Frame& frame, Statements& out) {
  if (started_ == 0) return;
  while (continue_handing_over(frame, out)) {
  }
  for (uint32_t i = 0; hands_over_ && i < started_; ++i) {
    emit(builder_.expression(builder_.receive(builder_.name("done"))), out);
  }
  if (hands_over_) return;
  for (Variable* variable : frame.scope.variables) {
    if (variable->type != kIntChannelType && variable->type != kNodeChannelType) continue;
    if (variable->owner != frame.scope.function || variable->name == "done") continue;
    if (random_.chance(percent::kCloseAtEnd)) {
      emit(builder_.expression(builder_.builtin(Builtin::kClose, read(*variable))), out);
    }
  }
  for (uint32_t i = 0; i < started_ && i < kMaxWaits; ++i) {
    if (random_.chance(percent::kWaitForDone)) {
      emit(builder_.expression(builder_.receive(builder_.name("done"))), out);
    } else {
      yield(frame, out);
    }
  }
}

}  // namespace stackquake
