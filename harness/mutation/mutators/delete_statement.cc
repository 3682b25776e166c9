#include "harness/mutation/mutator.h"
#include "harness/mutation/percent.h"

namespace stackquake {

bool delete_statement(MutationContext& context) {
  Site& site = context.site;
  const auto any = [](const Statement&) { return true; };
  if (!find_statement(context.nest, context.random, site, any)) return false;
  const size_t left = site.block->statements.size() - site.index;
  size_t count = 1;
  while (count < left && context.random.chance(mutation_percent::kFurtherDeletion)) ++count;
  remove(*site.block, site.index, count);
  return true;
}

}  // namespace stackquake
