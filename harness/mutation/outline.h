#ifndef STACKQUAKE_HARNESS_MUTATION_OUTLINE_H_
#define STACKQUAKE_HARNESS_MUTATION_OUTLINE_H_

// Makes a function of statements that stood in another one.

#include <span>
#include <vector>

#include "harness/mutation/mutator.h"

namespace stackquake {

// A function of the nest, and what a call of it takes at the place that the statements came from.
struct Outline {
  Function* function = nullptr;
  std::vector<Expression*> arguments;
};

// Makes a new function of statements that stand at context.site, and adds it to the nest. The
// variables that they know from outside become parameters, as far as their types can be passed; a
// change of one is then lost. With `first`, an int parameter that comes before these; its argument
// is left to the caller. The statements become part of the function, and are still to be removed
// from where they stood.
Outline outline(MutationContext& context, std::span<Statement* const> statements,
                Variable* first = nullptr);

// Of those that stand at the site, a few in a row from there on, copied into the arena.
std::span<Statement*> statements_at(const Site& site, MutationContext& context);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_MUTATION_OUTLINE_H_
