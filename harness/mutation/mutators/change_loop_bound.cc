#include "harness/mutation/mutator.h"
#include "harness/mutation/percent.h"
#include "harness/mutation/types.h"

namespace stackquake {

bool change_loop_bound(MutationContext& context) {
  Site& site = context.site;
  const auto loop = [](const Statement& statement) {
    return statement.kind == StatementKind::kFor;
  };
  if (!find_statement(context.nest, context.random, site, loop)) return false;
  Expression*& limit = site.statement().limit;
  const int64_t before = is_literal(*limit) ? limit->value : -1;
  // No round, a single one, a few that use records again, and seldom as many as fill a span of a
  // size class.
  const int64_t after = context.random.long_tailed(mutation_percent::kLongTail, 0, 8, 400);
  if (after == before) return false;
  limit = Builder(context.arena).literal(after);
  return true;
}

}  // namespace stackquake
