#include "harness/reducer/edit.h"
#include "harness/reducer/pass.h"
#include "harness/reducer/sites.h"

namespace stackquake::reducer {

namespace {

bool is_only_a_call_of(const Statement& statement, const Function& function) {
  const bool is_call = statement.kind == StatementKind::kExpression ||
                       statement.kind == StatementKind::kDefer ||
                       statement.kind == StatementKind::kGo;
  return is_call && is_call_of(statement.value, function);
}

void drop_calls(Nest& nest, const Function& function, Arena& arena) {
  drop_statements_if(
      nest, [&](Statement& statement) { return is_only_a_call_of(statement, function); }, arena);
  if (function.result == nullptr) return;
  for (const Site& site : sites_of(nest).expressions) {
    if (is_call_of(*site.slot, function)) *site.slot = zero(function.result->type, arena);
  }
}

}  // namespace

bool drop_function(Nest& nest, Choice choice, Arena& arena) {
  for (size_t i = 0; i < nest.functions.size(); ++i) {
    const Function& function = *nest.functions[i];
    if (&function == nest.main || !choice.is_this()) continue;
    drop_calls(nest, function, arena);
    nest.functions = without(nest.functions, i, arena);
    return true;
  }
  return false;
}

}  // namespace stackquake::reducer
