#include "harness/mutation/mutator.h"
#include "harness/mutation/percent.h"

namespace stackquake {

bool move_statement(MutationContext& context) {
  Site& site = context.site;
  const auto any = [](const Statement&) { return true; };
  if (!find_statement(context.nest, context.random, site, any)) return false;
  Statement* const moved = &site.statement();
  Block* const from = site.block;
  const size_t size = from->statements.size();
  remove(*from, site.index);
  if (size > 1 && context.random.chance(mutation_percent::kEven)) {
    const size_t others = context.random.below(size - 1);
    insert(*from, others < site.index ? others : others + 1, moved, context.arena);
    return true;
  }
  find_gap(context.nest, context.random, site);
  insert(*site.block, site.index, moved, context.arena);
  return true;
}

}  // namespace stackquake
