#ifndef STACKQUAKE_HARNESS_REDUCER_TIDY_H_
#define STACKQUAKE_HARNESS_REDUCER_TIDY_H_

#include "harness/language/arena.h"
#include "harness/language/tree.h"

namespace stackquake::reducer {

// Mends what Go does not allow and taking something away often leaves behind: drops variables that
// nothing reads, with what is assigned to them (calls stay); lets a function with a result end with
// a return; imports runtime exactly when it is used. The names in the tree must still be bound to
// their variables.
void tidy(Nest& nest, Arena& arena);

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_TIDY_H_
