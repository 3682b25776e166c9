#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "harness/generator/generator.h"
#include "harness/generator/percent.h"
#include "harness/generator/sizes.h"
#include "harness/generator/types.h"
#include "runtime_under_test/memory.h"

namespace stackquake {
namespace {

// How deep && and || nest.
constexpr uint32_t kMostConditions = 4;

// Whether it is the first parameter of a recursion. An assignment could make the recursion endless.
bool counts_down(const Variable& variable) {
  return variable.name == "n";
}

bool contains(const std::vector<const Variable*>& variables, const Variable& one) {
  return std::find(variables.begin(), variables.end(), &one) != variables.end();
}

template <typename Fits>
Variable* choose(const std::vector<Variable*>& variables, Random& random, Fits fits) {
  Variable* chosen = nullptr;
  uint64_t count = 0;
  for (Variable* variable : variables) {
    if (fits(*variable) && random.below(++count) == 0) chosen = variable;
  }
  return chosen;
}

}  // namespace

Expression* Generator::read(const Variable& variable) {
  return builder_.variable(variable);
}

// A variable of the type that may be read, or null. Never `done`: see Generator::channel. Where the
// value goes into the heap, not a node that is to stay on the stack.
Variable* Generator::find(Type type, const Scope& scope) {
  const bool escapes = escapes_ && type == kNodePointerType;
  Variable* found = choose(scope.variables, random_, [&](const Variable& variable) {
    return variable.type == type && variable.name != "done" && can_name(variable, scope) &&
           !(escapes && contains(on_stack_, variable));
  });
  if (escapes && found != nullptr) escaping_.push_back(found);
  return found;
}

// A variable of the type that may be assigned to, or null. The address of such an int may be taken.
Variable* Generator::find_target(Type type, const Scope& scope) {
  return choose(scope.variables, random_, [&](const Variable& variable) {
    return variable.type == type && !counts_down(variable) && can_assign(variable, scope);
  });
}

// A variable of the type. Without one, declares one at the start of the body; null when that is not
// possible.
Variable* Generator::demand(Type type, Frame& frame) {
  Variable* found = find(type, frame.scope);
  if (found != nullptr || frame.prologue == nullptr) return found;
  if (type.kind == TypeKind::kArray && !fits_frame(frame, type.length)) return nullptr;
  return add_local(type, first_value(type), frame, *frame.prologue);
}

// A first value that uses no variable; null for zero.
Expression* Generator::first_value(Type type) {
  switch (type.kind) {
    case TypeKind::kInt:
      return integer_literal();
    case TypeKind::kNodePointer: {
      const std::array fields = {Field::kVal};
      const std::array values = {integer_literal()};
      return builder_.node(fields, values);
    }
    case TypeKind::kIntChannel:
    case TypeKind::kNodeChannel:
      return builder_.make(type, random_.chance(percent::kUnbuffered) ? -1 : random_.between(1, 3));
    default:
      return nullptr;
  }
}

// Declares a variable. A null `value` stands for zero.
Variable* Generator::add_local(Type type, Expression* value, Frame& frame, Statements& out) {
  constexpr std::array<char, 11> kLetters = {'z', 'x', 'a', 'p', 'm', 'f', 'e', 'c', 'd', 'z', 'z'};
  Variable* local = builder_.make_variable(fresh_name(kLetters.at(static_cast<size_t>(type.kind))),
                                           type, VariableKind::kLocal);
  local->owner = frame.scope.function;
  const bool is_nil = value == nullptr || value->kind == ExpressionKind::kNil;
  emit(is_nil ? builder_.declare_long(local, value) : builder_.declare(local, value), out);
  frame.scope.variables.push_back(local);
  frame.locals.push_back(local);
  return local;
}

// Whether the current statement may contain this kind of fault, too. Notes that it does.
bool Generator::may_fault(Fault fault) {
  if (fault_ != Fault::kNone && fault_ != fault) return false;
  fault_ = fault;
  return true;
}

Expression* Generator::expression(Type type, const Scope& scope) {
  switch (type.kind) {
    case TypeKind::kInt:
      return random_.chance(percent::kLongExpression)
                 ? long_integer(scope, size(1, 1, kMostOperands))
                 : integer(scope, mix().expression_depth);
    case TypeKind::kIntPointer:
      return pointer(scope);
    case TypeKind::kNodePointer:
      return node(scope, 2);
    case TypeKind::kArray: {
      Variable* array = find(type, scope);
      return array == nullptr ? nullptr : read(*array);
    }
    default: {
      Variable* variable = find(type, scope);
      if (variable != nullptr) return read(*variable);
      return type.kind == TypeKind::kFunc || type.kind == TypeKind::kAny ? builder_.nil() : nullptr;
    }
  }
}

// An int of so many operands, which nest on the left, on the right, or on both sides.
Expression* Generator::long_integer(const Scope& scope, int64_t operands) {
  Expression* made = integer(scope, mix().expression_depth);
  for (; operands > 1; --operands) {
    Variable* variable = find(kIntType, scope);
    if (variable == nullptr) return made;
    const Operation operation = random_.pick(
        {Operation::kAdd, Operation::kSubtract, Operation::kXor, Operation::kMultiply});
    Expression* other = read(*variable);
    const bool left = random_.chance(percent::kEven);
    made = builder_.binary(operation, left ? made : other, left ? other : made);
  }
  return made;
}

// A value that goes into the heap.
Expression* Generator::escaping_expression(Type type, const Scope& scope) {
  escapes_ = true;
  Expression* value = expression(type, scope);
  escapes_ = false;
  return value;
}

// A number, mostly a small one. The others look like addresses in the heap or of stacks, for
// copiers and collectors that treat numbers as pointers. The first 512 words hold the objects, or
// the stack, of most nests.
Expression* Generator::integer_literal() {
  if (random_.chance(percent::kNegativeNumber)) return builder_.literal(random_.between(-9, -1));
  if (random_.chance(percent::kSmallNumber)) return builder_.literal(random_.between(0, 9));
  const auto near = random_.pick({runtime::kHeapBase, runtime::kStackBase});
  return builder_.literal(static_cast<int64_t>(near + random_.below(512) * 8));
}

Expression* Generator::integer(const Scope& scope, uint32_t depth) {
  // A literal, a variable, an element, *p, n.val, an operation; at depth 0 only the first two. A
  // variable weighs most, because a wrong copy shows in variables; *p next, because it shows there
  // at once.
  constexpr std::array<uint32_t, 6> kWeights = {22, 34, 8, 16, 10, 14};
  Variable* variable = nullptr;
  switch (random_.weighted(std::span(kWeights).first(depth == 0 ? 2 : kWeights.size()))) {
    case 0:
      break;
    case 1:
      variable = find(kIntType, scope);
      if (variable != nullptr) return read(*variable);
      break;
    case 2:
      if (Expression* made = element(scope)) return made;
      break;
    case 3:
      variable = find({TypeKind::kIntPointer}, scope);
      if (variable == nullptr || !may_fault(Fault::kDereference)) break;
      return builder_.dereference(read(*variable));
    case 4:
      variable = find({TypeKind::kNodePointer}, scope);
      if (variable == nullptr || !may_fault(Fault::kDereference)) break;
      return builder_.selector(read(*variable), Field::kVal);
    default:
      return binary(scope, depth);
  }
  return integer_literal();
}

// An element of a visible array, or null. The index is a literal, or the remainder of a counter, or
// another number of which most bits are cut off, so it is seldom out of range.
Expression* Generator::element(const Scope& scope) {
  Variable* array = choose(scope.variables, random_, [&](const Variable& variable) {
    return variable.type.kind == TypeKind::kArray && can_name(variable, scope);
  });
  if (array == nullptr) return nullptr;
  const int64_t length = array->type.length;
  Variable* counter = choose(scope.variables, random_, [&](const Variable& variable) {
    return variable.kind == VariableKind::kCounter && can_name(variable, scope);
  });
  Expression* index = nullptr;
  if (counter != nullptr && may_fault(Fault::kIndex)) {
    index = builder_.binary(Operation::kRemainder, read(*counter), builder_.literal(length));
  } else if (random_.chance(mix().variable_index)) {
    index = variable_index(length, scope);
  }
  if (index == nullptr) index = builder_.literal(random_.between(0, length - 1));
  return builder_.index(read(*array), index);
}

// An index by a variable, or null. It is mostly cut to the bits of a number below the length.
Expression* Generator::variable_index(int64_t length, const Scope& scope) {
  const Fault before = fault_;
  Variable* number = may_fault(Fault::kIndex) ? find(kIntType, scope) : nullptr;
  if (number == nullptr) {
    fault_ = before;
    return nullptr;
  }
  if (!random_.chance(percent::kSafeIndex)) return read(*number);
  const auto bits = static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(length))) - 1;
  return builder_.binary(Operation::kAnd, read(*number), builder_.literal(bits));
}

