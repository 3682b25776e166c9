#include "harness/mutation/mutator.h"

namespace stackquake {

bool insert_statement(MutationContext& context) {
  Site& site = context.site;
  find_gap(context.nest, context.random, site);
  find_callable(site);
  const std::vector<Statement*> added = context.generator.statements(site.scope);
  insert(*site.block, site.index, added, context.arena);
  return !added.empty();
}

}  // namespace stackquake
