#ifndef STACKQUAKE_HARNESS_LANGUAGE_TERMINATING_H_
#define STACKQUAKE_HARNESS_LANGUAGE_TERMINATING_H_

#include "harness/language/tree.h"

namespace stackquake {

// Whether a block ends in a terminating statement, by the Go specification: a return, a call of
// panic, a block or an if with else whose branches do, or a select whose cases do. A loop with a
// condition is none, nor is Goexit.
bool is_terminating(const Block& block);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_TERMINATING_H_
