// Loops: many objects, and what a loop makes anew in each round.
//
// What a literal in a loop captures lives in the heap, and so does the closure. Many objects or
// much garbage reach what a few do not: the second span of a size, collections that begin by
// themselves.

#include <algorithm>
#include <array>
#include <utility>

#include "harness/generator/generator.h"
#include "harness/generator/percent.h"
#include "harness/generator/sizes.h"
#include "harness/generator/types.h"

namespace stackquake {
namespace {

// Estimates of the steps in a round: of a list, of a loop that makes channels of the largest size,
// of a panic with its recover, and of a call with a literal.
constexpr uint64_t kListSteps = 2;
constexpr uint64_t kGarbageSteps = 140;
constexpr uint64_t kRecoveredSteps = 90;
constexpr uint64_t kCallSteps = 40;

// The largest channels take 16 KiB each, and a collection begins by itself after 4 MiB.
constexpr int64_t kLeastGarbage = 270;

constexpr int64_t kMostRecovered = 60;

}  // namespace

Variable* Generator::new_counter(const Frame& frame) {
  Variable* counter = builder_.make_variable(fresh_name('i'), kIntType, VariableKind::kCounter);
  counter->owner = frame.scope.function;
  return counter;
}

void Generator::put_loop(Variable* counter, int64_t times, const Statements& body,
                         Statements& out) {
  emit(builder_.loop(counter, builder_.literal(0), builder_.literal(times), builder_.block(body)),
       out);
}

// Makes a loop of at most so many rounds. A few bounds are computed; the upper one is then
// evaluated each time round, and often the body changes it.
void Generator::put_bounded_loop(Variable* counter, int64_t times, const Statements& body,
                                 const Scope& scope, Statements& out) {
  constexpr int64_t kMask = 7;  // whatever the variable is, this bounds the rounds
  const bool changes = random_.chance(percent::kEven);
  Variable* number = !random_.chance(percent::kComputedBound) ? nullptr
                     : changes                                ? find_target(kIntType, scope)
                                                              : find(kIntType, scope);
  if (number == nullptr || times < kMask / 2) return put_loop(counter, times, body, out);
  const auto masked = [&] {
    return builder_.binary(Operation::kAnd, read(*number), builder_.literal(kMask));
  };
  const bool lower = !changes && random_.chance(percent::kEven);
  Expression* first = lower ? masked() : builder_.literal(random_.between(-2, 2));
  Expression* limit = lower ? builder_.literal(times) : masked();
  Statements all = body;
  if (changes) {
    const Operation operation = random_.pick({Operation::kAdd, Operation::kSubtract});
    emit(builder_.operate(read(*number), operation), all);
  }
  emit(builder_.loop(counter, first, limit, builder_.block(all)), out);
}

// Makes for i := 0; i < times; i++ { … }, with what `make` puts into its body.
void Generator::in_loop(Frame& frame, int64_t times, const Maker& make, Statements& out) {
  Variable* counter = new_counter(frame);
  Scope& scope = frame.scope;
  const size_t visible = scope.variables.size();
  const bool top_level = std::exchange(scope.top_level, false);
  const uint64_t repeats = repeats_;
  scope.variables.push_back(counter);
  ++scope.loops;
  ++scope.blocks;
  repeats_ *= static_cast<uint64_t>(times);
  Statements body;
  make(frame, body);
  repeats_ = repeats;
  --scope.blocks;
  --scope.loops;
  scope.top_level = top_level;
  scope.variables.resize(visible);
  put_bounded_loop(counter, times, body, scope, out);
}

// ---- Objects ----

// Makes m := …; for … { m = &node{val: i, next: m} }: hundreds of objects that are alive. Often
// drops them then, collects, and makes as many again, in their places. False where that takes too
// many steps.
bool Generator::make_list(Frame& frame, Statements& out) {
  const auto times = static_cast<int64_t>(
      fitting(static_cast<uint64_t>(size(20, 60, kMostListed)), 2 * kListSteps));
  if (times == 0) return false;
  Variable* list = add_local(kNodePointerType, first_value(kNodePointerType), frame, out);
  const Field field = random_.pick({Field::kNext, Field::kPeer});
  const auto fill_list = [&] {
    Variable* counter = new_counter(frame);
    const std::array fields = {Field::kVal, field};
    const std::array values = {read(*counter), read(*list)};
    Statement* step = builder_.assign(read(*list), builder_.node(fields, values));
    steps_ += repeats_ * kListSteps * static_cast<uint64_t>(times);
    put_loop(counter, times, {step}, out);
  };
  fill_list();
  if (!random_.chance(percent::kListAgain)) return true;
  emit(builder_.assign(read(*list), first_value(kNodePointerType)), out);
  collect(frame, out);
  fill_list();
  return true;
}

// Makes c := make(chan int, 1024); for … { c = make(chan int, 1024) }, so often that a collection
// begins by itself. False where that takes too many steps.
bool Generator::make_garbage(Frame& frame, Statements& out) {
  const auto times = static_cast<int64_t>(kLeastGarbage + random_.between(0, kLeastGarbage));
  if (!fits_steps(kGarbageSteps * static_cast<uint64_t>(times))) return false;
  const Type type = random_.chance(percent::kIntChannel) ? kIntChannelType : kNodeChannelType;
  const auto largest = [&] { return builder_.make(type, kMaxChannelCapacity); };
  Variable* channel = add_local(type, largest(), frame, out);
  steps_ += repeats_ * kGarbageSteps * static_cast<uint64_t>(times);
  put_loop(new_counter(frame), times, {builder_.assign(read(*channel), largest())}, out);
  return true;
}

// ---- What literals in loops capture ----

// Makes var e any; for … { func() { defer func() { e = recover() }(); …; panic(1) }(); … }, and
// traces the code of e in each round and at the end. So what was recovered is kept outside of the
// function that recovered it, in a box if there is a loop, while other things happen.
bool Generator::keep_recovered(Frame& frame, Statements& out) {
  const auto times = static_cast<int64_t>(
      fitting(static_cast<uint64_t>(size(1, 3, kMostRecovered)), kRecoveredSteps));
  if (times == 0 || frame.literals > 2 || frame.scope.blocks >= kMaxBlocks) return false;
  Variable* kept = add_local({TypeKind::kAny}, nullptr, frame, out);
  const auto keeps = [&](Frame& /*inside*/, Statements& body) {
    emit(builder_.assign(read(*kept), builder_.builtin(Builtin::kRecover)), body);
  };
  const auto panics = [&](Frame& inside, Statements& body) {
    emit(builder_.defer(builder_.call(literal_with(inside, keeps))), body);
    if (random_.chance(percent::kEven)) piece(inside, body);
    if (random_.chance(percent::kEven)) {
      panic(inside, body);
    } else {
      fault(inside, body);
    }
  };
  const auto show = [&](Statements& body) {
    Expression* code = builder_.builtin(Builtin::kCode, read(*kept));
    emit(builder_.expression(builder_.builtin(Builtin::kTrace, code)), body);
  };
  const auto round = [&](Frame& inside, Statements& body) {
    emit(builder_.expression(builder_.call(literal_with(inside, panics))), body);
    disturb(inside, body);
    if (random_.chance(percent::kEven)) collect(inside, body);
    show(body);
  };
  if (random_.chance(percent::kEven)) {
    in_loop(frame, times, round, out);
  } else {
    round(frame, out);
  }
  collect(frame, out);
  show(out);
  if (random_.chance(percent::kPanicKept)) {
    Expression* raises = builder_.builtin(Builtin::kPanic, read(*kept));
    Expression* when = builder_.binary(Operation::kNotEqual, read(*kept), builder_.nil());
    emit(builder_.conditional(when, builder_.block({builder_.expression(raises)})), out);
  }
  return true;
}

// Makes for … { defer func() { r = … }() }, or a call, where r is the function's named result.
bool Generator::change_result(Frame& frame, Statements& out) {
  const Variable* result = frame.scope.function->result;
  if (result == nullptr || result->name.empty() || frame.literals > 2) return false;
  if (frame.scope.blocks >= kMaxBlocks) return false;
  const auto times =
      static_cast<int64_t>(fitting(static_cast<uint64_t>(size(1, 3, kMostLongRounds)), kCallSteps));
  if (times == 0) return false;
  const auto changes = [&](Frame& inside, Statements& body) {
    if (random_.chance(percent::kEven)) disturb(inside, body);
    fault_ = Fault::kNone;
    emit(builder_.assign(read(*result), escaping_expression(result->type, inside.scope)), body);
  };
  const auto round = [&](Frame& inside, Statements& body) {
    Expression* call = builder_.call(literal_with(inside, changes));
    const bool defers = random_.chance(percent::kChangeResultLate);
    emit(defers ? builder_.defer(call) : builder_.expression(call), body);
  };
  in_loop(frame, times, round, out);
  if (random_.chance(percent::kEven)) disturb(frame, out);
  return true;
}

// Makes func() { a = b; a[i] = …; b = a }(), deferred or not, in a loop or not: arrays that are
// captured are copied from one to the other as a whole.
bool Generator::copy_captured(Frame& frame, Statements& out) {
  if (frame.literals > 2 || frame.scope.blocks >= kMaxBlocks) return false;
  Variable* one = demand(array_type(frame), frame);
  if (one == nullptr || !can_assign(*one, frame.scope)) return false;
  if (!fits_frame(frame, one->type.length) || !fits_steps(uint64_t{one->type.length})) return false;
  Variable* other = add_local(one->type, nullptr, frame, out);
  const auto copies = [&](Frame& /*inside*/, Statements& body) {
    emit(builder_.assign(read(*one), read(*other)), body);
  };
  const auto both = [&](Frame& inside, Statements& body) {
    copies(inside, body);
    fault_ = Fault::kNone;
    put_store(*one, percent::kStoreByVariable, inside, body);
    if (random_.chance(percent::kEven)) disturb(inside, body);
    emit(builder_.assign(read(*other), read(*one)), body);
  };
  const auto round = [&](Frame& inside, Statements& body) {
    Expression* call = builder_.call(literal_with(inside, both));
    const bool defers = random_.chance(percent::kDeferInLoop);
    emit(defers ? builder_.defer(call) : builder_.expression(call), body);
  };
  if (random_.chance(percent::kEven)) {
    in_loop(frame, random_.between(1, 3), round, out);
  } else {
    round(frame, out);
  }
  fault_ = Fault::kNone;
  Expression* element = builder_.index(read(*other), builder_.literal(one->type.length - 1));
  emit(builder_.expression(builder_.builtin(Builtin::kTrace, element)), out);
  return true;
}

// Makes for … { func() { …; trace(y) }() }, deferred or not, where y is a parameter. A literal in a
// loop captures it, so the function moves it to the heap before its body does anything.
bool Generator::capture_parameter(Frame& frame, Statements& out) {
  std::vector<const Variable*> candidates;
  for (const Variable* one : frame.scope.function->parameters) {
    const bool may_be = one->type != kIntPointerType && one->type != kFuncType;
    if (may_be && can_name(*one, frame.scope)) candidates.push_back(one);
  }
  if (candidates.empty() || frame.literals > 2 || frame.scope.blocks >= kMaxBlocks) return false;
  const Variable& captured = *random_.pick(candidates);
  const auto times =
      static_cast<int64_t>(fitting(static_cast<uint64_t>(random_.between(1, 3)), kCallSteps));
  if (times == 0) return false;
  const auto reads = [&](Frame& inside, Statements& body) {
    if (random_.chance(percent::kEven)) disturb(inside, body);
    const bool is_int = captured.type == kIntType;
    Expression* value = read(captured);
    emit(is_int ? builder_.expression(builder_.builtin(Builtin::kTrace, value))
                : builder_.assign(nullptr, value),
         body);
  };
  const auto round = [&](Frame& inside, Statements& body) {
    Expression* call = builder_.call(literal_with(inside, reads));
    const bool defers = random_.chance(percent::kDeferInLoop);
    emit(defers ? builder_.defer(call) : builder_.expression(call), body);
  };
  in_loop(frame, times, round, out);
  return true;
}

// Makes for … { func(f func(), p *int, …) { … f() … }(func() { … }, &x, …) }: a closure of the heap
// is made while the other arguments wait.
bool Generator::call_in_loop(Frame& frame, Statements& out) {
  if (frame.literals > 2 || frame.scope.blocks >= kMaxBlocks) return false;
  const auto times =
      static_cast<int64_t>(fitting(static_cast<uint64_t>(size(2, 3, kMostLongRounds)), kCallSteps));
  if (times == 0) return false;
  const auto round = [&](Frame& inside, Statements& body) {
    auto* made = new_function();
    const std::array rest = {kIntPointerType, kNodePointerType, kIntType, kFuncType, array_type()};
    std::vector<Variable*> parameters = {parameter(fresh_name('y'), kFuncType, *made)};
    const uint64_t more = 1 + random_.below(3);
    for (uint64_t i = 0; i < more; ++i) {
      const Type type = i == 0 ? rest.at(random_.below(2)) : random_.pick(rest);
      parameters.push_back(parameter(fresh_name('y'), type, *made));
    }
    const Variable* called = parameters[0];
    std::swap(parameters[0], parameters[random_.below(parameters.size())]);
    made->parameters = arena_.copy(std::span<Variable* const>(parameters));
    std::vector<Expression*> values;
    fault_ = Fault::kNone;
    if (!arguments(*made, inside, values)) {
      trace(inside, body);
      return;
    }
    const auto calls = [&](Frame& callee, Statements& within) {
      if (random_.chance(percent::kEven)) piece(callee, within);
      Expression* when = builder_.binary(Operation::kNotEqual, read(*called), builder_.nil());
      Expression* call = builder_.call(read(*called));
      emit(builder_.conditional(when, builder_.block({builder_.expression(call)})), within);
      piece(callee, within);
    };
    Expression* call = builder_.call(literal_with(inside, calls, made), values);
    const bool defers = random_.chance(percent::kDeferInLoop);
    emit(defers ? builder_.defer(call) : builder_.expression(call), body);
  };
  in_loop(frame, times, round, out);
  return true;
}

}  // namespace stackquake
