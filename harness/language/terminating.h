#ifndef STACKQUAKE_HARNESS_LANGUAGE_TERMINATING_H_
#define STACKQUAKE_HARNESS_LANGUAGE_TERMINATING_H_

#include "harness/language/tree.h"

namespace stackquake {

// Whether a block ends in a terminating statement, as the Go specification defines it:
//   - a return,
//   - a call of panic,
//   - a block that ends in one,
//   - an if with an else, both of whose branches end in one,
//   - a select whose cases all end in one.
// A loop with a condition is not one, nor is a call of runtime.Goexit.
bool is_terminating(const Block& block);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_TERMINATING_H_
