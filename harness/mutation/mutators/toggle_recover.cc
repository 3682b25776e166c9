#include "harness/mutation/mutator.h"
#include "harness/mutation/percent.h"
#include "harness/mutation/types.h"

namespace stackquake {
namespace {

// Whether the statement is recover(), x = recover(), trace(code(recover())) or the like.
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
  if (random.chance(mutation_percent::kPlainRecover)) return builder.expression(recovered);
  return builder.expression(
      builder.builtin(Builtin::kTrace, builder.builtin(Builtin::kCode, recovered)));
}

// Puts a recover into a deferred literal of its own, the usual place.
Statement* deferred(Statement* recovering, Builder& builder) {
  Function* const literal = builder.function("", {}, nullptr, builder.block({recovering}));
  return builder.defer(builder.call(builder.function_literal(literal)));
}

}  // namespace

bool toggle_recover(MutationContext& context) {
  Site& site = context.site;
  if (context.random.chance(mutation_percent::kDropRecover) &&
      find_statement(context.nest, context.random, site, is_recovering)) {
    remove(*site.block, site.index);
    return true;
  }
  Builder builder(context.arena);
  Statement* added = recovering(context.random, builder);
  find_gap(context.nest, context.random, site);
  if (site.scope.function->parent == nullptr ||
      context.random.chance(mutation_percent::kDeferRecover)) {
    added = deferred(added, builder);
  }
  insert(*site.block, site.index, added, context.arena);
  return true;
}

}  // namespace stackquake
