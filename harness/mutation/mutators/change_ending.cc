#include "harness/mutation/mutator.h"
#include "harness/mutation/percent.h"
#include "harness/mutation/types.h"

namespace stackquake {
namespace {

bool is_ending(const Statement& statement) {
  if (statement.kind == StatementKind::kReturn) return true;
  if (statement.kind != StatementKind::kExpression) return false;
  return is_builtin(*statement.value, Builtin::kPanic) ||
         is_builtin(*statement.value, Builtin::kGoexit);
}

Statement* fault(const Variable& pointer, Builder& builder) {
  Expression* const place = pointer.type.kind == TypeKind::kIntPointer
                                ? builder.dereference(builder.variable(pointer))
                                : builder.selector(builder.variable(pointer), Field::kVal);
  return builder.assign(nullptr, place);
}

// An access through a pointer or node in scope, which faults if that is nil. Null when none is in
// scope.
Statement* possible_fault(const Scope& scope, Random& random, Builder& builder) {
  const Variable* chosen = nullptr;
  uint64_t seen = 0;
  for (const Variable* variable : scope.variables) {
    const TypeKind kind = variable->type.kind;
    if (kind != TypeKind::kIntPointer && kind != TypeKind::kNodePointer) continue;
    if (can_name(*variable, scope) && random.below(++seen) == 0) chosen = variable;
  }
  return chosen == nullptr ? nullptr : fault(*chosen, builder);
}

Statement* new_ending(const Scope& scope, Random& random, Builder& builder) {
  Statement* faulting = random.chance(mutation_percent::kFaultingEnding)
                            ? possible_fault(scope, random, builder)
                            : nullptr;
  if (faulting != nullptr) return faulting;
  if (random.chance(mutation_percent::kReturn)) return builder.return_value();
  const bool panics = random.chance(mutation_percent::kPanic);
  Expression* const code = panics ? builder.literal(random.between(1, 99)) : nullptr;
  return builder.expression(builder.builtin(panics ? Builtin::kPanic : Builtin::kGoexit, code));
}

}  // namespace

// Replaces an ending, or adds one at any place.
bool change_ending(MutationContext& context) {
  Site& site = context.site;
  Builder builder(context.arena);
  const bool found = find_statement(context.nest, context.random, site, is_ending);
  if (!found || context.random.chance(mutation_percent::kNewEnding)) {
    find_gap(context.nest, context.random, site);
    insert(*site.block, site.index, new_ending(site.scope, context.random, builder), context.arena);
  } else {
    site.block->statements[site.index] = new_ending(site.scope, context.random, builder);
  }
  return true;
}

}  // namespace stackquake
