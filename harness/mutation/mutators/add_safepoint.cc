#include "harness/mutation/mutator.h"
#include "harness/mutation/percent.h"

namespace stackquake {
namespace {

// Of twelve calls four are move, which always copies the stack, three collect, two grow by 16 to
// 1024 words, two walk the stack, and one shrinks, which seldom does anything.
Expression* safepoint(Random& random, Builder& builder) {
  switch (random.below(12)) {
    case 0:
      return builder.builtin(Builtin::kShrink);
    case 1:
    case 2:
    case 3:
      return builder.builtin(Builtin::kGC);
    case 4:
    case 5:
      return builder.builtin(Builtin::kGrow, builder.literal(int64_t{16} << random.below(7)));
    case 6:
    case 7:
      return builder.builtin(Builtin::kTrace, builder.builtin(Builtin::kFrames));
    default:
      return builder.builtin(Builtin::kMove);
  }
}

}  // namespace

// Adds a call to a block, or defers it.
bool add_safepoint(MutationContext& context) {
  Builder builder(context.arena);
  Expression* const call = safepoint(context.random, builder);
  const bool may_be_deferred = call->builtin != Builtin::kGC && call->builtin != Builtin::kTrace;
  const bool deferred = may_be_deferred && context.random.chance(mutation_percent::kDeferSafepoint);
  find_gap(context.nest, context.random, context.site);
  insert(*context.site.block, context.site.index,
         deferred ? builder.defer(call) : builder.expression(call), context.arena);
  return true;
}

}  // namespace stackquake
