#include "harness/language/clone.h"
#include "harness/mutation/mutator.h"

namespace stackquake {

// The second one stands behind the first, or at the end of the block.
bool duplicate_statement(MutationContext& context) {
  Site& site = context.site;
  const auto copyable = [](const Statement& statement) {
    return statement.kind != StatementKind::kDeclare && statement.kind != StatementKind::kReturn;
  };
  if (!find_statement(context.nest, context.random, site, copyable)) return false;
  const size_t end = site.block->statements.size();
  const size_t at = context.random.chance(70) ? site.index + 1 : end;
  insert(*site.block, at, clone(site.statement(), context.arena), context.arena);
  return true;
}

}  // namespace stackquake
