#ifndef STACKQUAKE_HARNESS_REDUCER_RENAME_H_
#define STACKQUAKE_HARNESS_REDUCER_RENAME_H_

#include "harness/language/arena.h"
#include "harness/language/tree.h"

namespace stackquake::reducer {

// Gives all functions and variables of a checked nest short names as a person would choose them: f
// and g, x and y for integers, p for a pointer, n for a node, c for a channel. No name is used
// twice in a function and its literals. Renaming a nest again changes nothing.
void rename(Nest& nest, Arena& arena);

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_RENAME_H_
