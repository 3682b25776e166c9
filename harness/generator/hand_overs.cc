// Goroutines whose behaviour no schedule decides.
//
// A nest that behaves in many ways is compared with nothing. In a nest of this kind, main makes
// each channel for one goroutine, and both use it in an order that is fixed when the goroutine's
// function is made: a list of hand-overs. Each channel has one sender and one receiver, so what a
// goroutine sees depends on nothing but what is sent. No object has two owners: only new objects
// are sent.
//
// Both sides do the hand-overs of a list in its order, and goroutines have nothing to do with each
// other, so nobody waits in vain. All the rest of main stands in literals that recover, because a
// crash ends the other goroutines somewhere. In the end main waits for their reports. A goroutine
// reports in its first deferred call, which also recovers.

#include <array>
#include <utility>

#include "harness/generator/generator.h"
#include "harness/generator/percent.h"
#include "harness/generator/sizes.h"
#include "harness/generator/types.h"

namespace stackquake {
namespace {

constexpr uint64_t kMostHandOvers = 3;

// Parameters of a goroutine's function beside its channels. Go passes the first nine words in
// registers.
constexpr int64_t kFewParameters = 2;

}  // namespace

// ---- The goroutine's side ----

// Makes func g(channels, …, done chan int), with its list of hand-overs.
Function* Generator::hand_over_function(std::vector<HandOver>& list) {
  Function* made = declare_named('g', Role::kGoroutine);
  std::vector<Variable*> all;
  const uint64_t channels = 1 + random_.below(2);
  const auto add = [&](std::string_view name, Type type) {
    all.push_back(parameter(name, type, *made));
  };
  for (uint64_t i = 0; i < channels; ++i) {
    add(fresh_name('y'), random_.chance(percent::kIntChannel) ? kIntChannelType : kNodeChannelType);
  }
  const int64_t others = size(0, kFewParameters, kMostGoParameters - 4);
  for (int64_t i = 0; i < others; ++i) {
    add(fresh_name('y'), random_.chance(percent::kEven) ? kIntType : kNodePointerType);
  }
  add("done", kIntChannelType);
  made->parameters = arena_.copy(std::span<Variable* const>(all));
  list = hand_overs_on(*made, channels);

  Scope scope = scope_in(*made);
  Frame frame{scope, Role::kGoroutine};
  Statements prologue;
  Statements body;
  Statements ending;
  frame.prologue = &prologue;
  for (uint64_t i = 0; i < channels; ++i) hide(*all[i], scope);
  report_at_end(body);
  for (const HandOver& one : list) {
    if (random_.chance(percent::kPieceBetween)) between(frame, body);
    hand_over(*all[one.parameter], one, one.goroutine_sends, frame, body);
  }
  put_ending(choose_ending(Role::kGoroutine, false), frame, ending);
  close_body(frame, prologue, body, ending);
  return made;
}

std::vector<Generator::HandOver> Generator::hand_overs_on(const Function& function,
                                                          size_t channels) {
  std::vector<HandOver> list(1 + random_.below(kMostHandOvers));
  const uint64_t first_sender = random_.below(2);  // each second channel goes the other way
  for (HandOver& one : list) {
    one.parameter = random_.below(channels);
    one.goroutine_sends = (one.parameter + first_sender) % 2 == 1;
  }
  // A receive from a closed channel gives zero, which for a node is nil. So only channels of ints
  // are closed, by who sends last; nothing may be sent later.
  HandOver& last = list.back();
  const bool of_ints = function.parameters[last.parameter]->type == kIntChannelType;
  last.closes = of_ints && random_.chance(percent::kCloseInsteadOfSend);
  return list;
}

// defer func() { trace(code(recover())); done <- 1 }()
void Generator::report_at_end(Statements& out) {
  auto* report = new_function();
  Expression* code = builder_.builtin(Builtin::kCode, builder_.builtin(Builtin::kRecover));
  report->body = builder_.block({builder_.expression(builder_.builtin(Builtin::kTrace, code)),
                                 builder_.send(builder_.name("done"), builder_.literal(1))});
  emit(builder_.defer(builder_.call(builder_.function_literal(report))), out);
}

// ---- main's side ----

// Makes channels for a goroutine, and go g(…).
void Generator::start_handing_over(Known& callee, Frame& frame, Statements& out) {
  Session session{callee.hand_overs, {}, 0};
  declare_done(frame);
  std::vector<Expression*> values;
  for (const Variable* parameter : callee.function->parameters) {
    const Type type = parameter->type;
    if (parameter->name == "done") {
      values.push_back(builder_.name("done"));
    } else if (type == kIntChannelType || type == kNodeChannelType) {
      Variable* channel = add_local(type, first_value(type), frame, out);
      hide(*channel, frame.scope);
      session.channels.push_back(channel);
      values.push_back(read(*channel));
    } else {
      values.push_back(type == kIntType ? integer(frame.scope, 1) : new_node(frame.scope));
    }
  }
  callee.called = true;
  steps_ += callee.steps;
  ++started_;
  emit(builder_.go(builder_.call(callee.function->name, values)), out);
  sessions_.push_back(std::move(session));
}

// Does the next hand-over with one of the goroutines. False when none is left.
bool Generator::continue_handing_over(Frame& frame, Statements& out) {
  std::vector<Session*> open;
  for (Session& session : sessions_) {
    if (session.done < session.list.size()) open.push_back(&session);
  }
  if (open.empty()) return false;
  Session& session = *random_.pick(open);
  const HandOver& one = session.list[session.done++];
  hand_over(*session.channels[one.parameter], one, !one.goroutine_sends, frame, out);
  return true;
}

// ---- Both ----

// Pieces that have nothing to do with the other goroutines, in a literal that recovers.
void Generator::between(Frame& frame, Statements& out) {
  if (!has_room()) return;
  emit(builder_.expression(builder_.call(literal_with(frame,
                                                      [&](Frame& inside, Statements& body) {
                                                        emit(defer_plain_recover(), body);
                                                        const uint64_t pieces =
                                                            1 + random_.below(2);
                                                        for (uint64_t i = 0; i < pieces; ++i)
                                                          piece(inside, body);
                                                      }))),
       out);
}

// Sends, receives or closes: by itself, in a select with a channel that nobody else has, in a
// literal, or in a deferred literal while a panic is under way.
void Generator::hand_over(const Variable& channel, const HandOver& one, bool sends, Frame& frame,
                          Statements& out) {
  constexpr std::array<uint32_t, 4> kWeights = {52, 14, 12, 22};
  const auto plain = [&](Frame& inside, Statements& body) {
    communicate(channel, one, sends, inside, body);
  };
  switch (has_room() ? random_.weighted(kWeights) : 0) {
    case 1:
      if (!one.closes) return select_from_two(channel, sends, frame, out);
      break;
    case 2:
      emit(builder_.expression(builder_.call(literal_with(frame, plain))), out);
      return;
    case 3:
      return hand_over_in_panic(plain, frame, out);
    default:
      break;
  }
  plain(frame, out);
}

void Generator::communicate(const Variable& channel, const HandOver& one, bool sends, Frame& frame,
                            Statements& out) {
  fault_ = Fault::kNone;
  if (random_.chance(percent::kGrowBeforeWait)) grow_much(out);
  const bool of_ints = channel.type == kIntChannelType;
  if (sends && one.closes) {
    emit(builder_.expression(builder_.builtin(Builtin::kClose, read(channel))), out);
  } else if (sends) {
    Expression* value = of_ints ? integer(frame.scope, 2) : new_node(frame.scope);
    emit(builder_.send(read(channel), value), out);
  } else {
    add_local(of_ints ? kIntType : kNodePointerType, builder_.receive(read(channel)), frame, out);
  }
}

// Makes select { case c <- e: … case <-other: … }, where nothing comes on the other channel.
void Generator::select_from_two(const Variable& channel, bool sends, Frame& frame,
                                Statements& out) {
  Variable* other = add_local(kIntChannelType, first_value(kIntChannelType), frame, out);
  hide(*other, frame.scope);
  fault_ = Fault::kNone;
  const bool of_ints = channel.type == kIntChannelType;
  std::array<SelectCase, 2> cases = {};
  if (sends) {
    Expression* value = of_ints ? integer(frame.scope, 1) : new_node(frame.scope);
    cases[0] = builder_.send_case(read(channel), value, inner_block(frame, 1, false));
  } else {
    Variable* into = add_local(of_ints ? kIntType : kNodePointerType,
                               of_ints ? integer_literal() : new_node(frame.scope), frame, out);
    cases[0] = builder_.receive_case(read(*into), read(channel), inner_block(frame, 1, false));
  }
  cases[1] = builder_.receive_case(nullptr, read(*other), builder_.block({}));
  if (random_.chance(percent::kEven)) std::swap(cases[0], cases[1]);
  emit(builder_.select(cases), out);
}

// Makes func() { defer func() { …; recover … }(); …; panic(1) }(), with the hand-over in the
// deferred literal, before or after the recover.
void Generator::hand_over_in_panic(const Maker& communicates, Frame& frame, Statements& out) {
  const auto in_deferred = [&](Frame& inside, Statements& body) {
    const bool late = random_.chance(percent::kEven);
    if (late) recover(inside, body);
    communicates(inside, body);
    if (!late) recover(inside, body);
  };
  const auto whole = [&](Frame& inside, Statements& body) {
    emit(builder_.defer(builder_.call(literal_with(inside, in_deferred))), body);
    if (random_.chance(percent::kEven)) move(inside, body);
    panic(inside, body);
  };
  emit(builder_.expression(builder_.call(literal_with(frame, whole))), out);
}

// A literal with what `make` puts into its body: a new one without parameters, or the given one.
Expression* Generator::literal_with(Frame& outer, const Maker& make, Function* made) {
  if (made == nullptr) made = new_function();
  Scope scope = scope_inside(outer, *made);
  Frame frame{scope, Role::kOrdinary, outer.literals + 1};
  Statements prologue;
  Statements body;
  Statements ending;
  frame.prologue = &prologue;
  make(frame, body);
  close_body(frame, prologue, body, ending);
  return builder_.function_literal(made);
}

// A new node that is linked to no variable's.
Expression* Generator::new_node(const Scope& scope) {
  const std::array fields = {Field::kVal};
  const std::array values = {integer(scope, 1)};
  return builder_.node(fields, values);
}

}  // namespace stackquake
