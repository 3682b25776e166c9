// Loops: many of something, and what a loop makes anew in each round.
//
// What a literal in a loop captures lives in the heap, and so does the closure. Many objects, many
// goroutines or much garbage reach what a few do not: the second span of a size, lists with a
// middle, collections that begin by themselves.

#include <algorithm>
#include <array>
#include <utility>

#include "harness/generator/generator.h"
#include "harness/generator/percent.h"
#include "harness/generator/sizes.h"
#include "harness/generator/types.h"

namespace stackquake {
namespace {

// The body of a loop is one block deeper; see kMaxBlocks in pieces.cc.
constexpr uint32_t kMaxBlocksAroundLoops = 6;

// Estimates of the steps in a round: of a list, of a loop that makes channels of the largest size,
// of a panic with its recover, of a call with a literal, and of a select.
constexpr uint64_t kListSteps = 2;
constexpr uint64_t kGarbageSteps = 140;
constexpr uint64_t kRecoveredSteps = 90;
constexpr uint64_t kCallSteps = 40;
constexpr uint64_t kSelectSteps = 12;
constexpr uint64_t kYieldSteps = 4;

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
// evaluated each time round.
void Generator::put_bounded_loop(Variable* counter, int64_t times, const Statements& body,
                                 const Scope& scope, Statements& out) {
  constexpr int64_t kMask = 7;  // whatever the variable is, this bounds the rounds
  Variable* number = random_.chance(percent::kComputedBound) ? find(kIntType, scope) : nullptr;
  if (number == nullptr || times < kMask / 2) return put_loop(counter, times, body, out);
  const auto masked = [&] {
    return builder_.binary(Operation::kAnd, read(*number), builder_.literal(kMask));
  };
  const bool lower = random_.chance(percent::kEven);
  Expression* first = lower ? masked() : builder_.literal(random_.between(-2, 2));
  Expression* limit = lower ? builder_.literal(times) : masked();
  emit(builder_.loop(counter, first, limit, builder_.block(body)), out);
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
  if (times == 0 || frame.literals > 2 || frame.scope.blocks > kMaxBlocksAroundLoops) return false;
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
  if (frame.scope.blocks > kMaxBlocksAroundLoops) return false;
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
  if (frame.literals > 2 || frame.scope.blocks > kMaxBlocksAroundLoops) return false;
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

// Makes for … { func(f func(), p *int, …) { … f() … }(func() { … }, &x, …) }: a closure of the heap
// is made while the other arguments wait.
bool Generator::call_in_loop(Frame& frame, Statements& out) {
  if (frame.literals > 2 || frame.scope.blocks > kMaxBlocksAroundLoops) return false;
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

// ---- Goroutines ----

// Starts goroutines in a loop, up to as many as a run may have.
bool Generator::start_many(Frame& frame, Statements& out) {
  return put_starts(size(2, 4, kMostGoroutines), frame, out);
}

// Starts at most so many.
bool Generator::put_starts(int64_t most, Frame& frame, Statements& out) {
  if (frame.role == Role::kDeferred || frame.scope.blocks > kMaxBlocksAroundLoops) return false;
  uint64_t steps = most_steps_;
  for (const Known& callee : known_) {
    if (callee.role == Role::kGoroutine) steps = std::min(steps, callee.steps);
  }
  const auto times = static_cast<int64_t>(fitting(static_cast<uint64_t>(most), steps));
  if (times == 0) return false;
  const auto round = [&](Frame& inside, Statements& body) {
    if (!start_goroutine(inside, body)) yield(inside, body);
  };
  in_loop(frame, times, round, out);
  return true;
}

// A function for a goroutine that waits again and again for any of two channels, which others use
// in the same way: see contend.
Function* Generator::contending_function(bool sends) {
  Function* made = declare_named('g', Role::kGoroutine);
  std::array<Variable*, 3> all = {};
  for (size_t i = 0; i < 2; ++i) {
    all.at(i) = parameter(fresh_name('y'), kIntChannelType, *made);
  }
  all[2] = parameter("done", kIntChannelType, *made);
  made->parameters = arena_.copy(std::span<Variable* const>(all));
  Scope scope = scope_in(*made);
  Frame frame{scope, Role::kGoroutine};
  Statements prologue;
  Statements body;
  Statements ending;
  frame.prologue = &prologue;
  open_body(frame, body);
  const auto times = static_cast<int64_t>(
      fitting(static_cast<uint64_t>(size(1, 4, kMostLongRounds)), kSelectSteps));
  const auto round = [&](Frame& inside, Statements& out) {
    // A select on both, one operation, anything else.
    constexpr std::array<uint32_t, 3> kWeights = {64, 22, 14};
    const size_t way = random_.weighted(kWeights);
    const std::span<Variable* const> both = std::span(all).first(2);
    if (way == 0) return select_any(both, sends, inside, out);
    if (way == 1) return put_operation(*random_.pick(both), sends, inside, out);
    if (!select(inside, out)) yield(inside, out);
  };
  if (times > 0) in_loop(frame, times, round, body);
  if (random_.chance(percent::kEven)) piece(frame, body);
  put_ending(choose_ending(Role::kGoroutine, false), frame, ending);
  close_body(frame, prologue, body, ending);
  return made;
}

// One send or receive.
void Generator::put_operation(const Variable& channel, bool sends, Frame& frame, Statements& out) {
  fault_ = Fault::kNone;
  if (sends) {
    emit(builder_.send(read(channel), integer(frame.scope, 1)), out);
    return;
  }
  Expression* value = builder_.receive(read(channel));
  emit(
      random_.chance(percent::kEven) ? builder_.expression(value) : builder_.assign(nullptr, value),
      out);
}

// A select that waits for any of the channels, in one direction.
void Generator::select_any(std::span<Variable* const> channels, bool sends, Frame& frame,
                           Statements& out) {
  std::array<SelectCase, 2> cases = {};
  for (size_t i = 0; i < cases.size(); ++i) {
    fault_ = Fault::kNone;
    Expression* of = read(*channels[i]);
    if (sends) {
      Expression* value = integer(frame.scope, 1);
      cases.at(i) = builder_.send_case(of, value, inner_block(frame, random_.below(2), false));
    } else {
      Variable* target = find_target(kIntType, frame.scope);
      Expression* into = target == nullptr ? nullptr : read(*target);
      cases.at(i) = builder_.receive_case(into, of, inner_block(frame, random_.below(2), false));
    }
  }
  if (random_.chance(percent::kEven)) std::swap(cases[0], cases[1]);
  emit(builder_.select(cases), out);
}

// Starts several goroutines that wait for the same two channels, lets them wait, and then serves
// both channels at once, a few times. So queues get long, and who is woken because there is an
// element, or room for one, finds both ready, or that somebody else was faster.
bool Generator::contend(Frame& frame, Statements& out) {
  if (frame.role != Role::kMain || frame.prologue == nullptr || !frame.scope.top_level)
    return false;
  const Known* chosen = nullptr;
  for (Known& one : known_) {
    if (!one.contends || (chosen != nullptr && random_.chance(percent::kEven))) continue;
    one.called = true;
    chosen = &one;
  }
  const auto count = static_cast<uint64_t>(size(2, 5, kMostContending));
  if (chosen == nullptr || !fits_steps(chosen->steps * count)) return false;
  const Known callee = *chosen;
  declare_done(frame);
  std::array<Variable*, 2> channels = {};
  for (Variable*& channel : channels) {
    const bool buffered = random_.chance(percent::kBufferedContention);
    const int64_t capacity = buffered ? size(1, 2, kMaxChannelCapacity) : -1;
    channel = add_local(kIntChannelType, builder_.make(kIntChannelType, capacity), frame, out);
  }
  const auto start = [&](Frame& inside, Statements& body) {
    const size_t first = random_.below(2);
    const std::array values = {read(*channels.at(first)), read(*channels.at(1 - first)),
                               builder_.name("done")};
    emit(builder_.go(builder_.call(callee.function->name, values)), body);
    if (random_.chance(percent::kEven)) yield(inside, body);
  };
  if (count > 5) {
    in_loop(frame, static_cast<int64_t>(count), start, out);
  } else {
    for (uint64_t i = 0; i < count; ++i) start(frame, out);
  }
  yield(frame, out);
  steps_ += count * callee.steps;
  started_ += static_cast<uint32_t>(count);
  const uint64_t bursts = 1 + random_.below(3);
  for (uint64_t i = 0; i < bursts; ++i) {
    const uint64_t operations = 2 + random_.below(3);
    for (uint64_t j = 0; j < operations; ++j) {
      put_operation(*channels.at((i + j) % 2), !callee.sends, frame, out);
    }
    if (random_.chance(percent::kEven)) piece(frame, out);
    yield(frame, out);
  }
  return true;
}

// Yields often. With other goroutines that do so, the queue of those that may run is never empty.
bool Generator::yield_often(Frame& frame, Statements& out) {
  if (frame.scope.blocks > kMaxBlocksAroundLoops) return false;
  put_yields(size(2, 4, kMostYields), frame, out);
  return true;
}

void Generator::put_yields(int64_t most, Frame& frame, Statements& out) {
  const auto times = static_cast<int64_t>(fitting(static_cast<uint64_t>(most), kYieldSteps));
  if (times == 0) return;
  in_loop(
      frame, times, [this](Frame& inside, Statements& body) { yield(inside, body); }, out);
}

}  // namespace stackquake
