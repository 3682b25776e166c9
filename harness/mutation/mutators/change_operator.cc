#include <utility>

#include "harness/mutation/mutator.h"
#include "harness/mutation/percent.h"

namespace stackquake {
namespace {

Operation between(Operation first, Operation last, Random& random) {
  const auto low = static_cast<int64_t>(first);
  return static_cast<Operation>(random.between(low, static_cast<int64_t>(last)));
}

Operation other(Operation operation, Random& random) {
  if (operation >= Operation::kLogicalAnd) {
    return operation == Operation::kLogicalAnd ? Operation::kLogicalOr : Operation::kLogicalAnd;
  }
  if (operation >= Operation::kEqual) {
    return between(Operation::kEqual, Operation::kGreaterEqual, random);
  }
  return between(Operation::kAdd, Operation::kShiftRight, random);
}

// Shifts are by literals, and a variable divisor would be another kind of fault.
bool may_swap(Operation operation) {
  return operation != Operation::kShiftLeft && operation != Operation::kShiftRight &&
         operation != Operation::kDivide && operation != Operation::kRemainder;
}

}  // namespace

// Another operator, or the operands exchanged, or a ! before a condition.
bool change_operator(MutationContext& context) {
  Site& site = context.site;
  const auto binary = [](const Expression& expression, const Statement&) {
    return expression.kind == ExpressionKind::kBinary;
  };
  if (!find_expression(context.nest, context.random, site, binary)) return false;
  Expression& changed = **site.slot;
  if (context.random.chance(mutation_percent::kNegate) && changed.operation >= Operation::kEqual) {
    *site.slot = Builder(context.arena).logical_not(*site.slot);
    return true;
  }
  if (may_swap(changed.operation) && context.random.chance(mutation_percent::kSwapOperands)) {
    std::swap(changed.left, changed.right);
    return true;
  }
  Operation& operation = changed.operation;
  const Operation before = operation;
  // Another operator is nearly certain after a few tries.
  for (int tries = 0; operation == before && tries < 4; ++tries) {
    operation = other(before, context.random);
  }
  return operation != before;
}

}  // namespace stackquake
