#include "harness/mutation/mutator.h"
#include "harness/mutation/types.h"

namespace stackquake {
namespace {

bool can_be_deferred(const Expression& call) {
  if (call.kind == ExpressionKind::kCall) return true;
  return is_builtin(call, Builtin::kTrace) || is_builtin(call, Builtin::kMove) ||
         is_builtin(call, Builtin::kGrow) || is_builtin(call, Builtin::kShrink);
}

}  // namespace

bool toggle_defer(MutationContext& context) {
  Site& site = context.site;
  const auto wanted = [](const Statement& statement) {
    return statement.kind == StatementKind::kDefer ||
           (statement.kind == StatementKind::kExpression && can_be_deferred(*statement.value));
  };
  if (!find_statement(context.nest, context.random, site, wanted)) return false;
  StatementKind& kind = site.statement().kind;
  kind = kind == StatementKind::kDefer ? StatementKind::kExpression : StatementKind::kDefer;
  return true;
}

}  // namespace stackquake
