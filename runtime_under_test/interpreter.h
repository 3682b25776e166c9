#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_INTERPRETER_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_INTERPRETER_H_

#include <cstdint>

#include "runtime_under_test/g.h"

namespace stackquake::runtime {

// Runs compiled code on a goroutine's fiber.
//
// A call of a nest's function does not recurse in C++: the loop continues in the callee. There is a
// new activation of the loop only where gopanic or Goexit runs a deferred call, so the depth of the
// native stack is the depth of nested panics and Goexits.
class Interpreter {
 public:
  virtual ~Interpreter() = default;

  // Runs from g.sched until
  //
  //  - the call that reflectcall began returns: kContinue, with g.sched behind the call; or
  //  - a recovery or the end of the run leaves the frames of this activation: kUnwind.
  //
  // The frames of this activation are those whose sp is more than `base` bytes below the stack's
  // high end. `base` is 0 for the goroutine's first activation.
  virtual Flow execute(G& g, uint64_t base) = 0;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_INTERPRETER_H_
