#include "harness/language/checker.h"
#include "harness/language/spelling.h"

namespace stackquake {

bool TreeChecker::enter_block(Position position) {
  if (++blocks_ <= kMaxNesting) return true;
  return fail(position, {"blocks nest at most 64 deep, a function's body being 1"});
}

// Checks the statements of a block that enter_block has counted.
bool TreeChecker::block(Block& block) {
  const size_t first = visible_.size();
  if (!statements(block, false)) return false;
  visible_.resize(first);
  --blocks_;
  return true;
}

bool TreeChecker::statements(Block& block, bool top_level) {
  for (Statement* one : block.statements) {
    const Progress before = progress();
    if (!statement(*one, top_level) && !record_and_resume_after(*one, before)) return false;
  }
  return true;
}

bool TreeChecker::statement(Statement& statement, bool top_level) {
  fault_ = Fault::kNone;
  switch (statement.kind) {
    case StatementKind::kDeclare:
      return declaration(statement, top_level);
    case StatementKind::kAssign:
      return assignment(statement);
    case StatementKind::kOperate:
      return operate(statement);
    case StatementKind::kExpression:
      if (statement.value->kind == ExpressionKind::kReceive) return receive(*statement.value);
      return any_call(*statement.value, CallUse::kNow);
    case StatementKind::kDefer:
      return deferred(*statement.value);
    case StatementKind::kGo:
      return go(*statement.value);
    case StatementKind::kIf:
      return conditional(statement);
    case StatementKind::kFor:
      return loop(statement);
    case StatementKind::kReturn:
      return return_value(statement);
    case StatementKind::kBlock:
      return enter_block(statement.position) && block(statement.body);
    case StatementKind::kSend:
      return send(*statement.target, *statement.value);
    case StatementKind::kSelect:
      return select(statement);
  }
  return false;
}

// The name is in scope only after the statement, so `x := x` in a literal means the outer x.
bool TreeChecker::declaration(Statement& statement, bool top_level) {
  Variable& variable = *statement.variable;
  if (!top_level) {
    return fail(statement.position,
                {variable.name,
                 " is declared in a block; variables are declared at the top level of a function "
                 "body: declare it there, and assign here"});
  }
  return initial_value(statement) && declare(variable, VariableKind::kLocal);
}

bool TreeChecker::initial_value(Statement& statement) {
  if (statement.value == nullptr) return true;
  Expression& value = *statement.value;
  if (statement.long_form) return right_side(value, statement.variable->type);
  if (!right_side(value, std::nullopt)) return false;
  if (value.type.kind == TypeKind::kNil) {
    return fail(value.position, {"nil has no type here; write var x T"});
  }
  statement.variable->type = value.type;
  return true;
}

bool TreeChecker::assignment(Statement& statement) {
  Expression& value = *statement.value;
  if (statement.target == nullptr) {
    if (value.kind == ExpressionKind::kNil)
      return fail(value.position, {"nil is not assigned to _"});
    if (value.kind == ExpressionKind::kFunctionLiteral) {
      return fail(value.position, {"a function literal is not assigned to _; call or defer it"});
    }
    return right_side(value, std::nullopt);
  }
  Expression& target = *statement.target;
  if (target.kind == ExpressionKind::kVariable) {
    return assign(target) && right_side(value, target.type);
  }
  if (!operand(target)) return false;
  if (target.kind == ExpressionKind::kIndex) target.left->variable->assigned = true;
  return operand(value) && fits(value, target.type);
}

// x += e, x++ and their like count as a use of x, as in Go.
bool TreeChecker::operate(Statement& statement) {
  Expression& target = *statement.target;
  if (!assign(target) || !read(target)) return false;
  if (target.type.kind != TypeKind::kInt) {
    return fail(target.position,
                {"++, --, += and -= take an int variable, not a ", spelling(target.type)});
  }
  return statement.value == nullptr || integer(*statement.value, "the right side");
}

bool TreeChecker::conditional(Statement& statement) {
  if (!condition(*statement.value)) return false;
  if (!enter_block(statement.position) || !block(statement.body)) return false;
  return statement.otherwise == nullptr || otherwise(*statement.otherwise);
}

bool TreeChecker::otherwise(Statement& statement) {
  if (statement.kind != StatementKind::kIf) return this->statement(statement, false);
  if (!enter_block(statement.position) || !this->statement(statement, false)) return false;
  --blocks_;
  return true;
}

bool TreeChecker::loop(Statement& statement) {
  Variable& counter = *statement.variable;
  if (!integer(*statement.value, "the counter's first value")) return false;
  if (visible(counter.name) != nullptr || function_named(counter.name) != nullptr) {
    return fail(counter.position, {"the counter ", counter.name, " would shadow another ",
                                   counter.name, "; take another name"});
  }
  counter.type = {TypeKind::kInt};
  const size_t first = visible_.size();
  if (!declare(counter, VariableKind::kCounter)) return false;
  fault_ = Fault::kNone;
  if (!integer(*statement.limit, "the loop's limit")) return false;
  ++frame_->loops;
  if (!enter_block(statement.position) || !block(statement.body)) return false;
  --frame_->loops;
  visible_.resize(first);
  return true;
}

bool TreeChecker::return_value(Statement& statement) {
  const Variable* result = frame_->function->result;
  if (statement.value == nullptr) {
    if (result == nullptr || !result->name.empty()) return true;
    return fail(statement.position,
                {"return needs a value; only a named result returns without one"});
  }
  if (result == nullptr) {
    return fail(statement.value->position, {"return has a value, but the function has no result"});
  }
  return right_side(*statement.value, result->type);
}

// Checks a channel variable and sets `element` to the type of its elements.
bool TreeChecker::channel(Expression& name, std::string_view what, Type& element) {
  if (!read(name)) return false;
  if (name.type.kind == TypeKind::kIntChannel) {
    element = {TypeKind::kInt};
  } else if (name.type.kind == TypeKind::kNodeChannel) {
    element = {TypeKind::kNodePointer};
  } else {
    return fail(name.position, {what, " takes a channel, not a ", spelling(name.type)});
  }
  return true;
}

bool TreeChecker::send(Expression& name, Expression& value) {
  Type element;
  return channel(name, "<-", element) && operand(value) && fits(value, element);
}

bool TreeChecker::select(Statement& statement) {
  size_t communications = 0;
  size_t defaults = 0;
  if (!enter_block(statement.position)) return false;
  for (SelectCase& one : statement.cases) {
    ++(one.kind == CaseKind::kDefault ? defaults : communications);
    if (defaults > 1) return fail(one.position, {"a select has at most one default"});
    if (!select_case(one)) return false;
  }
  --blocks_;
  if (communications > 0) return true;
  return fail(statement.position, {"a select has at least one case that sends or receives"});
}

bool TreeChecker::select_case(SelectCase& select_case) {
  const size_t first = visible_.size();
  Type element;
  fault_ = Fault::kNone;
  if (select_case.kind == CaseKind::kSend) {
    if (!send(*select_case.channel, *select_case.value)) return false;
  } else if (select_case.kind == CaseKind::kReceive) {
    if (!channel(*select_case.channel, "<-", element)) return false;
    if (select_case.target != nullptr) {
      Expression& target = *select_case.target;
      if (!assign(target)) return false;
      if (target.type != element) {
        return fail(target.position,
                    {"a ", spelling(element), " is not received into a ", spelling(target.type)});
      }
    }
  }
  if (!statements(select_case.body, false)) return false;
  visible_.resize(first);
  return true;
}

}  // namespace stackquake
