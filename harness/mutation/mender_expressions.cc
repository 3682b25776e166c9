#include "harness/mutation/mender.h"
#include "harness/mutation/types.h"

namespace stackquake {
namespace {

constexpr Type kPointerType{TypeKind::kIntPointer};
constexpr Type kNodeType{TypeKind::kNodePointer};

bool is_shift(Operation operation) {
  return operation == Operation::kShiftLeft || operation == Operation::kShiftRight;
}

bool is_division(Operation operation) {
  return operation == Operation::kDivide || operation == Operation::kRemainder;
}

bool is_any_or_func(Type type) {
  return type.kind == TypeKind::kAny || type.kind == TypeKind::kFunc;
}

}  // namespace

// Whether the statement may contain this kind of fault, too. Notes that it does.
bool Mender::fault(Fault fault) {
  if (fault_ != Fault::kNone && fault_ != fault) return false;
  fault_ = fault;
  return true;
}

// Mends the whole right side of a declaration, an assignment or a return.
Type Mender::right_side(Expression*& value, Type type) {
  const Type before = type.kind != TypeKind::kNone ? type : value->type;
  switch (value->kind) {
    case ExpressionKind::kCall:
    case ExpressionKind::kBuiltinCall:
      if (any_call(*value, type, CallUse::kNow) && is_value(value->type)) return value->type;
      break;
    case ExpressionKind::kReceive: {
      const bool carried = type.kind == TypeKind::kNone || type.kind == TypeKind::kInt ||
                           type.kind == TypeKind::kNodePointer;
      if (!carried) break;
      value->type = element_type(channel(*value->left, type));
      return value->type;
    }
    case ExpressionKind::kMake:
      if (type.kind == TypeKind::kNone || type == value->type) return value->type;
      break;
    case ExpressionKind::kFunctionLiteral:
      if (type.kind != TypeKind::kNone && type.kind != TypeKind::kFunc) break;
      function_value(*value);
      return value->type;
    default:
      return operand(value, type);
  }
  value = substitute(is_value(before) ? before : kIntType);
  return value->type;
}

// Mends any expression except a call, a receive or a function literal.
Type Mender::operand(Expression*& slot, Type type) {
  const Type found = place_or_operation(slot, type);
  if (type.kind == TypeKind::kNone || found == type) return found;
  if (found.kind == TypeKind::kNil && has_nil(type)) {
    slot->type = type;
    return type;
  }
  slot = substitute(type);
  return slot->type;
}

// Mends the expression without changing its kind. Returns kNone when that is impossible here.
Type Mender::place_or_operation(Expression*& slot, Type type) {
  Expression& expression = *slot;
  switch (expression.kind) {
    case ExpressionKind::kLiteral:
      return kIntType;
    case ExpressionKind::kNil:
      return {TypeKind::kNil};
    case ExpressionKind::kVariable:
      return name(expression, type, Role::kRead);
    case ExpressionKind::kIndex:
      return index(expression);
    case ExpressionKind::kDereference:
      if (!fault(Fault::kDereference)) return {};
      name(*expression.left, kPointerType, Role::kRead);
      return kIntType;
    case ExpressionKind::kSelector:
      return selector(slot, type);
    case ExpressionKind::kAddress:
      return address(slot);
    case ExpressionKind::kNode:
      node(expression);
      return kNodeType;
    case ExpressionKind::kBinary:
      return binary(expression);
    case ExpressionKind::kNot:
      condition(expression.left);
      return {TypeKind::kCondition};
    default:
      if (type.kind == TypeKind::kNone) slot = substitute(kIntType);
      return type.kind == TypeKind::kNone ? kIntType : Type{};
  }
}

// Mends a condition. An expression that is none becomes one.
void Mender::condition(Expression*& slot) {
  if (operand(slot, {}).kind == TypeKind::kCondition) return;
  auto* comparison = arena_.make<Expression>();
  comparison->kind = ExpressionKind::kBinary;
  comparison->operation = Operation::kLess;
  comparison->left = substitute_variable(kIntType);
  comparison->right = literal_node(2);
  slot = comparison;
}

Type Mender::index(Expression& expression) {
  Expression& array = *expression.left;
  if (name(array, {}, Role::kRead).kind != TypeKind::kArray) return {};
  // What cannot stay is replaced before it is mended, because a variable in it would pass for used.
  if (!is_literal(*expression.right) && !fault(Fault::kIndex)) expression.right = literal_node(0);
  operand(expression.right, kIntType);
  if (!is_literal(*expression.right)) return kIntType;
  int64_t& value = expression.right->value;
  if (value < 0 || value >= array.type.length) {
    value = static_cast<int64_t>(static_cast<uint64_t>(value) % array.type.length);
  }
  return kIntType;
}

Type Mender::selector(Expression*& slot, Type type) {
  Expression& expression = *slot;
  if (!fault(Fault::kDereference)) return {};
  name(*expression.left, kNodeType, Role::kRead);
  if (type.kind == TypeKind::kInt) expression.field = Field::kVal;
  if (type.kind == TypeKind::kNodePointer && expression.field == Field::kVal) {
    expression.field = Field::kNext;
  }
  return expression.field == Field::kVal ? kIntType : kNodeType;
}

Type Mender::address(Expression*& slot) {
  Expression& place = *slot->left;
  Type type;
  if (place.kind == ExpressionKind::kVariable) {
    type = name(place, kIntType, Role::kAddress);
  } else if (place.kind == ExpressionKind::kIndex) {
    type = index(place);
  } else if (place.kind == ExpressionKind::kSelector) {
    type = selector(slot->left, kIntType);
  }
  if (type.kind == TypeKind::kInt) return kPointerType;
  slot = substitute(kPointerType);
  return kPointerType;
}

void Mender::node(Expression& expression) {
  for (size_t i = 0; i < expression.arguments.size(); ++i) {
    operand(expression.arguments[i], expression.fields[i] == Field::kVal ? kIntType : kNodeType);
  }
}

Type Mender::binary(Expression& expression) {
  if (expression.operation >= Operation::kLogicalAnd) {
    condition(expression.left);
    condition(expression.right);
    return {TypeKind::kCondition};
  }
  if (expression.operation >= Operation::kEqual) {
    comparison(expression);
    return {TypeKind::kCondition};
  }
  arithmetic(expression);
  return kIntType;
}

void Mender::arithmetic(Expression& expression) {
  operand(expression.left, kIntType);
  // As in index(): replaced before a variable in it passes for used.
  if (is_shift(expression.operation) && !is_literal(*expression.right)) {
    expression.right = literal_node(1);
  }
  operand(expression.right, kIntType);
  const bool by_literal = is_literal(*expression.right);
  const int64_t value = by_literal ? expression.right->value : -1;
  if (is_shift(expression.operation) && (value < 0 || value > 63)) {
    expression.right = literal_node(1);
  } else if (is_division(expression.operation) && value == 0) {
    expression.right = literal_node(2);
  } else if (is_division(expression.operation) && !by_literal && !fault(Fault::kDivide)) {
    expression.operation = Operation::kAdd;
  }
  if (is_literal(*expression.left) && is_literal(*expression.right)) {
    expression.left = substitute_variable(kIntType);
  }
}

void Mender::comparison(Expression& expression) {
  const bool nil_first = expression.left->kind == ExpressionKind::kNil;
  Expression*& first = nil_first ? expression.right : expression.left;
  Expression*& second = nil_first ? expression.left : expression.right;
  const Type type = operand(first, {});
  if (type.kind == TypeKind::kInt) {
    operand(second, kIntType);
    if (is_literal(*first) && is_literal(*second)) first = substitute_variable(kIntType);
    return;
  }
  if (!has_nil(type)) {
    first = substitute_variable(kIntType);
    operand(second, kIntType);
    return;
  }
  if (expression.operation >= Operation::kLess) expression.operation = Operation::kNotEqual;
  if (is_any_or_func(type) && second->kind != ExpressionKind::kNil) {
    second = arena_.make<Expression>();
  }
  operand(second, type);
}

// Mends a literal that is used as a value.
void Mender::function_value(Expression& literal) {
  literal.type = {TypeKind::kFunc};
  literal_body(*literal.function);
}

// Mends the body. Its statements do not belong to the statement that the literal stands in.
void Mender::literal_body(Function& function) {
  const Fault fault = fault_;
  this->function(function);
  fault_ = fault;
}

}  // namespace stackquake
