#include "harness/reducer/edit.h"

#include <algorithm>
#include <vector>

#include "harness/language/builder.h"
#include "harness/reducer/sites.h"

namespace stackquake::reducer {

namespace {

bool is_plain(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kIf:
    case StatementKind::kFor:
    case StatementKind::kBlock:
    case StatementKind::kSelect:
    case StatementKind::kReturn:
      return false;
    default:
      return true;
  }
}

bool is_a_call_through(const Expression* expression, const Variable& variable) {
  return expression != nullptr && expression->kind == ExpressionKind::kCall &&
         expression->function == nullptr && is_rooted_at(*expression->left, variable);
}

// Whether the statement would be useless with a zero in the place of the variable.
bool hangs_on(Statement& statement, const Variable& variable, bool whole_statements) {
  if (statement.kind == StatementKind::kDeclare && statement.variable == &variable) return true;
  if (!is_plain(statement)) return false;
  if (statement.target != nullptr && is_rooted_at(*statement.target, variable)) return true;
  if (is_a_call_through(statement.value, variable)) return true;
  if (!whole_statements) return false;
  const std::vector<Site> own = own_expressions(statement);
  return std::any_of(own.begin(), own.end(),
                     [&](const Site& site) { return is_rooted_at(**site.slot, variable); });
}

}  // namespace

void replace(Block& block, size_t first, size_t count, std::span<Statement* const> with,
             Arena& arena) {
  const auto& old = block.statements;
  std::vector<Statement*> statements(old.begin(), old.begin() + first);
  statements.insert(statements.end(), with.begin(), with.end());
  statements.insert(statements.end(), old.begin() + first + count, old.end());
  block.statements = arena.copy(std::span<Statement* const>(statements));
}

void drop_statements_if(Nest& nest, const std::function<bool(Statement&)>& drop, Arena& arena) {
  for (Block* block : sites_of(nest).blocks) {
    std::vector<Statement*> kept;
    for (Statement* statement : block->statements) {
      if (!drop(*statement)) kept.push_back(statement);
    }
    block->statements = arena.copy(std::span<Statement* const>(kept));
  }
}

Expression* zero(Type type, Arena& arena) {
  switch (type.kind) {
    case TypeKind::kNone:
    case TypeKind::kArray:
    case TypeKind::kCondition:
      return nullptr;
    case TypeKind::kInt:
      return Builder(arena).literal(0);
    default:
      return Builder(arena).nil();
  }
}

bool is_rooted_at(const Expression& expression, const Variable& variable) {
  switch (expression.kind) {
    case ExpressionKind::kVariable:
      return expression.variable == &variable;
    case ExpressionKind::kIndex:
    case ExpressionKind::kDereference:
    case ExpressionKind::kSelector:
    case ExpressionKind::kAddress:
    case ExpressionKind::kReceive:
      return is_rooted_at(*expression.left, variable);
    default:
      return false;
  }
}

void forget(Nest& nest, const Variable& variable, bool whole_statements, Arena& arena) {
  drop_statements_if(
      nest, [&](Statement& statement) { return hangs_on(statement, variable, whole_statements); },
      arena);
  for (const Site& site : sites_of(nest).expressions) {
    if (!is_rooted_at(**site.slot, variable)) continue;
    Expression* const nothing = zero((*site.slot)->type, arena);
    if (site.kind == SiteKind::kAssigned) {
      *site.slot = nullptr;
    } else if (nothing != nullptr) {
      *site.slot = nothing;
    }
  }
}

bool is_call_of(const Expression* expression, const Function& function) {
  return expression != nullptr && expression->kind == ExpressionKind::kCall &&
         expression->function == &function;
}

}  // namespace stackquake::reducer
