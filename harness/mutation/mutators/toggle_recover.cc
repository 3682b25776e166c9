#include "harness/mutation/mutator.h"
#include "harness/mutation/types.h"

namespace stackquake {
namespace {

// recover(), x = recover(), trace(code(recover())) and the like.
bool is_recovering(const Statement& statement) {
  const Expression* value = statement.value;
  while (value != nullptr && value->kind == ExpressionKind::kBuiltinCall) {
    if (value->builtin == Builtin::kRecover) return true;
    value = value->arguments.empty() ? nullptr : value->arguments[0];
  }
  return false;
}

Statement* recovering(Random& random, Builder& builder) {
  Expression* const recovered = builder.builtin(Builtin::kRecover);
  if (random.chance(30)) return builder.expression(recovered);
  return builder.expression(
      builder.builtin(Builtin::kTrace, builder.builtin(Builtin::kCode, recovered)));
}

// As most recovers stand: in a deferred literal of their own.
Statement* deferred(Statement* recovering, Builder& builder) {
  Function* const literal = builder.function("", {}, nullptr, builder.block({recovering}));
  return builder.defer(builder.call(builder.function_literal(literal)));
}

}  // namespace

bool toggle_recover(MutationContext& context) {
  Site& site = context.site;
  if (context.random.chance(40) &&
      find_statement(context.nest, context.random, site, is_recovering)) {
    remove(*site.block, site.index);
    return true;
  }
  Builder builder(context.arena);
  Statement* added = recovering(context.random, builder);
  find_gap(context.nest, context.random, site);
  if (site.scope.function->parent == nullptr || context.random.chance(25)) {
    added = deferred(added, builder);
  }
  insert(*site.block, site.index, added, context.arena);
  return true;
}

}  // namespace stackquake
