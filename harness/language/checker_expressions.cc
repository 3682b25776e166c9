#include <string>

#include "harness/language/checker.h"
#include "harness/language/spelling.h"

namespace stackquake {
namespace {

bool is_literal(const Expression& expression) {
  return expression.kind == ExpressionKind::kLiteral;
}

bool is_call(const Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::kCall:
    case ExpressionKind::kBuiltinCall:
    case ExpressionKind::kMake:
    case ExpressionKind::kReceive:
      return true;
    default:
      return false;
  }
}

bool has_nil(Type type) {
  switch (type.kind) {
    case TypeKind::kNone:
    case TypeKind::kInt:
    case TypeKind::kArray:
    case TypeKind::kNil:
    case TypeKind::kCondition:
      return false;
    default:
      return true;
  }
}

}  // namespace

bool TreeChecker::fault(Fault fault, Position position) {
  if (fault_ != Fault::kNone && fault_ != fault) {
    return fail(position, {"a second kind of fault; a statement or condition has only one of "
                           "dereferences, variable indices, and variable divisors"});
  }
  fault_ = fault;
  return true;
}

// The whole right side of a declaration, an assignment to a plain variable or _, or a return.
bool TreeChecker::right_side(Expression& value, std::optional<Type> type) {
  switch (value.kind) {
    case ExpressionKind::kCall:
    case ExpressionKind::kBuiltinCall:
      if (!any_call(value, CallUse::kNow)) return false;
      break;
    case ExpressionKind::kReceive:
      if (!receive(value)) return false;
      break;
    case ExpressionKind::kMake:
      break;
    case ExpressionKind::kFunctionLiteral:
      if (!function_value(value)) return false;
      break;
    default:
      if (!operand(value)) return false;
      break;
  }
  if (value.type.kind == TypeKind::kNone) return fail(value.position, {"this call has no value"});
  if (value.type.kind == TypeKind::kCondition) {
    return fail(value.position,
                {"a condition is no value; it stands after if: keep 0 or 1 in an int"});
  }
  return !type || fits(value, *type);
}

// Whether a place of type `type` may hold the value. A nil gets that type.
bool TreeChecker::fits(Expression& value, Type type) {
  if (value.type == type) return true;
  if (value.kind == ExpressionKind::kNil && has_nil(type)) {
    value.type = type;
    return true;
  }
  return fail(value.position, {"expected ", spelling(type), ", found ", spelling(value.type)});
}

// An int expression without a call.
bool TreeChecker::integer(Expression& expression, std::string_view what) {
  if (!operand(expression)) return false;
  if (expression.type.kind == TypeKind::kInt) return true;
  return fail(expression.position, {what, " is an int, not ", spelling(expression.type)});
}

bool TreeChecker::condition(Expression& expression) {
  if (!operand(expression)) return false;
  if (expression.type.kind == TypeKind::kCondition) return true;
  return fail(expression.position,
              {"expected a comparison, &&, || or !, found ", spelling(expression.type),
               expression.type.kind == TypeKind::kInt ? "; write x != 0" : ""});
}

// Any expression except a call, a receive or a function literal.
bool TreeChecker::operand(Expression& expression) {
  if (depth_ >= kMaxNesting) return fail(expression.position, {"expressions nest at most 64 deep"});
  if (is_call(expression)) {
    return fail(
        expression.position,
        {"a call or a receive stands alone, or is the whole right side of a variable's declaration "
         "or assignment or of a return; keep its value in a variable"});
  }
  ++depth_;
  bool good = true;
  switch (expression.kind) {
    case ExpressionKind::kLiteral:
      expression.type = {TypeKind::kInt};
      break;
    case ExpressionKind::kNil:
      expression.type = {TypeKind::kNil};
      break;
    case ExpressionKind::kVariable:
      good = read(expression);
      break;
    case ExpressionKind::kIndex:
      good = index(expression);
      break;
    case ExpressionKind::kDereference:
      good = dereference(expression);
      break;
    case ExpressionKind::kSelector:
      good = selector(expression);
      break;
    case ExpressionKind::kAddress:
      good = address(expression);
      break;
    case ExpressionKind::kNode:
      good = node(expression);
      break;
    case ExpressionKind::kBinary:
      good = binary(expression);
      break;
    case ExpressionKind::kNot:
      good = negation(expression);
      break;
    default:
      good = fail(
          expression.position,
          {"a function literal is called, deferred, passed, or assigned to a func() variable"});
      break;
  }
  --depth_;
  return good;
}