Expression* Generator::binary(const Scope& scope, uint32_t depth) {
  constexpr std::array kOperations = {
      Operation::kAdd,    Operation::kAdd,       Operation::kSubtract,  Operation::kMultiply,
      Operation::kDivide, Operation::kRemainder, Operation::kAnd,       Operation::kOr,
      Operation::kXor,    Operation::kShiftLeft, Operation::kShiftRight};
  Variable* variable = find(kIntType, scope);
  if (variable == nullptr) return integer_literal();
  const Operation operation = random_.pick(kOperations);
  const bool shifts = operation == Operation::kShiftLeft || operation == Operation::kShiftRight;
  Expression* left = read(*variable);
  if (random_.chance(percent::kLiteralLeft) && !shifts) return from_literal(operation, left);
  if (depth > 1) left = not_literal(left, scope);
  switch (operation) {
    case Operation::kDivide:
    case Operation::kRemainder:
      return builder_.binary(operation, left, divisor(scope));
    case Operation::kShiftLeft:
    case Operation::kShiftRight:
      return builder_.binary(operation, left, builder_.literal(random_.between(0, 63)));
    default:
      return builder_.binary(operation, left, integer(scope, depth - 1));
  }
}

// An operation with a literal on its left.
Expression* Generator::from_literal(Operation operation, Expression* right) {
  Expression* left = integer_literal();
  if (operation != Operation::kDivide && operation != Operation::kRemainder) {
    return builder_.binary(operation, left, right);
  }
  if (!may_fault(Fault::kDivide)) return right;
  right = builder_.binary(Operation::kOr, right, builder_.literal(1));
  return builder_.binary(operation, left, right);
}

