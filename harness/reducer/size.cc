#include "harness/reducer/size.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "harness/reducer/sites.h"

namespace stackquake::reducer {

namespace {

// A negative number counts as larger than its opposite. Bounded, so that a sum does not overflow.
uint64_t magnitude_of(int64_t value) {
  constexpr int64_t kMost = int64_t{1} << 48;
  const int64_t bounded = std::clamp(value, -kMost, kMost);
  return bounded < 0 ? 2 * static_cast<uint64_t>(-bounded) + 1 : static_cast<uint64_t>(bounded);
}

// The number of times that one power of two must be doubled or halved to become the other.
uint64_t distance(uint32_t a, uint32_t b) {
  return static_cast<uint64_t>(std::abs(std::countr_zero(a) - std::countr_zero(b)));
}

void add(const Directives& directives, Size& size) {
  const Directives defaults;
  size.nodes += static_cast<uint64_t>(std::popcount(directives.written)) +
                directives.move_at.size() + directives.gc_at.size() + directives.finds.size();
  size.magnitude += distance(directives.stack, defaults.stack) +
                    distance(directives.limit, defaults.limit) + directives.sched;
  for (const SafepointList& list : {directives.move_at, directives.gc_at}) {
    for (const uint64_t safepoint : list) size.magnitude += safepoint;
  }
}

void add(const Function& function, Size& size) {
  size.nodes += 1 + function.parameters.size();
  if (function.result != nullptr) size.nodes += function.result->name.empty() ? 1 : 2;
  for (const Variable* variable : function.variables) size.magnitude += variable->type.length;
}

// A deferred call counts as larger than a call, and "var x int = 1" as larger than "x := 1".
void add(const Statement& statement, Size& size) {
  ++size.statements;
  const bool has_keyword =
      statement.kind == StatementKind::kDefer || statement.kind == StatementKind::kGo;
  const bool is_long = statement.long_form && statement.value != nullptr;
  size.nodes += (has_keyword || is_long ? 1 : 0) + statement.cases.size();
}

void add(const Expression& expression, Size& size) {
  ++size.nodes;
  if (expression.kind == ExpressionKind::kLiteral) size.magnitude += magnitude_of(expression.value);
  if (expression.kind != ExpressionKind::kMake || expression.value < 0) return;
  ++size.nodes;
  size.magnitude += magnitude_of(expression.value);
}

}  // namespace

Size size_of(Nest& nest) {
  Size size;
  const Sites sites = sites_of(nest);
  add(nest.directives, size);
  for (const Function* function : sites.functions) add(*function, size);
  for (const Statement* statement : sites.statements) add(*statement, size);
  for (const Site& site : sites.expressions) add(**site.slot, size);
  return size;
}

}  // namespace stackquake::reducer
