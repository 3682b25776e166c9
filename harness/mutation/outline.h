#ifndef STACKQUAKE_HARNESS_MUTATION_OUTLINE_H_
#define STACKQUAKE_HARNESS_MUTATION_OUTLINE_H_

// Moves statements of a function into a new function.

#include <span>
#include <vector>

#include "harness/mutation/mutator.h"

namespace stackquake {

// The new function, and the arguments of a call of it at the old place of the statements.
struct Outline {
  Function* function = nullptr;
  std::vector<Expression*> arguments;
};

// Makes a new function of the statements at context.site, and adds it to the nest.
//   - Outer variables that the statements use become parameters, if their types can be passed. The
//     statements then change only the copies.
//   - `first` is an int parameter that comes before those. The caller adds its argument.
//   - The statements become part of the function. The caller removes them from their old place.
Outline outline(MutationContext& context, std::span<Statement* const> statements,
                Variable* first = nullptr);

// The statement at the site and perhaps the next ones in its block, as a list in the arena.
std::span<Statement*> statements_at(const Site& site, MutationContext& context);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_MUTATION_OUTLINE_H_
