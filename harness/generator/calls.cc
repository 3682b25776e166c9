#include <algorithm>
#include <array>
#include <utility>

#include "harness/generator/generator.h"
#include "harness/generator/percent.h"
#include "harness/generator/sizes.h"
#include "harness/generator/types.h"

namespace stackquake {
namespace {

// Literals inside literals. Deeper ones add frames of the same kind, and no new situation.
constexpr uint32_t kMaxLiterals = 4;

// A block of arguments of so many words finds room in any frame.
constexpr uint32_t kShortBlock = 64;

// The weight of any callee is 1. A callee of the wanted role is the rule, and one that nothing
// calls yet comes next, because a function that is never called does not run.
constexpr uint64_t kPreferredWeight = 5;
constexpr uint64_t kUncalledWeight = 3;

// Estimates, in statements: a call of a func() variable, whose literal is not known here, and a
// round of a loop that defers one call.
constexpr uint64_t kValueSteps = 20;
constexpr uint64_t kDeferRoundSteps = 12;

bool is_recursive(const Function& function) {
  return !function.parameters.empty() && function.parameters[0]->name == "n" &&
         function.parameters[0]->type == kIntType;
}

bool may_start(const Function& function) {
  return std::all_of(function.parameters.begin(), function.parameters.end(),
                     [](const Variable* parameter) {
                       const TypeKind kind = parameter->type.kind;
                       return kind == TypeKind::kInt || kind == TypeKind::kNodePointer ||
                              kind == TypeKind::kIntChannel || kind == TypeKind::kNodeChannel;
                     });
}

}  // namespace

// ---- Calls ----

bool Generator::fits_steps(uint64_t steps) const {
  return steps_ + repeats_ * steps <= most_steps_;
}

// A function that may be called here. With kGoroutine, one that a `go` statement may start.
Generator::Known* Generator::choose_callee(Frame& /*frame*/, Role preferred) {
  Known* chosen = nullptr;
  uint64_t sum = 0;
  for (Known& callee : known_) {
    const bool starts = preferred == Role::kGoroutine;
    if (!fits_steps(callee.steps)) continue;
    if (starts ? !may_start(*callee.function) : callee.role == Role::kGoroutine) continue;
    const uint64_t weight = 1 + (callee.role == preferred && !callee.fails ? kPreferredWeight : 0) +
                            (callee.called || callee.fails ? 0 : kUncalledWeight);
    sum += weight;
    if (random_.below(sum) < weight) chosen = &callee;
  }
  return chosen;
}

// The depth of a recursion. Small depths copy a few frames; 24 of them outgrow every small stack,
// and few outgrow a large one.
Expression* Generator::depth_of(const Known& callee) {
  const int64_t usual = random_.pick({1, 1, 2, 3, 5, 8, 14, 24});
  const auto depth = static_cast<uint64_t>(size(usual / 2, usual, kMostDepth));
  const uint64_t fits = std::max<uint64_t>(fitting(depth + 1, callee.steps), 1) - 1;
  steps_ += repeats_ * callee.steps * fits;
  return builder_.literal(static_cast<int64_t>(fits));
}

Expression* Generator::call_of(Known& callee, Frame& frame) {
  std::vector<Expression*> values;
  if (!arguments(*callee.function, frame, values)) return nullptr;
  if (is_recursive(*callee.function)) values[0] = depth_of(callee);
  callee.called = true;
  steps_ += repeats_ * callee.steps;
  return builder_.call(callee.function->name, values);
}

// Makes the arguments of a call. False when one is impossible here.
bool Generator::arguments(const Function& callee, Frame& frame, std::vector<Expression*>& values) {
  linked_argument_ = nullptr;
  if (!reserve_block(callee, frame)) return false;
  for (const Variable* parameter : callee.parameters) {
    const bool escaped = std::exchange(escapes_, escapes_ || escapes(*parameter));
    values.push_back(argument(*parameter, frame));
    escapes_ = escaped;
    if (values.back() == nullptr) return false;
  }
  return true;
}

// Makes room in the frame for the arguments. False where there is none.
bool Generator::reserve_block(const Function& callee, Frame& frame) const {
  uint32_t words = 0;
  for (const Variable* parameter : callee.parameters) words += parameter->type.words();
  if (words <= frame.block) return true;
  if (words > kShortBlock && !fits_frame(frame, words - frame.block)) return false;
  frame.block = words;
  return true;
}

// Whether what is passed for the parameter may get into the heap. Nodes that are to stay on the
// stack are mostly not passed then.
bool Generator::escapes(const Variable& parameter) {
  return std::find(escaping_.begin(), escaping_.end(), &parameter) != escaping_.end() &&
         !random_.chance(percent::kLendToAnything);
}

// A node, often one that is linked to the one that the call has already.
Expression* Generator::node_argument(Frame& frame) {
  if (linked_argument_ != nullptr && !escapes_ && random_.chance(mix().linked)) {
    Variable* variable = find_linked(*linked_argument_, frame.scope);
    if (variable != nullptr) return read(*variable);
  }
  Variable* variable =
      random_.chance(mix().known_node) ? find(kNodePointerType, frame.scope) : nullptr;
  if (variable == nullptr) return node(frame.scope, 2);
  linked_argument_ = variable;
  return read(*variable);
}

Expression* Generator::argument(const Variable& parameter, Frame& frame) {
  const Type type = parameter.type;
  if (parameter.name == "done") {
    for (Variable* variable : frame.scope.variables) {
      if (variable->name == "done" && can_name(*variable, frame.scope)) return read(*variable);
    }
  }
  if (type.kind == TypeKind::kFunc && random_.chance(percent::kLiteralArgument) &&
      frame.literals < kMaxLiterals) {
    return plain_literal(frame, Role::kDeferred, random_.chance(percent::kValueRecovers), false);
  }
  const bool is_channel = type.kind == TypeKind::kIntChannel || type.kind == TypeKind::kNodeChannel;
  if (is_channel && frame.role == Role::kMain && frame.prologue != nullptr &&
      random_.chance(percent::kNewChannel)) {
    return read(*add_local(type, first_value(type), frame, *frame.prologue));
  }
  if (is_channel || type.kind == TypeKind::kArray) {
    Variable* variable = demand(type, frame);
    return variable == nullptr ? nullptr : read(*variable);
  }
  const bool is_pointer = type.kind == TypeKind::kIntPointer || type.kind == TypeKind::kNodePointer;
  if (is_pointer && random_.chance(mix().nil_argument)) return builder_.nil();
  if (type == kNodePointerType) return node_argument(frame);
  // A pointer needs a variable to point to.
  if (type.kind == TypeKind::kIntPointer && find_target(kIntType, frame.scope) == nullptr &&
      frame.prologue != nullptr) {
    add_local(kIntType, integer_literal(), frame, *frame.prologue);
  }
  return expression(type, frame.scope);
}

// Puts a call into a statement. Of ten results, three ints are traced and five other results are
// assigned, where that is possible; then they are mostly declared. One of ten is dropped by `_ =`,
// two by a plain call.
void Generator::put_call(Expression* call, Type result, Frame& frame, Statements& out) {
  const uint64_t choice = result.kind == TypeKind::kNone ? 9 : random_.below(10);
  Variable* target = choice < 5 ? find_target(result, frame.scope) : nullptr;
  if (result.kind == TypeKind::kInt && choice < 3) {
    emit(builder_.expression(builder_.builtin(Builtin::kTrace, call)), out);
  } else if (target != nullptr) {
    emit(builder_.assign(read(*target), call), out);
  } else if (choice < 7 && frame.scope.top_level && result.kind != TypeKind::kNone) {
    add_local(result, call, frame, out);
  } else if (choice < 8) {
    emit(builder_.assign(nullptr, call), out);
  } else {
    emit(builder_.expression(call), out);
  }
}

bool Generator::call_function(Frame& frame, Statements& out) {
  Known* callee = choose_callee(frame, Role::kOrdinary);
  Expression* call = callee == nullptr ? nullptr : call_of(*callee, frame);
  if (call == nullptr) return false;
  const Variable* result = callee->function->result;
  put_call(call, result == nullptr ? Type{} : result->type, frame, out);
  return true;
}

bool Generator::call_literal(Frame& frame, Statements& out) {
  if (frame.literals >= kMaxLiterals) return false;
  Expression* call = literal_call(frame, Role::kOrdinary, false);
  if (call == nullptr) return false;
  const Variable* result = call->function->result;
  put_call(call, result == nullptr ? Type{} : result->type, frame, out);
  return true;
}

bool Generator::call_value(Frame& frame, Statements& out) {
  Variable* value = find(kFuncType, frame.scope);
  if (value == nullptr || !fits_steps(kValueSteps)) return false;
  steps_ += repeats_ * kValueSteps;
  emit(builder_.expression(builder_.call(read(*value))), out);
  return true;
}

// Makes func() { defer func() { … recover … }(); …; panic(1) }().
bool Generator::protect(Frame& frame, Statements& out) {
  if (frame.literals >= kMaxLiterals) return false;
  Expression* literal = plain_literal(frame, Role::kOrdinary, false, true);
  emit(builder_.expression(builder_.call(literal)), out);
  return true;
}

// ---- Deferred calls ----

bool Generator::defer_function(Frame& frame, Statements& out) {
  Known* callee = choose_callee(frame, Role::kDeferred);
  Expression* call = callee == nullptr ? nullptr : call_of(*callee, frame);
  if (call == nullptr) return false;
  emit(builder_.defer(call), out);
  return true;
}

bool Generator::defer_literal(Frame& frame, Statements& out) {
  if (frame.literals >= kMaxLiterals) return false;
  Expression* call =
      literal_call(frame, Role::kDeferred, random_.chance(percent::kDeferredLiteralRecovers));
  if (call == nullptr) return false;
  emit(builder_.defer(call), out);
  return true;
}

bool Generator::defer_recovering(Frame& frame, Statements& out) {
  if (frame.literals > kMaxLiterals) return false;
  Expression* literal = plain_literal(frame, Role::kDeferred, true, false);
  emit(builder_.defer(builder_.call(literal)), out);
  return true;
}

// Defers a literal that traces how many frames there are.
void Generator::defer_watching(Frame& frame, Statements& out) {
  const auto watches = [this](Frame& inside, Statements& body) {
    if (random_.chance(percent::kEven)) disturb(inside, body);
    frames(inside, body);
  };
  emit(builder_.defer(builder_.call(literal_with(frame, watches))), out);
}

// Defers a func() variable, which may be nil. Without one, declares a nil one.
bool Generator::defer_value(Frame& frame, Statements& out) {
  Variable* value = random_.chance(percent::kKnownValue) ? find(kFuncType, frame.scope) : nullptr;
  if (value == nullptr && frame.prologue != nullptr) {
    value = add_local(kFuncType, nullptr, frame, *frame.prologue);
  }
  if (value == nullptr || !fits_steps(kValueSteps)) return false;
  steps_ += repeats_ * kValueSteps;
  emit(builder_.defer(builder_.call(read(*value))), out);
  return true;
}

bool Generator::defer_builtin(Frame& frame, Statements& out) {
  constexpr std::array kDeferrable = {Builtin::kTrace, Builtin::kTrace, Builtin::kMove,
                                      Builtin::kGrow, Builtin::kShrink};
  const Builtin builtin = random_.pick(kDeferrable);
  Expression* argument = nullptr;
  if (builtin == Builtin::kTrace) argument = expression(kIntType, frame.scope);
  // Words that fit into the smallest stack, that outgrow it, and that outgrow the default one.
  if (builtin == Builtin::kGrow) {
    const int64_t usual = random_.pick({8, 60, 250});
    argument = growth(usual);
  }
  emit(builder_.defer(builder_.builtin(builtin, argument)), out);
  return true;
}

// Defers a few times in a loop, or nine or eleven times: more often than the eight bits of the mask
// for open-coded deferred calls.
bool Generator::defer_in_loop(Frame& frame, Statements& out) {
  const int64_t usual = random_.pick({2, 3, 9, 11});
  const auto times = static_cast<int64_t>(
      fitting(static_cast<uint64_t>(size(usual, usual, kMostDefers)), kDeferRoundSteps));
  if (times == 0) return false;
  const auto round = [&](Frame& inside, Statements& body) {
    const bool defers =
        random_.chance(percent::kEven) ? defer_function(inside, body) : defer_literal(inside, body);
    if (!defers) defer_builtin(inside, body);
  };
  in_loop(frame, times, round, out);
  return true;
}

// Defers 7 to 10 times. Go keeps up to eight deferred calls of a body in a mask instead of records.
bool Generator::defer_many(Frame& frame, Statements& out) {
  const int64_t times = random_.between(7, 10);
  if (!fits_steps(static_cast<uint64_t>(times) * 2)) return false;
  for (int64_t i = 0; i < times; ++i) defer_builtin(frame, out);
  return true;
}

// Defers a call with a number that is the address of an otherwise unreachable object, in a loop or
// not: a record of the heap has other readers than one of the frame.
bool Generator::defer_address(Frame& frame, Statements& out) {
  if (!frame.scope.top_level) return false;
  Scope& scope = frame.scope;
  Variable* object =
      add_local({TypeKind::kNodePointer}, first_value({TypeKind::kNodePointer}), frame, out);
  Expression* place = builder_.address(builder_.selector(read(*object), Field::kVal));
  Variable* number = add_local(kIntType, builder_.builtin(Builtin::kAddr, place), frame, out);
  scope.variables.resize(scope.variables.size() - 2);
  const auto defers = [&](Frame& /*inside*/, Statements& body) {
    auto* made = new_function();
    Variable* address = parameter(fresh_name('y'), kIntType, *made);
    made->parameters = arena_.copy(std::span<Variable* const>(&address, 1));
    const std::array values = {read(*number)};
    emit(builder_.defer(builder_.call(builder_.function_literal(made), values)), body);
  };
  if (random_.chance(percent::kEven) && scope.blocks < kMaxBlocks) {
    in_loop(frame, 1, defers, out);
  } else {
    defers(frame, out);
  }
  if (random_.chance(percent::kEven)) collect(frame, out);
  return true;
}

// ---- Recovers ----

// Of ten recovers two are plain, and the codes of seven are traced, which shows the recovered
// value. One code is assigned, if there is a variable. Two of the traced values are kept in a
// variable first.
bool Generator::recover(Frame& frame, Statements& out) {
  Expression* recovered = builder_.builtin(Builtin::kRecover);
  const uint64_t choice = random_.below(10);
  if (choice < 2) {
    emit(builder_.expression(recovered), out);
    return true;
  }
  if (choice < 4 && frame.scope.top_level) {
    Variable* value = add_local({TypeKind::kAny}, recovered, frame, out);
    recovered = read(*value);
  }
  Expression* code = builder_.builtin(Builtin::kCode, recovered);
  Variable* target = choice == 9 ? find_target(kIntType, frame.scope) : nullptr;
  emit(target != nullptr ? builder_.assign(read(*target), code)
                         : builder_.expression(builder_.builtin(Builtin::kTrace, code)),
       out);
  return true;
}

// Makes e := recover(); if e != nil { panic(e) }. A panic with nil would end the nest in another
// way.
bool Generator::panic_again(Frame& frame, Statements& out) {
  Variable* value = add_local({TypeKind::kAny}, builder_.builtin(Builtin::kRecover), frame, out);
  Expression* panic = builder_.builtin(
      Builtin::kPanic, random_.chance(percent::kSamePanic) ? read(*value) : builder_.literal(5));
  Expression* when = builder_.binary(Operation::kNotEqual, read(*value), builder_.nil());
  emit(builder_.conditional(when, builder_.block({builder_.expression(panic)})), out);
  return true;
}

// ---- Endings ----

bool Generator::return_normally(Frame& /*frame*/, Statements& /*out*/) {
  return true;
}

bool Generator::panic(Frame& frame, Statements& out) {
  Variable* value = random_.chance(percent::kComputedPanic) ? find(kIntType, frame.scope) : nullptr;
  Expression* code = value != nullptr ? read(*value) : builder_.literal(random_.between(1, 9));
  emit(builder_.expression(builder_.builtin(Builtin::kPanic, code)), out);
  return true;
}

// Makes a statement that certainly faults. Dereferences weigh most, because their fault comes as a
// signal in the middle of a frame. Pointers of the frame may be live there or not.
bool Generator::fault(Frame& frame, Statements& out) {
  // *p = e, a read of n.val, a[x], x / 0, n.val = e, a[x] = e, and a channel's.
  constexpr std::array<uint32_t, 7> kWeights = {48, 20, 18, 10, 6, 5, 12};
  const size_t choice = random_.weighted(kWeights);
  switch (choice) {
    case 2:
    case 5:
      return fault_by_index(choice == 5, frame, out);
    case 3:
      return fault_by_division(frame, out);
    case 6:
      return fault_by_channel(frame, out) || panic(frame, out);
    default:
      break;
  }
  if (frame.prologue == nullptr) return fault_by_division(frame, out);
  const bool is_node = choice != 0;
  const Type type = is_node ? kNodePointerType : kIntPointerType;
  Variable* nil = add_local(type, nullptr, frame, *frame.prologue);
  fault_ = Fault::kDereference;
  Expression* place =
      is_node ? builder_.selector(read(*nil), Field::kVal) : builder_.dereference(read(*nil));
  if (choice == 1 || random_.chance(percent::kNilLoad)) {
    put_faulting(place, frame, out);
  } else {
    emit(builder_.assign(place, expression(kIntType, frame.scope)), out);
  }
  return true;
}

// Reads or writes an element behind the end of an array.
bool Generator::fault_by_index(bool stores, Frame& frame, Statements& out) {
  const bool can_declare = frame.prologue != nullptr;
  Variable* number = can_declare ? demand(kIntType, frame) : find(kIntType, frame.scope);
  Variable* array = demand(array_type(frame), frame);
  if (number == nullptr || array == nullptr) return fault_by_division(frame, out);
  Expression* outside =
      builder_.binary(Operation::kOr, read(*number), builder_.literal(kMaxArrayLength));
  Expression* place = builder_.index(read(*array), outside);
  fault_ = Fault::kIndex;
  if (random_.chance(percent::kFaultingAddress)) {
    emit(builder_.assign(nullptr, builder_.address(place)), out);
  } else if (stores && can_assign(*array, frame.scope)) {
    emit(builder_.assign(place, expression(kIntType, frame.scope)), out);
  } else {
    put_faulting(place, frame, out);
  }
  return true;
}

bool Generator::fault_by_division(Frame& frame, Statements& out) {
  const bool can_declare = frame.prologue != nullptr;
  Variable* number = can_declare ? demand(kIntType, frame) : find(kIntType, frame.scope);
  if (number == nullptr) return panic(frame, out);
  Expression* zero = builder_.binary(Operation::kSubtract, read(*number), read(*number));
  const Operation operation = random_.pick({Operation::kDivide, Operation::kRemainder});
  put_faulting(builder_.binary(operation, read(*number), zero), frame, out);
  return true;
}

// Closes a nil channel, or closes one twice, or sends on a closed one. Nothing else has the
// channel. Or waits for a nil channel, which is for ever; goroutines that hand over have to end.
bool Generator::fault_by_channel(Frame& frame, Statements& out) {
  if (frame.prologue == nullptr) return false;
  const uint64_t choice = random_.below(hands_over_ ? 3 : 4);
  const bool is_nil = choice == 0 || choice == 3;
  Expression* made = is_nil ? nullptr : first_value(kIntChannelType);
  Variable* channel = add_local(kIntChannelType, made, frame, *frame.prologue);
  hide(*channel, frame.scope);
  const auto close = [&] {
    emit(builder_.expression(builder_.builtin(Builtin::kClose, read(*channel))), out);
  };
  if (choice == 3) {
    put_operation(*channel, random_.chance(percent::kEven), frame, out);
    return true;
  }
  close();
  if (choice == 1) close();
  if (choice == 2) emit(builder_.send(read(*channel), builder_.literal(1)), out);
  return true;
}

// Puts a value that certainly faults into a statement: a trace, an assignment, or none of its use.
void Generator::put_faulting(Expression* value, Frame& frame, Statements& out) {
  Variable* target = nullptr;
  if (random_.chance(percent::kUsedFault)) {
    target = find_target(kIntType, frame.scope);
    if (target == nullptr || random_.chance(percent::kEven)) {
      emit(builder_.expression(builder_.builtin(Builtin::kTrace, value)), out);
      return;
    }
  }
  emit(builder_.assign(target == nullptr ? nullptr : read(*target), value), out);
}

bool Generator::exit_goroutine(Frame& /*frame*/, Statements& out) {
  emit(builder_.expression(builder_.builtin(Builtin::kGoexit)), out);
  return true;
}

bool Generator::call_nil(Frame& frame, Statements& out) {
  if (frame.prologue == nullptr) return false;
  Variable* nil = add_local(kFuncType, nullptr, frame, *frame.prologue);
  emit(builder_.expression(builder_.call(read(*nil))), out);
  return true;
}

bool Generator::call_last(Frame& frame, Statements& out) {
  if (random_.chance(percent::kCallFailing) && call_failing(frame, out)) return true;
  return call_function(frame, out) || panic(frame, out);
}

// Calls a function that always ends abnormally. False where there is none.
bool Generator::call_failing(Frame& frame, Statements& out) {
  Known* chosen = nullptr;
  uint64_t count = 0;
  for (Known& callee : known_) {
    if (callee.fails && fits_steps(callee.steps) && random_.below(++count) == 0) chosen = &callee;
  }
  Expression* call = chosen == nullptr ? nullptr : call_of(*chosen, frame);
  if (call == nullptr) return false;
  emit(builder_.expression(call), out);
  return true;
}

}  // namespace stackquake
