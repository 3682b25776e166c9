#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_INTERPRETER_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_INTERPRETER_H_

#include <cstdint>

#include "runtime_under_test/g.h"

namespace stackquake::runtime {

// Runs compiled code on a goroutine's fiber.
//
// A call of a nest's function does not recurse in C++: the loop goes on in the callee. Only where a
// runtime function runs a deferred call (gopanic, Goexit) is there a new activation, so the native
// stack is as deep as panics are nested.
class Interpreter {
 public:
  virtual ~Interpreter() = default;

  // Runs from g.sched until the call that reflectcall began returns (kContinue, g.sched behind it),
  // or until something unwinds to a frame that is not of this activation (kUnwind). The frames of
  // this activation are those whose sp is further than `base` bytes from the stack's high end; 0
  // for the goroutine's first activation.
  virtual Flow execute(G& g, uint64_t base) = 0;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_INTERPRETER_H_
