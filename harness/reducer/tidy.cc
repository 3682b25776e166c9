#include "harness/reducer/tidy.h"

#include <unordered_set>
#include <vector>

#include "harness/language/builder.h"
#include "harness/language/terminating.h"
#include "harness/reducer/edit.h"
#include "harness/reducer/sites.h"

namespace stackquake::reducer {

namespace {

using Variables = std::unordered_set<const Variable*>;

Variables read_variables(const Sites& sites) {
  Variables read;
  for (const Site& site : sites.expressions) {
    const Expression& expression = **site.slot;
    const bool is_assigned = site.kind == SiteKind::kAssigned;
    if (expression.kind == ExpressionKind::kVariable && !is_assigned) {
      read.insert(expression.variable);
    }
  }
  return read;
}

bool is_unread(const Variable* variable, const Variables& read) {
  return variable != nullptr && variable->kind == VariableKind::kLocal && !read.contains(variable);
}

const Variable* plain_target(const Expression* target) {
  const bool is_name = target != nullptr && target->kind == ExpressionKind::kVariable;
  return is_name ? target->variable : nullptr;
}

const Variable* stored_into(const Statement& statement) {
  if (statement.kind == StatementKind::kDeclare) return statement.variable;
  return statement.kind == StatementKind::kAssign ? plain_target(statement.target) : nullptr;
}

// The statement that replaces a store into a removed variable: the stored value, if it is a call or
// a receive. Null otherwise.
Statement* rest_of(const Statement& store, Arena& arena) {
  if (store.value == nullptr) return nullptr;
  switch (store.value->kind) {
    case ExpressionKind::kCall:
    case ExpressionKind::kReceive:
      return Builder(arena).expression(store.value);
    case ExpressionKind::kBuiltinCall:
      return Builder(arena).assign(nullptr, store.value);
    default:
      return nullptr;
  }
}

bool drop_unread(Block& block, const Variables& read, Arena& arena) {
  std::vector<Statement*> kept;
  bool dropped = false;
  for (Statement* statement : block.statements) {
    if (!is_unread(stored_into(*statement), read)) {
      kept.push_back(statement);
      continue;
    }
    dropped = true;
    if (Statement* rest = rest_of(*statement, arena)) kept.push_back(rest);
  }
  block.statements = arena.copy(std::span<Statement* const>(kept));
  return dropped;
}

void drop_unread_targets(const Sites& sites, const Variables& read) {
  for (Statement* statement : sites.statements) {
    for (SelectCase& select_case : statement->cases) {
      if (is_unread(plain_target(select_case.target), read)) select_case.target = nullptr;
    }
  }
}

// Repeated until nothing changes: when a variable is dropped, the variables that its value read may
// be unread as well.
void drop_unread(Nest& nest, Arena& arena) {
  for (bool dropped = true; dropped;) {
    const Sites sites = sites_of(nest);
    const Variables read = read_variables(sites);
    drop_unread_targets(sites, read);
    dropped = false;
    for (Block* block : sites.blocks) dropped = drop_unread(*block, read, arena) || dropped;
  }
}

void add_return(Function& function, Arena& arena) {
  if (function.result == nullptr || is_terminating(function.body)) return;
  Expression* const value = zero(function.result->type, arena);
  Statement* const last = Builder(arena).return_value(value);
  replace(function.body, function.body.statements.size(), 0, {&last, 1}, arena);
}

}  // namespace

void tidy(Nest& nest, Arena& arena) {
  drop_unread(nest, arena);
  for (Function* function : sites_of(nest).functions) add_return(*function, arena);
  nest.imports_runtime = needs_runtime(nest);
}

}  // namespace stackquake::reducer
