#include "harness/language/clone.h"
#include "harness/mutation/mutator.h"
#include "harness/mutation/percent.h"

namespace stackquake {

// Puts a copy after the statement, or at the end of its block.
bool duplicate_statement(MutationContext& context) {
  Site& site = context.site;
  const auto copyable = [](const Statement& statement) {
    return statement.kind != StatementKind::kDeclare && statement.kind != StatementKind::kReturn;
  };
  if (!find_statement(context.nest, context.random, site, copyable)) return false;
  const size_t end = site.block->statements.size();
  const size_t at = context.random.chance(mutation_percent::kNextToOriginal) ? site.index + 1 : end;
  insert(*site.block, at, clone(site.statement(), context.arena), context.arena);
  return true;
}

}  // namespace stackquake
