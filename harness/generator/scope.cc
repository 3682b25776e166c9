#include "harness/generator/scope.h"

#include <algorithm>

#include "harness/language/walk.h"

namespace stackquake {
namespace {

bool is_bound_to_its_frame(const Variable& variable) {
  return variable.type.kind == TypeKind::kIntPointer || variable.type.kind == TypeKind::kFunc;
}

bool calls_any(Function& function, const std::vector<const Function*>& callees) {
  bool found = false;
  for_each_expression(function, [&](const Expression* call) {
    if (call->kind != ExpressionKind::kCall || call->left->kind != ExpressionKind::kVariable) {
      return;
    }
    found = found || std::any_of(callees.begin(), callees.end(), [&](const Function* callee) {
              return callee->name == call->left->name;
            });
  });
  return found;
}

}  // namespace

bool can_name(const Variable& variable, const Scope& scope) {
  if (variable.name.empty()) return false;
  if (variable.owner == scope.function) return true;
  if (variable.kind == VariableKind::kCounter) return false;
  if (!is_bound_to_its_frame(variable)) return true;
  const Function* function = scope.function;
  while (function != nullptr && function != variable.owner) {
    if (function->in_loop) return false;
    function = function->parent;
  }
  return true;
}

bool can_assign(const Variable& variable, const Scope& scope) {
  if (variable.kind == VariableKind::kCounter) return false;
  if (variable.owner != scope.function && is_bound_to_its_frame(variable)) return false;
  return can_name(variable, scope);
}

std::vector<Function*> callable_from(const Nest& nest, const Function& caller) {
  std::vector<const Function*> reaching = {&caller};
  std::vector<Function*> others;
  for (Function* function : nest.functions) {
    if (function != &caller && function->name != "main") others.push_back(function);
  }
  const auto reaches = [&](Function* function) {
    if (!calls_any(*function, reaching)) return false;
    reaching.push_back(function);
    return true;
  };
  while (std::erase_if(others, reaches) > 0) {
  }
  return others;
}

}  // namespace stackquake
