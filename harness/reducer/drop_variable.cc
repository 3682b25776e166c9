#include <algorithm>

#include "harness/reducer/edit.h"
#include "harness/reducer/pass.h"
#include "harness/reducer/sites.h"

namespace stackquake::reducer {

namespace {

void drop_parameter(Nest& nest, const Variable& parameter, Arena& arena) {
  Function& function = *parameter.owner;
  const auto& parameters = function.parameters;
  const auto index = static_cast<size_t>(
      std::find(parameters.begin(), parameters.end(), &parameter) - parameters.begin());
  for (const Site& site : sites_of(nest).expressions) {
    Expression& call = **site.slot;
    if (is_call_of(&call, function)) call.arguments = without(call.arguments, index, arena);
  }
  function.parameters = without(function.parameters, index, arena);
}

void drop(Nest& nest, Variable& variable, bool whole_statements, Arena& arena) {
  if (variable.kind == VariableKind::kParameter) drop_parameter(nest, variable, arena);
  forget(nest, variable, whole_statements, arena);
  if (variable.kind == VariableKind::kResult) variable.name = {};
}

bool may_go(const Variable& variable) {
  return variable.kind != VariableKind::kCounter && !variable.name.empty();
}

}  // namespace

bool drop_variable(Nest& nest, Choice choice, Arena& arena) {
  for (const bool whole_statements : {true, false}) {
    for (const Function* function : nest.all) {
      for (Variable* variable : function->variables) {
        if (!may_go(*variable) || !choice.is_this()) continue;
        drop(nest, *variable, whole_statements, arena);
        return true;
      }
    }
  }
  return false;
}

}  // namespace stackquake::reducer
