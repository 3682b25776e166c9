// Values that live over calls and branches: what the profile `compiler` is for.
//
// An optimising compiler moves code. It sinks a load into the branch that uses the value, computes
// a comparison again after a call instead of keeping its result, keeps values in registers or in
// the frame, or joins branches into a conditional move. Whether that is right where a stack moves
// in between shows only when a value is made early, something happens, and the value is used late.

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "harness/generator/generator.h"
#include "harness/generator/percent.h"
#include "harness/generator/sizes.h"
#include "harness/generator/types.h"

namespace stackquake {
namespace {

// Words by which a stack grows between an early value and its use. The last ones outgrow any stack
// that a new goroutine of Go has.
constexpr auto kGrowths = {60, 500, 2000, 4096};

// An estimate of the steps for a link that is followed in a loop.
constexpr uint64_t kFollowSteps = 12;

// An estimate of the steps of a call of a func() that recovers and nothing else.
constexpr uint64_t kRecoverSteps = 4;

}  // namespace

// What happens between an early value and its use: mostly something that moves the stack.
void Generator::disturb(Frame& frame, Statements& out) {
  // A move, a growth, a call, any other piece, nothing.
  constexpr std::array<uint32_t, 5> kWeights = {34, 22, 24, 10, 10};
  fault_ = Fault::kNone;
  const int64_t usual = random_.pick(kGrowths);
  switch (random_.weighted(kWeights)) {
    case 0:
      move(frame, out);
      return;
    case 1:
      emit(builder_.expression(builder_.builtin(Builtin::kGrow, growth(usual))), out);
      return;
    case 2:
      if (!call_function(frame, out)) move(frame, out);
      return;
    case 3:
      piece(frame, out);
      return;
    default:
      return;
  }
}

// Takes a variable out of sight, because it may be nil where other pieces do not expect that.
void Generator::hide(const Variable& variable, Scope& scope) {
  std::erase(scope.variables, &variable);
}

// ---- Loads that come early ----

// A pointer that is nil on one way through the body, and not in sight. Null without a variable to
// point to.
Variable* Generator::doubtful_pointer(Type type, Frame& frame, Statements& out) {
  const bool is_node = type == kNodePointerType;
  Variable* target = is_node ? find(type, frame.scope) : find_target(kIntType, frame.scope);
  if (target == nullptr || !frame.scope.top_level) return nullptr;
  Variable* pointer = add_local(type, nullptr, frame, out);
  hide(*pointer, frame.scope);
  fault_ = Fault::kNone;
  Expression* when = condition(frame.scope);
  Expression* value = is_node ? read(*target) : builder_.address(read(*target));
  Statement* set = builder_.assign(read(*pointer), value);
  emit(builder_.conditional(when, builder_.block({set})), out);
  fault_ = Fault::kNone;
  return pointer;
}

// A load of one kind, or a division: *p, n.val, a[i], x / y or x % y, each by a variable. Null
// where there is none. `out` gets what a doubtful load needs.
Expression* Generator::load(Frame& frame, bool doubtful, Statements& out) {
  constexpr std::array<uint32_t, 4> kWeights = {34, 30, 18, 18};
  const Scope& scope = frame.scope;
  Variable* variable = nullptr;
  Variable* number = nullptr;
  switch (random_.weighted(kWeights)) {
    case 0:
      if (doubtful) variable = doubtful_pointer(kIntPointerType, frame, out);
      if (variable == nullptr) variable = find(kIntPointerType, scope);
      if (variable == nullptr || !may_fault(Fault::kDereference)) return nullptr;
      return builder_.dereference(read(*variable));
    case 1:
      if (doubtful) variable = doubtful_pointer(kNodePointerType, frame, out);
      if (variable == nullptr) variable = find(kNodePointerType, scope);
      if (variable == nullptr || !may_fault(Fault::kDereference)) return nullptr;
      return builder_.selector(read(*variable), Field::kVal);
    case 2:
      return element(scope);
    default:
      variable = find(kIntType, scope);
      number = find(kIntType, scope);
      if (number == nullptr || !may_fault(Fault::kDivide)) return nullptr;
      Expression* by = read(*number);
      if (!doubtful) by = builder_.binary(Operation::kOr, by, builder_.literal(1));
      const Operation operation = random_.pick({Operation::kDivide, Operation::kRemainder});
      return builder_.binary(operation, read(*variable), by);
  }
}

// Makes x := *p; …; if … { trace(x) }, for any load: it is needed on one branch only, but a fault
// comes on both.
bool Generator::load_early(Frame& frame, Statements& out) {
  if (frame.scope.blocks >= kMaxBlocks) return false;
  Statements made;
  const bool doubtful = random_.chance(mix().doubtful_load);
  if (doubtful && frame.scope.top_level && random_.chance(percent::kGuardedFault)) {
    emit(defer_plain_recover(), made);
  }
  Expression* value = load(frame, doubtful, made);
  if (value == nullptr) {
    out.insert(out.end(), made.begin(), made.end());
    return !made.empty();
  }
  Variable* early = frame.scope.top_level ? add_local(kIntType, value, frame, made)
                                          : find_target(kIntType, frame.scope);
  if (early == nullptr) return false;
  if (!frame.scope.top_level) emit(builder_.assign(read(*early), value), made);
  out.insert(out.end(), made.begin(), made.end());
  if (random_.chance(percent::kDisturbedLoad)) disturb(frame, out);
  use_on_a_branch(*early, frame, out);
  return true;
}

// A statement that reads an int: traces it, adds it to another one, assigns or returns it.
Statement* Generator::use(const Variable& value, Frame& frame) {
  const Variable* result = frame.scope.function->result;
  if (result != nullptr && result->type == kIntType && random_.chance(percent::kReturnEarlyValue)) {
    return builder_.return_value(read(value));
  }
  Variable* target = find_target(kIntType, frame.scope);
  if (target == nullptr || target == &value || random_.chance(percent::kEven)) {
    return builder_.expression(builder_.builtin(Builtin::kTrace, read(value)));
  }
  if (random_.chance(percent::kEven)) return builder_.assign(read(*target), read(value));
  return builder_.operate(read(*target), Operation::kAdd, read(value));
}

void Generator::use_on_a_branch(const Variable& value, Frame& frame, Statements& out) {
  fault_ = Fault::kNone;
  Expression* when = condition(frame.scope);
  const Block before = inner_block(frame, random_.below(2), false);
  Statements inner(before.statements.begin(), before.statements.end());
  emit(use(value, frame), inner);
  Statement* otherwise = nullptr;
  if (random_.chance(percent::kElse)) {
    otherwise = builder_.nested(inner_block(frame, 1, false));
  }
  emit(builder_.conditional(when, builder_.block(inner), otherwise), out);
}

// ---- Values of which a branch decides ----

// Makes y := a; if … { y = b }; …; trace(y). Outside of the top level y is a variable that exists.
// An int is mostly out of sight of other pieces: as long as nothing takes its address or captures
// it, a compiler may keep it in a register and choose between a and b without a branch.
bool Generator::merge(Frame& frame, Statements& out) {
  constexpr std::array<uint32_t, 3> kWeights = {70, 18, 12};
  constexpr std::array kTypes = {kIntType, kNodePointerType, kIntPointerType};
  Scope& scope = frame.scope;
  if (scope.blocks >= kMaxBlocks) return false;
  const Type type = scope.top_level ? kTypes.at(random_.weighted(kWeights)) : kIntType;
  Variable* first = find(type, scope);
  if (first == nullptr) return false;
  fault_ = Fault::kNone;
  const bool computes = type == kIntType && random_.chance(percent::kEven);
  Expression* before = computes ? integer(scope, 1) : read(*first);
  Variable* merged =
      scope.top_level ? add_local(type, before, frame, out) : find_target(type, scope);
  if (merged == nullptr) return false;
  if (type == kIntType && scope.top_level && random_.chance(percent::kHiddenMerge)) {
    hide(*merged, scope);
  }
  Statement* decides = type == kIntType ? choose_int(*merged, frame, out)
                                        : builder_.assign(read(*merged), read(*find(type, scope)));
  fault_ = Fault::kNone;
  Expression* when = random_.chance(mix().merge_by_pointers) ? pointer_comparison(scope) : nullptr;
  if (when == nullptr) when = condition(scope);
  Statement* otherwise = nullptr;
  if (type == kIntType && random_.chance(percent::kElse)) {
    fault_ = Fault::kNone;
    Statement* other = builder_.assign(read(*merged), integer(scope, 1));
    otherwise = builder_.nested(builder_.block({other}));
  }
  emit(builder_.conditional(when, builder_.block({decides}), otherwise), out);
  disturb(frame, out);
  Expression* value = read(*merged);
  if (type == kIntPointerType) value = builder_.dereference(value);
  if (type == kNodePointerType) value = builder_.selector(value, Field::kVal);
  emit(builder_.expression(builder_.builtin(Builtin::kTrace, value)), out);
  return true;
}

// The statement that changes an int on one branch: to a value that is computed before the branch,
// or on it.
Statement* Generator::choose_int(const Variable& merged, Frame& frame, Statements& out) {
  fault_ = Fault::kNone;
  if (frame.scope.top_level && random_.chance(percent::kEven)) {
    Variable* second = add_local(kIntType, binary(frame.scope, 2), frame, out);
    hide(*second, frame.scope);
    return builder_.assign(read(merged), read(*second));
  }
  if (random_.chance(percent::kEven)) {
    const Operation operation =
        random_.pick({Operation::kAdd, Operation::kXor, Operation::kSubtract});
    Expression* number = builder_.literal(random_.between(1, 9));
    return builder_.assign(read(merged), builder_.binary(operation, read(merged), number));
  }
  return builder_.assign(read(merged), integer(frame.scope, 1));
}

// Makes several ints that are alive while something happens: more than there are registers to spare
// for some, which are then in the frame. They are traced one by one, or added up.
bool Generator::keep_alive(Frame& frame, Statements& out) {
  const int64_t count = random_.between(2, 7);
  std::vector<Variable*> alive;
  for (int64_t i = 0; i < count; ++i) {
    fault_ = Fault::kNone;
    alive.push_back(add_local(kIntType, binary(frame.scope, 2), frame, out));
  }
  disturb(frame, out);
  if (random_.chance(percent::kEven)) {
    for (const Variable* one : alive) {
      emit(builder_.expression(builder_.builtin(Builtin::kTrace, read(*one))), out);
    }
    return true;
  }
  Expression* sum = read(*alive[0]);
  for (size_t i = 1; i < alive.size(); ++i) {
    const Operation operation =
        random_.pick({Operation::kAdd, Operation::kXor, Operation::kSubtract});
    sum = builder_.binary(operation, sum, read(*alive[i]));
  }
  emit(builder_.expression(builder_.builtin(Builtin::kTrace, sum)), out);
  return true;
}

// Makes x := least; y := -1; …; trace(x / y): numbers at the ends of their range are divided by
// each other, by variables and by literals. A processor has no quotient of the least number by -1.
bool Generator::divide_extremes(Frame& frame, Statements& out) {
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr int64_t kGreatest = std::numeric_limits<int64_t>::max();
  const int64_t dividend = random_.pick({kLeast, kLeast, kLeast + 1, kGreatest});
  const int64_t by = random_.pick({int64_t{-1}, int64_t{-1}, int64_t{1}, kLeast, kGreatest});
  const Variable* left = add_local(kIntType, builder_.literal(dividend), frame, out);
  const Variable* right = random_.chance(percent::kEven)
                              ? add_local(kIntType, builder_.literal(by), frame, out)
                              : nullptr;
  if (random_.chance(percent::kEven)) disturb(frame, out);
  for (const Operation operation : {Operation::kDivide, Operation::kRemainder}) {
    fault_ = right == nullptr ? Fault::kNone : Fault::kDivide;
    Expression* divisor = right == nullptr ? builder_.literal(by) : read(*right);
    Expression* value = builder_.binary(operation, read(*left), divisor);
    emit(builder_.expression(builder_.builtin(Builtin::kTrace, value)), out);
  }
  return true;
}

// ---- Nodes ----

// Declares two or three nodes that point to each other. Mostly nothing stores one of them into
// another object later, sends it, or passes it on to who does, so that they can stay on the stack.
bool Generator::link_nodes(Frame& frame, Statements& out) {
  if (random_.chance(long_tail_) && make_list(frame, out)) {
    if (random_.chance(percent::kEven)) make_garbage(frame, out);
    return true;
  }
  const bool stays = random_.chance(percent::kStaysOnStack);
  const uint64_t count = 2 + random_.below(2);
  std::vector<Variable*> made;
  for (uint64_t i = 0; i < count; ++i) {
    fault_ = Fault::kNone;
    std::array fields = {Field::kVal, Field::kNext, Field::kPeer};
    std::array<Expression*, 3> values = {integer(frame.scope, 1), nullptr, nullptr};
    size_t used = 1;
    if (i > 0) values.at(used++) = read(*made.back());
    if (i > 0 && random_.chance(percent::kEven)) values.at(used++) = read(*made.front());
    Expression* value = builder_.node(std::span(fields).first(used), std::span(values).first(used));
    made.push_back(add_local(kNodePointerType, value, frame, out));
    if (stays) on_stack_.push_back(made.back());
    if (i > 0) links_.push_back({made.at(i - 1), made.at(i)});
  }
  return true;
}

// Follows the links of a node, once or in a loop, and reads what is there. A link may be nil, so it
// is compared with nil first.
bool Generator::follow(Frame& frame, Statements& out) {
  Variable* base = find(kNodePointerType, frame.scope);
  if (base == nullptr || frame.scope.blocks >= kMaxBlocks) return false;
  if (random_.chance(percent::kEven)) {
    follow_once(*base, frame, out);
  } else {
    follow_in_loop(*base, frame, out);
  }
  return true;
}

// Makes m := n.next; if m == nil { m = n }; …; trace(m.val), or reads it in the other branch of
// if m != nil.
void Generator::follow_once(const Variable& base, Frame& frame, Statements& out) {
  const Field field = random_.chance(percent::kLinkByNext) ? Field::kNext : Field::kPeer;
  Expression* link = builder_.selector(read(base), field);
  Variable* next = add_local(kNodePointerType, link, frame, out);
  const auto read_value = [&] {
    return builder_.expression(
        builder_.builtin(Builtin::kTrace, builder_.selector(read(*next), Field::kVal)));
  };
  if (random_.chance(percent::kEven)) {
    Expression* when = builder_.binary(Operation::kEqual, read(*next), builder_.nil());
    Statement* set = builder_.assign(read(*next), read(base));
    emit(builder_.conditional(when, builder_.block({set})), out);
    disturb(frame, out);
    emit(read_value(), out);
    return;
  }
  hide(*next, frame.scope);
  disturb(frame, out);
  Expression* when = builder_.binary(Operation::kNotEqual, read(*next), builder_.nil());
  const Block before = inner_block(frame, random_.below(2), false);
  Statements inner(before.statements.begin(), before.statements.end());
  emit(read_value(), inner);
  emit(builder_.conditional(when, builder_.block(inner)), out);
}

// Makes m := n; for … { if m.next != nil { m = m.next }; … }; trace(m.val).
void Generator::follow_in_loop(const Variable& base, Frame& frame, Statements& out) {
  Variable* runner = add_local(kNodePointerType, read(base), frame, out);
  const auto times = static_cast<int64_t>(
      std::max<uint64_t>(fitting(static_cast<uint64_t>(size(2, 4, kMostListed)), kFollowSteps), 1));
  const Field field = random_.chance(percent::kLinkByNext) ? Field::kNext : Field::kPeer;
  const auto link = [&] { return builder_.selector(read(*runner), field); };
  Variable* counter = new_counter(frame);
  const uint64_t repeats = repeats_;
  repeats_ *= static_cast<uint64_t>(times);
  const Block rest = inner_block(frame, random_.below(2), true);
  Statement* step = builder_.assign(read(*runner), link());
  Expression* when = builder_.binary(Operation::kNotEqual, link(), builder_.nil());
  Statements body;
  emit(builder_.conditional(when, builder_.block({step})), body);
  body.insert(random_.chance(percent::kEven) ? body.end() : body.begin(), rest.statements.begin(),
              rest.statements.end());
  repeats_ = repeats;
  put_loop(counter, times, body, out);
  Expression* value = builder_.selector(read(*runner), Field::kVal);
  emit(builder_.expression(builder_.builtin(Builtin::kTrace, value)), out);
}

// ---- Faults in the middle ----

// defer func() { trace(code(recover())) }()
Statement* Generator::defer_plain_recover() {
  auto* made = new_function();
  Expression* code = builder_.builtin(Builtin::kCode, builder_.builtin(Builtin::kRecover));
  made->body = builder_.block({builder_.expression(builder_.builtin(Builtin::kTrace, code))});
  steps_ += repeats_ * kRecoverSteps;
  return builder_.defer(builder_.call(builder_.function_literal(made)));
}

// func() { defer func() { trace(code(recover())) }(); call }()
Statement* Generator::guarded(Expression* call) {
  auto* made = new_function();
  Statement* recovers = defer_plain_recover();
  made->body = builder_.block({recovers, builder_.expression(call)});
  return builder_.expression(builder_.call(builder_.function_literal(made)));
}

// The same with a deferred call behind the recover, which looks at the frames:
// func() { defer func() { …; trace(frames()) }(); defer func() { … recover … }(); call }()
Statement* Generator::watched(Expression* call, Frame& frame) {
  const auto body = [&](Frame& inside, Statements& out) {
    defer_watching(inside, out);
    emit(defer_plain_recover(), out);
    emit(builder_.expression(call), out);
  };
  return builder_.expression(builder_.call(literal_with(frame, body)));
}

// Makes if … { fault }, anywhere in a body; in place of the fault also another abnormal end.
bool Generator::fault_within(Frame& frame, Statements& out) {
  if (frame.scope.blocks >= kMaxBlocks) return false;
  const bool guard = frame.scope.loops == 0 && random_.chance(percent::kGuardedFault);
  if (guard) emit(defer_plain_recover(), out);
  fault_ = Fault::kNone;
  Expression* when = condition(frame.scope);
  const Block before = inner_block(frame, random_.below(2), false);
  Statements inner(before.statements.begin(), before.statements.end());
  // What it declares is nil, so nothing else is to see it.
  const std::vector<Variable*> visible = frame.scope.variables;
  const bool top_level = std::exchange(frame.scope.top_level, false);
  fault_ = Fault::kNone;
  constexpr std::array<uint32_t, 4> kWeights = {64, 12, 12, 12};
  switch (random_.weighted(kWeights)) {
    case 1:
      panic(frame, inner);
      break;
    case 2:
      exit_goroutine(frame, inner);
      break;
    case 3:
      if (call_nil(frame, inner)) break;
      [[fallthrough]];
    default:
      fault(frame, inner);
  }
  frame.scope.top_level = top_level;
  frame.scope.variables = visible;
  emit(builder_.conditional(when, builder_.block(inner)), out);
  return true;
}

}  // namespace stackquake