// A literal, or a variable, mostly with a bit set, so that it is seldom 0.
Expression* Generator::divisor(const Scope& scope) {
  const Fault before = fault_;
  if (random_.chance(mix().variable_divisor) && may_fault(Fault::kDivide)) {
    Variable* number = find(kIntType, scope);
    if (number != nullptr && random_.chance(percent::kSafeDivisor)) {
      return builder_.binary(Operation::kOr, read(*number), builder_.literal(1));
    }
    if (number != nullptr) return read(*number);
    fault_ = before;
  }
  const bool minus = random_.chance(percent::kMinusOneDivisor);
  return builder_.literal(minus ? -1 : random_.between(1, 7));
}

// A *int: into this frame, into one further out, into an array or into a node; seldom nil.
Expression* Generator::pointer(const Scope& scope) {
  // &x, another *int, &a[i], &n.val, nil. The first two point into stacks, which copies move. A nil
  // would mostly fault where it is used.
  constexpr std::array<uint32_t, 5> kWeights = {38, 38, 12, 10, 2};
  Variable* variable = nullptr;
  const size_t choice = random_.weighted(kWeights);
  if (choice == 1) variable = find({TypeKind::kIntPointer}, scope);
  if (variable != nullptr) return read(*variable);
  if (choice == 2) {
    const Fault before = fault_;
    if (Expression* place = element(scope)) return builder_.address(place);
    fault_ = before;
  }
  if (choice == 3) variable = find({TypeKind::kNodePointer}, scope);
  if (variable != nullptr && may_fault(Fault::kDereference)) {
    return builder_.address(builder_.selector(read(*variable), Field::kVal));
  }
  if (choice == 4) return builder_.nil();
  variable = find_target(kIntType, scope);
  if (variable != nullptr) return builder_.address(read(*variable));
  variable = find({TypeKind::kIntPointer}, scope);
  return variable != nullptr ? read(*variable) : builder_.nil();
}