// Checks an operand, and counts the parentheses that the printer puts around it.
bool TreeChecker::operand_of(const Expression& parent, Expression& operand) {
  const bool in_parentheses =
      needs_parentheses(parent, operand) || operand.kind == ExpressionKind::kNode;
  depth_ += in_parentheses ? 1 : 0;
  const bool good = this->operand(operand);
  depth_ -= in_parentheses ? 1 : 0;
  return good;
}

bool TreeChecker::index(Expression& expression) {
  Expression& array = *expression.left;
  Expression& index = *expression.right;
  if (!read(array)) return false;
  if (array.type.kind != TypeKind::kArray) {
    return fail(array.position,
                {array.name, " is a ", spelling(array.type), "; only an array is indexed"});
  }
  expression.type = {TypeKind::kInt};
  if (!integer(index, "an index")) return false;
  if (!is_literal(index)) return fault(Fault::kIndex, expression.position);
  if (index.value >= 0 && index.value < array.type.length) return true;
  return fail(index.position, {"the index ", std::to_string(index.value),
                               " is outside of the array, a ", spelling(array.type)});
}

bool TreeChecker::selector(Expression& expression) {
  Expression& object = *expression.left;
  if (!read(object)) return false;
  if (object.type.kind != TypeKind::kNodePointer) {
    return fail(object.position,
                {object.name, " is a ", spelling(object.type), "; only a *node has fields"});
  }
  expression.type = {expression.field == Field::kVal ? TypeKind::kInt : TypeKind::kNodePointer};
  return fault(Fault::kDereference, expression.position);
}

bool TreeChecker::dereference(Expression& expression) {
  Expression& pointer = *expression.left;
  if (!read(pointer)) return false;
  if (pointer.type.kind != TypeKind::kIntPointer) {
    return fail(pointer.position, {"* takes a *int variable, not a ", spelling(pointer.type)});
  }
  expression.type = {TypeKind::kInt};
  return fault(Fault::kDereference, expression.position);
}

bool TreeChecker::address(Expression& expression) {
  Expression& place = *expression.left;
  if (!operand(place)) return false;
  if (place.type.kind != TypeKind::kInt) {
    return fail(place.position, {"& takes an int, an array's element or a node's val, not a ",
                                 spelling(place.type)});
  }
  expression.type = {TypeKind::kIntPointer};
  if (place.kind == ExpressionKind::kSelector) return true;
  Variable& variable =
      place.kind == ExpressionKind::kIndex ? *place.left->variable : *place.variable;
  if (variable.kind == VariableKind::kCounter) {
    return fail(place.position, {"the counter ", variable.name, " may not have its address taken"});
  }
  variable.address_taken = true;
  return true;
}

bool TreeChecker::node(Expression& expression) {
  expression.type = {TypeKind::kNodePointer};
  for (size_t i = 0; i < expression.fields.size(); ++i) {
    Expression& value = *expression.arguments[i];
    const TypeKind kind =
        expression.fields[i] == Field::kVal ? TypeKind::kInt : TypeKind::kNodePointer;
    if (!operand(value) || !fits(value, {kind})) return false;
  }
  return true;
}

bool TreeChecker::binary(Expression& expression) {
  if (expression.operation >= Operation::kLogicalAnd) return connective(expression);
  if (!operand_of(expression, *expression.left)) return false;
  if (!operand_of(expression, *expression.right)) return false;
  if (is_literal(*expression.left) && is_literal(*expression.right)) {
    return fail(expression.position, {"both operands are literals; write the number"});
  }
  return expression.operation >= Operation::kEqual ? comparison(expression)
                                                   : arithmetic(expression);
}

