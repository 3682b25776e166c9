#include <algorithm>

#include "harness/mutation/mutator.h"
#include "harness/mutation/types.h"

namespace stackquake {
namespace {

bool has_other_callee(const Expression& call, const Nest& nest) {
  return std::any_of(nest.functions.begin(), nest.functions.end(), [&](const Function* function) {
    return function != call.function && function != nest.main &&
           have_same_signature(*function, *call.function);
  });
}

}  // namespace

bool change_callee(MutationContext& context) {
  Site& site = context.site;
  const auto named = [&](const Expression& expression, const Statement&) {
    return expression.kind == ExpressionKind::kCall && expression.function != nullptr &&
           expression.left->kind == ExpressionKind::kVariable &&
           has_other_callee(expression, context.nest);
  };
  if (!find_expression(context.nest, context.random, site, named)) return false;
  find_callable(site);
  Expression& call = **site.slot;
  const Function* const before = call.function;
  uint64_t seen = 0;
  for (Function* function : site.scope.callable) {
    const bool fits = function != before && have_same_signature(*function, *before);
    if (fits && context.random.below(++seen) == 0) call.function = function;
  }
  return seen > 0;
}

}  // namespace stackquake