// A *node: a variable, or a new node, which may have a chain of new nodes behind it.
Expression* Generator::node(const Scope& scope, uint32_t depth) {
  Variable* variable =
      random_.chance(mix().known_node) ? find({TypeKind::kNodePointer}, scope) : nullptr;
  if (variable != nullptr) return read(*variable);
  if (random_.chance(percent::kNilNode)) return builder_.nil();
  std::array fields = {Field::kVal,
                       random_.chance(percent::kLinkByNext) ? Field::kNext : Field::kPeer};
  std::array values = {integer(scope, 1), static_cast<Expression*>(nullptr)};
  const bool linked = depth > 0 && random_.chance(percent::kChain);
  if (linked) values[1] = node(scope, depth - 1);
  const size_t count = linked ? 2 : 1;
  return builder_.node(std::span(fields).first(count), std::span(values).first(count));
}

// A comparison, or a pair with && or ||, which may have pairs as operands; with or without a !.
Expression* Generator::condition(const Scope& scope) {
  if (random_.chance(percent::kNegated)) return builder_.logical_not(comparison(scope));
  return random_.chance(percent::kSingleComparison) ? comparison(scope)
                                                    : pair_of_conditions(scope, kMostConditions);
}

Expression* Generator::pair_of_conditions(const Scope& scope, uint32_t depth) {
  const auto operand = [&]() -> Expression* {
    const bool nests = depth > 0 && random_.chance(percent::kNestedCondition);
    if (nests) return pair_of_conditions(scope, depth - 1);
    Expression* one = comparison(scope);
    return random_.chance(percent::kNegated) ? builder_.logical_not(one) : one;
  };
  const Operation operation = random_.pick({Operation::kLogicalAnd, Operation::kLogicalOr});
  Expression* left = operand();
  Expression* pair = builder_.binary(operation, left, operand());
  return random_.chance(percent::kNegatedPair) ? builder_.logical_not(pair) : pair;
}

Expression* Generator::comparison(const Scope& scope) {
  constexpr std::array kOrders = {Operation::kEqual,   Operation::kNotEqual,
                                  Operation::kLess,    Operation::kLessEqual,
                                  Operation::kGreater, Operation::kGreaterEqual};
  if (random_.chance(mix().pointer_comparison)) {
    if (Expression* made = pointer_comparison(scope)) return made;
  }
  if (random_.chance(percent::kNilComparison)) {
    Variable* variable = choose(scope.variables, random_, [&](const Variable& one) {
      return one.type.kind != TypeKind::kInt && one.type.kind != TypeKind::kArray &&
             can_name(one, scope);
    });
    if (variable != nullptr) return nil_comparison(*variable);
  }
  Variable* variable = find(kIntType, scope);
  if (variable == nullptr) {
    variable = find(kNodePointerType, scope);
    if (variable != nullptr)
      return builder_.binary(Operation::kNotEqual, read(*variable), builder_.nil());
    // No variable is visible, so the condition compares a new node and is always true.
    return builder_.binary(Operation::kNotEqual, first_value(kNodePointerType), builder_.nil());
  }
  const Operation order = random_.pick(kOrders);
  Expression* left = read(*variable);
  if (random_.chance(mix().constant_left)) {
    return builder_.binary(order, integer_literal(), not_literal(left, scope));
  }
  return builder_.binary(order, not_literal(left, scope), integer(scope, 1));
}