bool TreeChecker::arithmetic(Expression& expression) {
  for (const Expression* operand : {expression.left, expression.right}) {
    if (operand->type.kind == TypeKind::kInt) continue;
    return fail(operand->position,
                {spelling(expression.operation), " takes ints, not ", spelling(operand->type)});
  }
  expression.type = {TypeKind::kInt};
  const Expression& right = *expression.right;
  switch (expression.operation) {
    case Operation::kShiftLeft:
    case Operation::kShiftRight:
      if (is_literal(right) && right.value >= 0 && right.value <= 63) return true;
      return fail(right.position, {"a shift is by a literal from 0 to 63"});
    case Operation::kDivide:
    case Operation::kRemainder:
      if (!is_literal(right)) return fault(Fault::kDivide, expression.position);
      if (right.value != 0) return true;
      return fail(right.position, {"a literal divisor is not 0"});
    default:
      return true;
  }
}

bool TreeChecker::comparison(Expression& expression) {
  Expression& left = *expression.left;
  Expression& right = *expression.right;
  expression.type = {TypeKind::kCondition};
  const bool ordered = expression.operation >= Operation::kLess;
  if (left.type.kind == TypeKind::kInt && right.type.kind == TypeKind::kInt) return true;
  if (ordered) {
    return fail(expression.position, {spelling(expression.operation), " compares ints, not ",
                                      spelling(left.type), " with ", spelling(right.type)});
  }
  if (left.kind == ExpressionKind::kNil) return with_nil(left, right);
  if (right.kind == ExpressionKind::kNil) return with_nil(right, left);
  if (left.type == right.type && has_nil(left.type) && left.type.kind != TypeKind::kFunc &&
      left.type.kind != TypeKind::kAny) {
    return true;
  }
  return fail(expression.position,
              {spelling(left.type), " and ", spelling(right.type),
               " are not compared; an any or a func() is compared with nil, an array "
               "not at all, anything else with its own type"});
}

bool TreeChecker::with_nil(Expression& nil, const Expression& other) {
  if (!has_nil(other.type))
    return fail(nil.position, {"nil is not compared with ", spelling(other.type)});
  nil.type = other.type;
  return true;
}

bool TreeChecker::connective(Expression& expression) {
  expression.type = {TypeKind::kCondition};
  for (Expression* operand : {expression.left, expression.right}) {
    if (!operand_of(expression, *operand)) return false;
    if (operand->type.kind == TypeKind::kCondition) continue;
    return fail(operand->position, {spelling(expression.operation), " takes conditions, not ",
                                    spelling(operand->type)});
  }
  return true;
}

bool TreeChecker::negation(Expression& expression) {
  expression.type = {TypeKind::kCondition};
  if (!operand_of(expression, *expression.left)) return false;
  if (expression.left->type.kind == TypeKind::kCondition) return true;
  return fail(expression.left->position,
              {"! takes a condition, not ", spelling(expression.left->type)});
}

bool TreeChecker::receive(Expression& expression) {
  return channel(*expression.left, "<-", expression.type);
}

// Checks a literal that is used as a value, with its body.
bool TreeChecker::function_value(Expression& literal) {
  const Function& function = *literal.function;
  if (!function.parameters.empty() || function.result != nullptr) {
    return fail(literal.position,
                {"a func() value is a literal without parameters and result; one with them "
                 "is only called or deferred"});
  }
  literal.type = {TypeKind::kFunc};
  return literal_body(*literal.function);
}

// Checks the body. Its statements do not belong to the statement that the literal stands in.
bool TreeChecker::literal_body(Function& function) {
  function.parent = frame_->function;
  function.in_loop = frame_->loops > 0;
  all_.push_back(&function);
  if (all_.size() > kMaxFunctions) {
    return fail(function.position, {"a nest has at most 64 functions and literals"});
  }
  const Fault fault = fault_;
  const size_t depth = depth_;
  depth_ = 0;
  if (!this->function(function)) return false;
  depth_ = depth;
  fault_ = fault;
  return true;
}

}  // namespace stackquake
