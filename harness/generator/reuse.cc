// What is used again: memory of dead objects, records of calls that have run, variables whose first
// value only deferred code still needs.
//
// Such a thing is wrong only the second or third time: when a full span has been emptied twice,
// when a record comes out of a pool behind a collection, when a fault finds a result that the next
// statement would have replaced.

#include <array>
#include <utility>

#include "harness/generator/generator.h"
#include "harness/generator/percent.h"
#include "harness/generator/sizes.h"
#include "harness/generator/types.h"

namespace stackquake {
namespace {

// Estimates of the steps in a round: of a loop that makes objects, and of a call with a deferred
// call.
constexpr uint64_t kObjectSteps = 12;
constexpr uint64_t kRecordSteps = 30;
constexpr uint64_t kClosureSteps = 12;

// More objects than the span of their size has: 102 of the smallest channels, 85 of those with
// three elements, 341 nodes.
constexpr int64_t kChannels = 125;
constexpr int64_t kNodes = 365;

// Words of arguments: from none to more than the largest pool of records has.
constexpr uint64_t kMostWords = 10;

}  // namespace

// Makes for … { for … { c = make(chan int, 2) }; runtime.GC() }: a span is full, its objects die,
// and it is filled again, more often than twice. False where that takes too many steps.
bool Generator::refill(Frame& frame, Statements& out) {
  const bool has_nodes = random_.chance(percent::kEven);
  const Type type = has_nodes ? kNodePointerType : kIntChannelType;
  const int64_t count = has_nodes ? kNodes : kChannels;
  const auto rounds = static_cast<int64_t>(fitting(static_cast<uint64_t>(random_.between(3, 5)),
                                                   kObjectSteps * static_cast<uint64_t>(count)));
  if (rounds < 3 || frame.scope.blocks >= kMaxBlocks) return false;
  const int64_t capacity = random_.between(0, 3);
  const auto made = [&](Frame& inside) {
    return has_nodes ? new_node(inside.scope) : builder_.make(type, capacity);
  };
  fault_ = Fault::kNone;
  Variable* last = add_local(type, made(frame), frame, out);
  const auto round = [&](Frame& inside, Statements& body) {
    Statement* step = builder_.assign(read(*last), made(inside));
    steps_ += repeats_ * kObjectSteps * static_cast<uint64_t>(count);
    put_loop(new_counter(inside), count - static_cast<int64_t>(random_.below(20)), {step}, body);
    collect(inside, body);
  };
  in_loop(frame, rounds, round, out);
  return true;
}

// Makes for … { func() { defer func(y1 int, …) { … }(1, …) }(); … }: a record of some size is given
// back and taken again, often with a collection between.
bool Generator::reuse_records(Frame& frame, Statements& out) {
  if (frame.literals > 1 || frame.scope.blocks >= kMaxBlocks) return false;
  const auto rounds =
      static_cast<int64_t>(fitting(static_cast<uint64_t>(random_.between(2, 4)), kRecordSteps));
  if (rounds < 2) return false;
  const uint64_t words = random_.below(kMostWords + 1);
  const auto defers = [&](Frame& inside, Statements& body) {
    auto* made = new_function();
    std::vector<Variable*> parameters;
    std::vector<Expression*> values;
    for (uint64_t i = 0; i < words; ++i) {
      parameters.push_back(parameter(fresh_name('y'), kIntType, *made));
      values.push_back(builder_.literal(random_.between(1, 9)));
    }
    made->parameters = arena_.copy(std::span<Variable* const>(parameters));
    const auto reads = [&](Frame& deferred, Statements& within) { trace(deferred, within); };
    emit(builder_.defer(builder_.call(literal_with(inside, reads, made), values)), body);
    if (random_.chance(percent::kEven)) disturb(inside, body);
  };
  const auto round = [&](Frame& inside, Statements& body) {
    emit(builder_.expression(builder_.call(literal_with(inside, defers))), body);
    if (random_.chance(percent::kEven)) collect(inside, body);
  };
  in_loop(frame, rounds, round, out);
  return true;
}

// Makes func() (s *node) { defer …; s = n; c := make(…); FAULT; s = m; return }(). Between the two
// assignments only a deferred call can still need the first value.
bool Generator::replace_result(Frame& frame, Statements& out) {
  if (frame.literals > 1 || frame.scope.blocks >= kMaxBlocks) return false;
  Function* made = new_function_with(kNodePointerType);
  const auto body = [&](Frame& inside, Statements& within) {
    const auto set = [&] {
      fault_ = Fault::kNone;
      emit(
          builder_.assign(read(*made->result), escaping_expression(kNodePointerType, inside.scope)),
          within);
    };
    emit(defer_plain_recover(), within);
    Variable* pointer = add_local(kNodePointerType, first_value(kNodePointerType), inside, within);
    demand(short_array_type(), inside);
    demand(kIntType, inside);
    set();
    make_unused(inside, within);
    may_fault_once(*pointer, inside, within);
    set();
    if (random_.chance(percent::kEven)) disturb(inside, within);
  };
  Expression* call = builder_.call(literal_with(frame, body, made));
  call->function = made;
  put_call(call, kNodePointerType, frame, out);
  return true;
}

// Makes trace(func() (s int) { for … { defer func() { s = … }() }; …; return … }()).
bool Generator::trace_changed_result(Frame& frame, Statements& out) {
  if (frame.literals > 1 || frame.scope.blocks >= kMaxBlocks) return false;
  Function* made = new_function_with(kIntType);
  const auto body = [&](Frame& inside, Statements& within) {
    change_result(inside, within);
    if (random_.chance(percent::kEven)) piece(inside, within);
  };
  Expression* call = builder_.call(literal_with(frame, body, made));
  call->function = made;
  emit(builder_.expression(builder_.builtin(Builtin::kTrace, call)), out);
  return true;
}

// A function with a named result.
Function* Generator::new_function_with(Type result) {
  Function* made = new_function();
  made->result = builder_.make_variable(fresh_name('s'), result, VariableKind::kResult);
  made->result->owner = made;
  return made;
}

// Makes an object, and nothing that could panic: m := &node{}, or a channel.
void Generator::make_unused(Frame& frame, Statements& out) {
  if (random_.chance(percent::kEven)) {
    add_local(kIntChannelType, builder_.make(kIntChannelType, 0), frame, out);
  } else {
    add_local(kNodePointerType, builder_.node({}, {}), frame, out);
  }
}

// Puts one statement that may fault, or does: &n.val, n.val, n.val = 1, a[x], a[x] = 1, &a[x], x /
// y, or any that certainly faults.
void Generator::may_fault_once(const Variable& pointer, Frame& frame, Statements& out) {
  const Scope& scope = frame.scope;
  const auto drop = [&](Expression* value) { emit(builder_.assign(nullptr, value), out); };
  const auto field = [&] { return builder_.selector(read(pointer), Field::kVal); };
  Variable* array = find(short_array_type(), scope);
  Variable* number = find(kIntType, scope);
  const auto at = [&] {
    Expression* low = builder_.binary(Operation::kAnd, read(*number), builder_.literal(1));
    return builder_.index(read(*array), low);
  };
  constexpr std::array<uint32_t, 8> kWeights = {20, 8, 8, 8, 14, 8, 8, 26};
  const size_t choice = random_.weighted(kWeights);
  const bool indexes = choice > 2 && choice < 6;
  if (choice == 7 || (indexes && array == nullptr) || (choice > 2 && number == nullptr)) {
    fault(frame, out);
    return;
  }
  switch (choice) {
    case 0:
      return drop(builder_.address(field()));
    case 1:
      return drop(field());
    case 2:
      return emit(builder_.assign(field(), builder_.literal(1)), out);
    case 3:
      return drop(at());
    case 4:
      return emit(builder_.assign(at(), builder_.literal(1)), out);
    case 5:
      return drop(builder_.address(at()));
    default:
      return drop(builder_.binary(Operation::kDivide, builder_.literal(1), read(*number)));
  }
}

// Makes for … { g = f; f = func() { … } }, and calls both behind the loop: closures of two rounds.
bool Generator::keep_closures(Frame& frame, Statements& out) {
  if (frame.literals > 1 || frame.scope.blocks >= kMaxBlocks) return false;
  const auto rounds =
      static_cast<int64_t>(fitting(static_cast<uint64_t>(random_.between(1, 4)), kClosureSteps));
  if (rounds == 0) return false;
  Variable* captured = demand(kIntType, frame);
  Variable* newest = add_local(kFuncType, nullptr, frame, out);
  Variable* before = add_local(kFuncType, nullptr, frame, out);
  // Both are nil at first, so nothing else is to call them.
  hide(*newest, frame.scope);
  hide(*before, frame.scope);
  const auto shows = [&](Frame& inside, Statements& body) {
    if (captured != nullptr) {
      emit(builder_.expression(builder_.builtin(Builtin::kTrace, read(*captured))), body);
    }
    trace(inside, body);
  };
  const auto round = [&](Frame& inside, Statements& body) {
    emit(builder_.assign(read(*before), read(*newest)), body);
    emit(builder_.assign(read(*newest), literal_with(inside, shows)), body);
    if (random_.chance(percent::kEven)) disturb(inside, body);
  };
  in_loop(frame, rounds, round, out);
  for (const Variable* closure : {newest, before}) {
    Expression* when = builder_.binary(Operation::kNotEqual, read(*closure), builder_.nil());
    Expression* call = builder_.call(read(*closure));
    emit(builder_.conditional(when, builder_.block({builder_.expression(call)})), out);
  }
  return true;
}

// Makes for … { func() { a[i] = … }() }; p := &a[j]; …; trace(*p): in the end only a pointer to its
// middle keeps the array, which lies in a box.
bool Generator::keep_element(Frame& frame, Statements& out) {
  if (frame.literals > 1 || frame.scope.blocks >= kMaxBlocks) return false;
  const Type type = array_type(frame);
  if (!fits_frame(frame, type.length) || !fits_steps(uint64_t{type.length})) return false;
  fault_ = Fault::kNone;
  Variable* array = add_local(type, nullptr, frame, out);
  const auto stores = [&](Frame& inside, Statements& body) {
    fault_ = Fault::kNone;
    put_store(*array, percent::kStoreByVariable, inside, body);
  };
  const auto round = [&](Frame& inside, Statements& body) {
    emit(builder_.expression(builder_.call(literal_with(inside, stores))), body);
  };
  in_loop(frame, random_.between(1, 3), round, out);
  Expression* element = builder_.index(read(*array), builder_.literal(type.length - 1));
  Variable* pointer = add_local(kIntPointerType, builder_.address(element), frame, out);
  hide(*array, frame.scope);
  disturb(frame, out);
  collect(frame, out);
  emit(builder_.expression(builder_.builtin(Builtin::kTrace, builder_.dereference(read(*pointer)))),
       out);
  return true;
}

}  // namespace stackquake
