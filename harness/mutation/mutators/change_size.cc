#include <algorithm>

#include "harness/mutation/mutator.h"
#include "harness/mutation/percent.h"
#include "harness/mutation/types.h"

namespace stackquake {
namespace {

// A size near the old one, or near a power of two, where stacks and size classes of records end. It
// is off by up to 4 words, about the overhead of a frame or a record.
int64_t other_size(int64_t size, int64_t most, Random& random) {
  if (random.chance(mutation_percent::kNearSize))
    return std::clamp<int64_t>(size + random.between(-4, 4), 1, most);
  const int64_t power = int64_t{1} << random.below(11);
  return std::clamp<int64_t>(power + random.between(-3, 3), 1, most);
}

bool has_size(const Expression& expression, const Statement&) {
  return (is_builtin(expression, Builtin::kGrow) && is_literal(*expression.arguments[0])) ||
         (expression.kind == ExpressionKind::kMake);
}

bool change_expression(MutationContext& context) {
  if (!find_expression(context.nest, context.random, context.site, has_size)) return false;
  Expression& expression = **context.site.slot;
  int64_t& size =
      expression.kind == ExpressionKind::kMake ? expression.value : expression.arguments[0]->value;
  if (expression.kind == ExpressionKind::kMake &&
      context.random.chance(mutation_percent::kSmallCapacity)) {
    size = context.random.between(-1, 3);  // -1: no capacity is written
  } else {
    size = other_size(size, kMaxArrayLength, context.random);
  }
  return true;
}

uint16_t any_length(const Nest& nest, Random& random) {
  uint16_t length = 0;
  uint64_t seen = 0;
  for (const Function* function : nest.all) {
    for (const Variable* variable : function->variables) {
      const bool array = variable->type.kind == TypeKind::kArray;
      if (array && random.below(++seen) == 0) length = variable->type.length;
    }
  }
  return length;
}

// Changes all arrays of one length together, so that they can still be assigned to each other.
bool change_arrays(MutationContext& context) {
  const uint16_t before = any_length(context.nest, context.random);
  if (before == 0) return false;
  const auto after = static_cast<uint16_t>(other_size(before, kMaxArrayLength, context.random));
  for (const Function* function : context.nest.all) {
    for (Variable* variable : function->variables) {
      if (variable->type.length == before) variable->type.length = after;
    }
  }
  for_each_expression(context.nest, [&](Expression* expression) {
    if (expression->type.length == before) expression->type.length = after;
  });
  return before != after;
}

}  // namespace

bool change_size(MutationContext& context) {
  if (context.random.chance(mutation_percent::kArrays))
    return change_arrays(context) || change_expression(context);
  return change_expression(context) || change_arrays(context);
}

}  // namespace stackquake
