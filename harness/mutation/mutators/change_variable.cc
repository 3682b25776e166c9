#include "harness/mutation/mutator.h"

namespace stackquake {
namespace {

constexpr int kTries = 4;  // most variables are the only ones of their type

bool try_to_change(MutationContext& context) {
  Site& site = context.site;
  const auto name = [](const Expression& expression, const Statement&) {
    return expression.kind == ExpressionKind::kVariable && expression.variable != nullptr;
  };
  if (!find_expression(context.nest, context.random, site, name)) return false;
  Expression& expression = **site.slot;
  const Variable& before = *expression.variable;
  uint64_t seen = 0;
  for (Variable* variable : site.scope.variables) {
    const bool fits =
        variable != &before && variable->type == before.type && can_name(*variable, site.scope);
    if (fits && context.random.below(++seen) == 0) expression.variable = variable;
  }
  return seen > 0;
}

}  // namespace

bool change_variable(MutationContext& context) {
  for (int tries = 0; tries < kTries; ++tries) {
    if (try_to_change(context)) return true;
  }
  return false;
}

}  // namespace stackquake
