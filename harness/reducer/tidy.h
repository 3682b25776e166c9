#ifndef STACKQUAKE_HARNESS_REDUCER_TIDY_H_
#define STACKQUAKE_HARNESS_REDUCER_TIDY_H_

#include "harness/language/arena.h"
#include "harness/language/tree.h"

namespace stackquake::reducer {

// Mends a nest after something was removed, where Go would not allow the result:
//
//  - Drops variables that are never read, and their assignments. Calls in assigned values stay.
//  - Lets a function with a result end with a return.
//  - Imports runtime exactly if the nest uses it.
//
// The names in the tree must still be bound to their variables.
void tidy(Nest& nest, Arena& arena);

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_TIDY_H_
