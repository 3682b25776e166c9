#include <vector>

#include "harness/language/builder.h"
#include "harness/reducer/edit.h"
#include "harness/reducer/pass.h"
#include "harness/reducer/sites.h"

namespace stackquake::reducer {

namespace {

using Statements = std::vector<Statement*>;

Statements in(const Block& block) {
  return {block.statements.begin(), block.statements.end()};
}

// The body of a loop as in the loop's first round. A counter that does not begin with a literal
// becomes 0.
Statements first_round(Statement& loop, Arena& arena) {
  const bool is_literal = loop.value->kind == ExpressionKind::kLiteral;
  for (const Site& site : sites_of(loop.body).expressions) {
    if (!is_rooted_at(**site.slot, *loop.variable)) continue;
    *site.slot = Builder(arena).literal(is_literal ? loop.value->value : 0);
  }
  return in(loop.body);
}

// The communication of a case, as a statement. Null for a default.
Statement* communication(const SelectCase& select_case, Arena& arena) {
  Builder builder(arena);
  if (select_case.kind == CaseKind::kDefault) return nullptr;
  if (select_case.kind == CaseKind::kSend) {
    return builder.send(select_case.channel, select_case.value);
  }
  Expression* const receive = builder.receive(select_case.channel);
  return select_case.target == nullptr ? builder.expression(receive)
                                       : builder.assign(select_case.target, receive);
}

// The statements that a call of a literal without parameters executes.
Statements called(const Function& literal) {
  Statements body = in(literal.body);
  if (!body.empty() && body.back()->kind == StatementKind::kReturn) body.pop_back();
  return body;
}

bool is_a_call(const Expression& expression) {
  return expression.kind == ExpressionKind::kCall ||
         expression.kind == ExpressionKind::kBuiltinCall;
}

// The call of a literal that consists of one call, which can be deferred instead of the literal.
// Null for other literals.
Expression* only_call(const Function& literal) {
  const Statements body = called(literal);
  const bool is_one = body.size() == 1 && body[0]->kind == StatementKind::kExpression;
  return is_one && is_a_call(*body[0]->value) ? body[0]->value : nullptr;
}

void unwrap_literal(const Statement& statement, std::vector<Statements>& choices, Arena& arena) {
  const Function& literal = *statement.value->function;
  choices.push_back(called(literal));
  if (statement.kind != StatementKind::kDefer) return;
  if (Expression* call = only_call(literal)) choices.push_back({Builder(arena).defer(call)});
}

void unwrap_call(const Statement& statement, std::vector<Statements>& choices, Arena& arena) {
  const Expression& call = *statement.value;
  const bool is_literal = call.kind == ExpressionKind::kCall &&
                          call.left->kind == ExpressionKind::kFunctionLiteral &&
                          call.arguments.empty();
  if (is_literal) unwrap_literal(statement, choices, arena);
  if (statement.kind != StatementKind::kExpression) {
    choices.push_back({Builder(arena).expression(statement.value)});
  }
  if (call.kind != ExpressionKind::kBuiltinCall) return;
  for (Expression* argument : call.arguments) {
    if (is_a_call(*argument)) choices.push_back({Builder(arena).expression(argument)});
  }
}

void unwrap_select(const Statement& select, std::vector<Statements>& choices, Arena& arena) {
  for (const SelectCase& select_case : select.cases) {
    const Statements body = in(select_case.body);
    choices.push_back(body);
    Statement* const first = communication(select_case, arena);
    if (first == nullptr) continue;
    Statements with_communication = {first};
    with_communication.insert(with_communication.end(), body.begin(), body.end());
    choices.push_back(std::move(with_communication));
  }
}

// The statements that could replace a statement that is no loop.
std::vector<Statements> inner(Statement& statement, Arena& arena) {
  std::vector<Statements> choices;
  switch (statement.kind) {
    case StatementKind::kIf:
      choices.push_back(in(statement.body));
      if (statement.otherwise != nullptr) choices.push_back({statement.otherwise});
      break;
    case StatementKind::kBlock:
      choices.push_back(in(statement.body));
      break;
    case StatementKind::kExpression:
    case StatementKind::kDefer:
    case StatementKind::kGo:
      unwrap_call(statement, choices, arena);
      break;
    case StatementKind::kSelect:
      unwrap_select(statement, choices, arena);
      break;
    default:
      break;
  }
  return choices;
}

}  // namespace

bool unwrap(Nest& nest, Choice choice, Arena& arena) {
  for (Block* block : sites_of(nest).blocks) {
    for (size_t i = 0; i < block->statements.size(); ++i) {
      Statement& statement = *block->statements[i];
      if (statement.kind == StatementKind::kFor && choice.is_this()) {
        replace(*block, i, 1, first_round(statement, arena), arena);
        return true;
      }
      for (const Statements& statements : inner(statement, arena)) {
        if (!choice.is_this()) continue;
        replace(*block, i, 1, statements, arena);
        return true;
      }
    }
  }
  return false;
}

}  // namespace stackquake::reducer
