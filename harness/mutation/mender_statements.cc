#include <algorithm>

#include "harness/mutation/mender.h"
#include "harness/mutation/types.h"

namespace stackquake {

void Mender::block(Block& block, bool top_level) {
  const size_t first_visible = visible_.size();
  size_t kept = 0;
  for (Statement* one : block.statements) {
    fault_ = Fault::kNone;
    if (statement(*one, top_level)) block.statements[kept++] = one;
  }
  block.statements = block.statements.first(kept);
  if (!top_level) leave(first_visible, false);
}

bool Mender::statement(Statement& statement, bool top_level) {
  switch (statement.kind) {
    case StatementKind::kDeclare:
      return declaration(statement, top_level);
    case StatementKind::kAssign:
      return assignment(statement);
    case StatementKind::kOperate:
      return operate(statement);
    case StatementKind::kExpression:
      return call_statement(statement);
    case StatementKind::kDefer:
      return deferred(statement);
    case StatementKind::kGo:
      return go(statement);
    case StatementKind::kIf:
      condition(statement.value);
      block(statement.body, false);
      if (statement.otherwise != nullptr) this->statement(*statement.otherwise, false);
      return true;
    case StatementKind::kFor:
      loop(statement);
      return true;
    case StatementKind::kReturn:
      return_value(statement);
      return true;
    case StatementKind::kBlock:
      block(statement.body, false);
      return true;
    case StatementKind::kSend:
      operand(statement.value, element_type(channel(*statement.target, {})));
      return true;
    case StatementKind::kSelect:
      for (SelectCase& one : statement.cases) select_case(one);
      return true;
  }
  return false;
}

bool Mender::call_statement(Statement& statement) {
  Expression& value = *statement.value;
  if (value.kind != ExpressionKind::kReceive) return any_call(value, {}, CallUse::kNow);
  channel(*value.left, {});
  return true;
}

bool Mender::deferred(Statement& statement) {
  return any_call(*statement.value, {}, CallUse::kDeferred);
}

// Mends a `go` statement. Its call must be of a function of the program; any other call loses the
// `go`.
bool Mender::go(Statement& statement) {
  Expression& call = *statement.value;
  if (!named_call(call, {})) return false;
  const auto passed_on = [](const Variable* parameter) {
    const TypeKind kind = parameter->type.kind;
    return kind == TypeKind::kInt || kind == TypeKind::kNodePointer || is_channel(parameter->type);
  };
  const Function* function = call.function;
  if (function == nullptr ||
      !std::all_of(function->parameters.begin(), function->parameters.end(), passed_on)) {
    statement.kind = StatementKind::kExpression;
  }
  return true;
}

// The variable is in scope only after the statement. A variable of a block becomes one of the
// function.
bool Mender::declaration(Statement& statement, bool top_level) {
  Variable& variable = *statement.variable;
  if (statement.value != nullptr) {
    const Type asked = statement.long_form ? variable.type : Type{};
    const Type found = right_side(statement.value, asked);
    if (statement.value->kind == ExpressionKind::kNil) {
      if (!is_value(variable.type)) return false;
      statement.long_form = true;
    } else if (!statement.long_form) {
      variable.type = found;
    }
  }
  declare(variable, VariableKind::kLocal, !top_level);
  if (top_level) return true;
  new_locals_.push_back(&variable);
  if (statement.value == nullptr) return false;
  statement.kind = StatementKind::kAssign;
  statement.variable = nullptr;
  statement.long_form = false;
  statement.target = variable_node(variable);
  variable.used = false;
  variable.assigned = true;
  return true;
}

bool Mender::assignment(Statement& statement) {
  if (statement.target == nullptr) {
    right_side(statement.value, {});
    const ExpressionKind kind = statement.value->kind;
    return kind != ExpressionKind::kNil && kind != ExpressionKind::kFunctionLiteral;
  }
  Expression& target = *statement.target;
  if (target.kind == ExpressionKind::kVariable) {
    right_side(statement.value, name(target, {}, Role::kAssign));
    return true;
  }
  const Type type = operand(statement.target, {});
  if (statement.target != &target) return false;
  if (target.kind == ExpressionKind::kIndex) note_use(*target.left->variable, Role::kAssign);
  operand(statement.value, type);
  return true;
}

bool Mender::operate(Statement& statement) {
  if (name(*statement.target, kIntType, Role::kAssign).kind != TypeKind::kInt) return false;
  note_use(*statement.target->variable, Role::kRead);
  if (statement.value != nullptr) operand(statement.value, kIntType);
  return true;
}

void Mender::loop(Statement& statement) {
  operand(statement.value, kIntType);
  const size_t first_visible = visible_.size();
  statement.variable->type = kIntType;
  declare(*statement.variable, VariableKind::kCounter, false);
  fault_ = Fault::kNone;
  operand(statement.limit, kIntType);
  ++frame_->loops;
  block(statement.body, false);
  --frame_->loops;
  leave(first_visible, false);
}

void Mender::return_value(Statement& statement) {
  const Variable* result = frame_->function->result;
  if (result == nullptr) {
    statement.value = nullptr;
  } else if (statement.value != nullptr) {
    right_side(statement.value, result->type);
  } else if (result->name.empty()) {
    statement.value = substitute(result->type);
  }
}

// Mends the name of a channel of `element`, or with kNone of what it carried so far.
Type Mender::channel(Expression& name, Type element) {
  if (element.kind == TypeKind::kNone) return this->name(name, {}, Role::kRead);
  const bool ints = element.kind == TypeKind::kInt;
  return this->name(name, {ints ? TypeKind::kIntChannel : TypeKind::kNodeChannel}, Role::kRead);
}

void Mender::select_case(SelectCase& select_case) {
  fault_ = Fault::kNone;
  if (select_case.kind != CaseKind::kDefault) {
    const Type element = element_type(channel(*select_case.channel, {}));
    if (select_case.kind == CaseKind::kSend) {
      operand(select_case.value, element);
    } else if (select_case.target != nullptr) {
      name(*select_case.target, element, Role::kAssign);
    }
  }
  block(select_case.body, false);
}

}  // namespace stackquake
