#include <utility>

#include "harness/mutation/mutator.h"

namespace stackquake {
namespace {

bool holds(Statement& outer, const Statement& inner) {
  bool found = false;
  for_each_statement(outer, [&](const Statement* one) { found = found || one == &inner; });
  return found;
}

}  // namespace

bool swap_defers(MutationContext& context) {
  Site& site = context.site;
  const auto deferred = [](const Statement& statement) {
    return statement.kind == StatementKind::kDefer;
  };
  if (!find_statement(context.nest, context.random, site, deferred)) return false;
  Statement& first = site.statement();
  const auto other = [&](const Statement& statement) {
    return deferred(statement) && &statement != &first;
  };
  if (!find_statement(context.nest, context.random, site, other)) return false;
  Statement& second = site.statement();
  if (holds(first, second) || holds(second, first)) return false;
  std::swap(first.value, second.value);
  return true;
}

}  // namespace stackquake
