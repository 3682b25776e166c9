#ifndef STACKQUAKE_HARNESS_LANGUAGE_CLONE_H_
#define STACKQUAKE_HARNESS_LANGUAGE_CLONE_H_

// Deep copies of trees and of parts of trees.
//
// A copy shares nothing with its original: names and lists of directives are copied into the arena,
// too, so the text and the arena of the original may be freed. The members that the checker fills
// in have their defaults in the copy. A nest that is assembled from copies must be checked before
// it is used.

#include "harness/language/arena.h"
#include "harness/language/tree.h"

namespace stackquake {

Nest* clone(const Nest& nest, Arena& arena);
Function* clone(const Function& function, Arena& arena);
Statement* clone(const Statement& statement, Arena& arena);
Expression* clone(const Expression& expression, Arena& arena);
Block clone(const Block& block, Arena& arena);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_CLONE_H_
