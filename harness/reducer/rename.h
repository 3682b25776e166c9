#ifndef STACKQUAKE_HARNESS_REDUCER_RENAME_H_
#define STACKQUAKE_HARNESS_REDUCER_RENAME_H_

#include "harness/language/arena.h"
#include "harness/language/tree.h"

namespace stackquake::reducer {

// Gives all functions and variables of a checked nest the short names that one would give them by
// hand: f and g, x and y for integers, p for a pointer, n for a node, c for a channel. No name of a
// function and its literals is used twice. What has been renamed is left as it is.
void rename(Nest& nest, Arena& arena);

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_RENAME_H_
