#include "harness/mutation/mutator.h"
#include "harness/mutation/types.h"

namespace stackquake {
namespace {

// Whether any operand of the same type may probably replace the expression. The mender repairs the
// cases in which its surroundings do not allow that.
bool is_operand(const Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::kLiteral:
    case ExpressionKind::kIndex:
    case ExpressionKind::kDereference:
    case ExpressionKind::kSelector:
    case ExpressionKind::kAddress:
    case ExpressionKind::kNode:
    case ExpressionKind::kBinary:
      return true;
    default:
      return false;
  }
}

// Whether the expression is the target of a store. Only a place may stand there.
bool is_place(const Expression& expression, const Statement& inside) {
  return &expression == inside.target;
}

}  // namespace

bool replace_expression(MutationContext& context) {
  Site& site = context.site;
  const auto wanted = [](const Expression& expression, const Statement& inside) {
    return is_operand(expression) && !is_place(expression, inside);
  };
  if (!find_expression(context.nest, context.random, site, wanted)) return false;
  const Type type = (*site.slot)->type;
  Expression* const replacement = type.kind == TypeKind::kCondition
                                      ? context.generator.condition(site.scope)
                                      : context.generator.expression(type, site.scope);
  if (replacement == nullptr) return false;
  *site.slot = replacement;
  return true;
}

}  // namespace stackquake