// Seldom an operation or a load in place of the variable; never a literal, because the other
// operand may be one.
Expression* Generator::not_literal(Expression* variable, const Scope& scope) {
  if (!random_.chance(percent::kOperationLeft)) return variable;
  Expression* made = integer(scope, 1);
  return made->kind == ExpressionKind::kLiteral ? variable : made;
}

Expression* Generator::nil_comparison(const Variable& variable) {
  const Operation operation = random_.pick({Operation::kEqual, Operation::kNotEqual});
  Expression* left = read(variable);
  if (variable.type == kNodePointerType && random_.chance(mix().pointer_comparison) &&
      may_fault(Fault::kDereference)) {
    left = builder_.selector(left, random_.pick({Field::kNext, Field::kPeer}));
  }
  Expression* right = builder_.nil();
  if (random_.chance(percent::kPointerLeft)) std::swap(left, right);
  return builder_.binary(operation, left, right);
}

// Compares two pointers to nodes or to ints, or null where there are none.
Expression* Generator::pointer_comparison(const Scope& scope) {
  const Fault before = fault_;
  if (random_.chance(mix().linked)) {
    if (Expression* made = linked_comparison(scope)) return made;
  }
  const Type type = random_.chance(percent::kComparedNodes) ? kNodePointerType : kIntPointerType;
  const bool loaded = random_.chance(mix().loaded_operand);
  Expression* left = pointer_operand(type, scope, loaded && random_.chance(percent::kBothLoaded));
  if (left == nullptr || left->kind == ExpressionKind::kNil) return nullptr;
  Expression* right = pointer_operand(type, scope, loaded);
  if (right != nullptr && right->kind == ExpressionKind::kVariable && right->name == left->name) {
    right = pointer_operand(type, scope, true);
  }
  if (right == nullptr) {
    fault_ = before;
    return nullptr;
  }
  const bool swapped = random_.chance(percent::kEven);
  const Operation operation = random_.pick({Operation::kEqual, Operation::kNotEqual});
  return builder_.binary(operation, swapped ? right : left, swapped ? left : right);
}

// Compares a node with the link to it. Null where there is none.
Expression* Generator::linked_comparison(const Scope& scope) {
  const Variable* node = find(kNodePointerType, scope);
  const Variable* next = node == nullptr ? nullptr : find_linked(*node, scope);
  if (next == nullptr || !may_fault(Fault::kDereference)) return nullptr;
  const bool is_link = std::any_of(links_.begin(), links_.end(), [&](const Link& link) {
    return link.next == next && link.node == node;
  });
  if (!is_link) std::swap(node, next);
  const Operation operation = random_.pick({Operation::kEqual, Operation::kNotEqual});
  return builder_.binary(operation, read(*next), builder_.selector(read(*node), Field::kNext));
}

// A visible variable whose node the one of `one` is linked to, or the other way round. Null where
// there is none.
Variable* Generator::find_linked(const Variable& one, const Scope& scope) {
  return choose(scope.variables, random_, [&](const Variable& variable) {
    return can_name(variable, scope) &&
           std::any_of(links_.begin(), links_.end(), [&](const Link& link) {
             return (link.next == &one && link.node == &variable) ||
                    (link.node == &one && link.next == &variable);
           });
  });
}

// A variable; or, if `loaded`, a field of one, or an address in the place of a *int, as nothing in
// memory is a *int. Null without a variable.
Expression* Generator::pointer_operand(Type type, const Scope& scope, bool loaded) {
  Variable* variable = find(type, scope);
  if (type == kIntPointerType && loaded) return pointer(scope);
  if (variable == nullptr) return nullptr;
  if (type == kIntPointerType || !loaded || !may_fault(Fault::kDereference)) return read(*variable);
  return builder_.selector(read(*variable),
                           random_.pick({Field::kNext, Field::kNext, Field::kPeer}));
}

}  // namespace stackquake
