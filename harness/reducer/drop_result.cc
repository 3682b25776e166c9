#include "harness/reducer/edit.h"
#include "harness/reducer/pass.h"
#include "harness/reducer/sites.h"

namespace stackquake::reducer {

namespace {

// Changes a statement that uses the value of the call to the call alone.
void drop_use(Statement& statement, const Function& function) {
  if (statement.value == nullptr) return;
  Expression* call = statement.value;
  const bool is_builtin = call->kind == ExpressionKind::kBuiltinCall && call->arguments.size() == 1;
  if (is_builtin) call = call->arguments[0];
  if (!is_call_of(call, function)) return;
  if (statement.kind == StatementKind::kDefer || statement.kind == StatementKind::kGo) return;
  statement = Statement{.kind = StatementKind::kExpression, .value = call};
}

void drop(Nest& nest, Function& function) {
  for (Block* block : sites_of(function).blocks) {
    for (Statement* statement : block->statements) {
      if (statement->kind == StatementKind::kReturn) statement->value = nullptr;
    }
  }
  for (Statement* statement : sites_of(nest).statements) drop_use(*statement, function);
  function.result = nullptr;
}

}  // namespace

bool drop_result(Nest& nest, Choice choice, Arena&) {
  for (Function* function : nest.all) {
    if (function->result == nullptr || !choice.is_this()) continue;
    drop(nest, *function);
    return true;
  }
  return false;
}

}  // namespace stackquake::reducer
