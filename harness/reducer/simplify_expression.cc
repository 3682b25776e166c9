#include <vector>

#include "harness/language/builder.h"
#include "harness/reducer/edit.h"
#include "harness/reducer/pass.h"
#include "harness/reducer/sites.h"

namespace stackquake::reducer {

namespace {

using Expressions = std::vector<Expression*>;

bool is_literal(const Expression& expression) {
  return expression.kind == ExpressionKind::kLiteral || expression.kind == ExpressionKind::kNil;
}

void add_operands(const Expression& expression, Expressions& choices) {
  for (Expression* operand : {expression.left, expression.right}) {
    if (operand != nullptr && operand->type == expression.type) choices.push_back(operand);
  }
  for (Expression* argument : expression.arguments) {
    if (argument->type == expression.type) choices.push_back(argument);
  }
}

void add_smaller_nodes(const Expression& node, Expressions& choices, Arena& arena) {
  for (size_t i = 0; i < node.fields.size(); ++i) {
    auto* smaller = arena.make<Expression>(node);
    smaller->fields = without(node.fields, i, arena);
    smaller->arguments = without(node.arguments, i, arena);
    choices.push_back(smaller);
  }
}

// The expressions that could replace this one.
Expressions simpler(Expression& expression, Arena& arena) {
  Expressions choices;
  if (!is_literal(expression)) {
    if (Expression* nothing = zero(expression.type, arena)) choices.push_back(nothing);
    if (expression.type.kind == TypeKind::kInt) choices.push_back(Builder(arena).literal(1));
  }
  add_operands(expression, choices);
  if (expression.kind == ExpressionKind::kNode) add_smaller_nodes(expression, choices, arena);
  if (expression.kind == ExpressionKind::kMake && expression.value >= 0) {
    choices.push_back(arena.make<Expression>(expression));
    choices.back()->value = -1;
  }
  return choices;
}

bool simplify(const Site& site, Choice& choice, Arena& arena) {
  if (site.kind == SiteKind::kOperated) return false;
  if (site.kind == SiteKind::kAssigned) {
    if (!choice.is_this()) return false;
    *site.slot = nullptr;
    return true;
  }
  for (Expression* expression : simpler(**site.slot, arena)) {
    if (!choice.is_this()) continue;
    *site.slot = expression;
    return true;
  }
  return false;
}

}  // namespace

bool simplify_expression(Nest& nest, Choice choice, Arena& arena) {
  for (Statement* statement : sites_of(nest).statements) {
    const bool is_returned = statement->kind == StatementKind::kReturn;
    if (!is_returned || statement->value == nullptr || !choice.is_this()) continue;
    statement->value = nullptr;
    return true;
  }
  for (const Site& site : sites_of(nest).expressions) {
    if (simplify(site, choice, arena)) return true;
  }
  return false;
}

}  // namespace stackquake::reducer
