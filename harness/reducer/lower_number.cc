#include <algorithm>
#include <limits>
#include <set>
#include <vector>

#include "harness/reducer/pass.h"
#include "harness/reducer/sites.h"

namespace stackquake::reducer {

namespace {

// Numbers nearer to `least`: `least` itself, half the distance, one less. For a number below
// `least`: `least` and the opposite number.
template <typename Number>
std::vector<Number> lower(Number value, Number least) {
  constexpr Number kLeastWithOpposite = std::numeric_limits<Number>::min() + 1;
  if (value < least) return {least, Number(-std::max(value, kLeastWithOpposite))};
  if (value == least) return {};
  return {least, Number(least + (value - least) / 2), Number(value - 1)};
}

template <typename Number>
bool lower(Number& number, Number least, Choice& choice) {
  for (const Number value : lower<Number>(number, least)) {
    if (!choice.is_this()) continue;
    number = value;
    return true;
  }
  return false;
}

bool lower_literal(Expression& expression, Choice& choice) {
  if (expression.kind == ExpressionKind::kMake) {
    return expression.value > 0 && lower<int64_t>(expression.value, 0, choice);
  }
  if (expression.kind != ExpressionKind::kLiteral) return false;
  // For places in which a zero is not allowed or loses the finding.
  if (expression.value > 1 && choice.is_this()) {
    expression.value = 1;
    return true;
  }
  return lower<int64_t>(expression.value, 0, choice);
}

void set_length(const Sites& sites, uint16_t from, uint16_t to) {
  for (const Function* function : sites.functions) {
    for (Variable* variable : function->variables) {
      if (variable->type.length == from) variable->type.length = to;
    }
  }
}

// Arrays that are assigned to each other must keep equal lengths. So first all arrays of one length
// are changed together, then each array by itself.
bool lower_length(const Sites& sites, Choice& choice) {
  std::set<uint16_t> lengths;
  for (const Function* function : sites.functions) {
    for (const Variable* variable : function->variables) lengths.insert(variable->type.length);
  }
  lengths.erase(0);
  for (const uint16_t length : lengths) {
    uint16_t lowered = length;
    if (!lower<uint16_t>(lowered, 1, choice)) continue;
    set_length(sites, length, lowered);
    return true;
  }
  for (const Function* function : sites.functions) {
    for (Variable* variable : function->variables) {
      uint16_t& length = variable->type.length;
      if (length > 0 && lower<uint16_t>(length, 1, choice)) return true;
    }
  }
  return false;
}

bool bring_nearer(uint32_t& size, uint32_t to, Choice& choice) {
  if (size == to || !choice.is_this()) return false;
  size = size < to ? size * 2 : size / 2;
  return true;
}

bool lower_safepoint(SafepointList& list, Choice& choice, Arena& arena) {
  for (size_t i = 0; i < list.size(); ++i) {
    const uint64_t least = i == 0 ? 0 : list[i - 1] + 1;
    std::vector<uint64_t> lowered(list.begin(), list.end());
    if (!lower<uint64_t>(lowered[i], least, choice)) continue;
    list = arena.copy(std::span<const uint64_t>(lowered));
    return true;
  }
  return false;
}

bool lower_directive(Directives& directives, Choice& choice, Arena& arena) {
  const Directives defaults;
  return bring_nearer(directives.stack, defaults.stack, choice) ||
         bring_nearer(directives.limit, defaults.limit, choice) ||
         lower<uint32_t>(directives.sched, 0, choice) ||
         lower_safepoint(directives.move_at, choice, arena) ||
         lower_safepoint(directives.gc_at, choice, arena);
}

}  // namespace

bool lower_number(Nest& nest, Choice choice, Arena& arena) {
  const Sites sites = sites_of(nest);
  if (lower_directive(nest.directives, choice, arena) || lower_length(sites, choice)) return true;
  return std::any_of(sites.expressions.begin(), sites.expressions.end(),
                     [&](const Site& site) { return lower_literal(**site.slot, choice); });
}

}  // namespace stackquake::reducer
