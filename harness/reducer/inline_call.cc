#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "harness/language/builder.h"
#include "harness/reducer/edit.h"
#include "harness/reducer/pass.h"
#include "harness/reducer/sites.h"

namespace stackquake::reducer {

namespace {

using Statements = std::vector<Statement*>;

size_t count_calls(const Sites& sites, const Function& function) {
  return static_cast<size_t>(
      std::count_if(sites.expressions.begin(), sites.expressions.end(),
                    [&](const Site& site) { return is_call_of(*site.slot, function); }));
}

// Gives the variables of `function`, which move out of it, names that are unique in the nest.
void rename_apart(Nest& nest, Function& function, Arena& arena) {
  std::unordered_set<std::string_view> taken;
  for (const Function* other : nest.all) {
    taken.insert(other->name);
    if (other == &function) continue;
    for (const Variable* variable : other->variables) taken.insert(variable->name);
  }
  for (Variable* variable : function.variables) {
    if (!taken.contains(variable->name)) continue;
    for (size_t i = 1; taken.contains(variable->name); ++i) {
      variable->name = arena.copy("x" + std::to_string(i));
    }
    taken.insert(variable->name);
  }
  for (const Site& site : sites_of(function).expressions) {
    Expression& name = **site.slot;
    if (name.kind == ExpressionKind::kVariable) name.name = name.variable->name;
  }
}

Statement* declare(Variable* parameter, Expression* argument, Arena& arena) {
  parameter->kind = VariableKind::kLocal;
  Builder builder(arena);
  return argument->kind == ExpressionKind::kNil ? builder.declare_long(parameter)
                                                : builder.declare(parameter, argument);
}

// The place of the call in a statement: the whole statement, its value, or the only argument of a
// built-in. Null for any other place, and for a deferred call, which cannot become statements.
Expression** call_in(Statement& statement, const Function& function) {
  if (statement.kind == StatementKind::kDefer || statement.value == nullptr) return nullptr;
  if (is_call_of(statement.value, function)) return &statement.value;
  Expression& value = *statement.value;
  const bool is_builtin = value.kind == ExpressionKind::kBuiltinCall && value.arguments.size() == 1;
  return is_builtin && is_call_of(value.arguments[0], function) ? &value.arguments[0] : nullptr;
}

// The statements that replace `statement`, in which `slot` is the place of the call: those of the
// function, and the statement with the value of the call if it uses it.
Statements inlined(Function& function, Statement& statement, Expression** slot, Arena& arena) {
  Statements statements;
  for (size_t i = 0; i < function.parameters.size(); ++i) {
    statements.push_back(declare(function.parameters[i], (*slot)->arguments[i], arena));
  }
  const auto& body = function.body.statements;
  statements.insert(statements.end(), body.begin(), body.end());
  Expression* value = nullptr;
  if (!body.empty() && body.back()->kind == StatementKind::kReturn) {
    value = body.back()->value;
    statements.pop_back();
  }
  const bool is_used =
      statement.kind != StatementKind::kExpression && statement.kind != StatementKind::kGo;
  if (is_used || slot != &statement.value) {
    *slot = value != nullptr ? value : zero((*slot)->type, arena);
    if (*slot != nullptr) statements.push_back(&statement);
  }
  return statements;
}

bool inline_into(Nest& nest, Function& function, Block& block, Arena& arena) {
  for (size_t i = 0; i < block.statements.size(); ++i) {
    Statement& statement = *block.statements[i];
    Expression** const slot = call_in(statement, function);
    if (slot == nullptr) continue;
    rename_apart(nest, function, arena);
    replace(block, i, 1, inlined(function, statement, slot, arena), arena);
    return true;
  }
  return false;
}

bool inline_function(Nest& nest, Function& function, Arena& arena) {
  const std::vector<Block*> own = sites_of(function).blocks;
  for (Block* block : sites_of(nest).blocks) {
    if (std::find(own.begin(), own.end(), block) != own.end()) continue;
    if (inline_into(nest, function, *block, arena)) return true;
  }
  return false;
}

}  // namespace

bool inline_call(Nest& nest, Choice choice, Arena& arena) {
  const Sites sites = sites_of(nest);
  for (size_t i = 0; i < nest.functions.size(); ++i) {
    Function& function = *nest.functions[i];
    if (count_calls(sites, function) != 1 || !choice.is_this()) continue;
    if (inline_function(nest, function, arena)) nest.functions = without(nest.functions, i, arena);
    return true;
  }
  return false;
}

}  // namespace stackquake::reducer
