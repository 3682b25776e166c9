#ifndef STACKQUAKE_HARNESS_COMPILER_COMPILER_H_
#define STACKQUAKE_HARNESS_COMPILER_COMPILER_H_

// From a checked tree to the machine's code.
//
// Where a value lives:
//
//   parameter, result      in the arguments from the caller
//   local, counter         in the frame
//   boxed variable         in a heap box, whose address is in the frame
//   captured variable      behind a pointer that the literal loads from its closure when it begins
//   closure                static when nothing is captured; on the heap when it stands in a loop
//   and is not just
//                          called; else in the frame that makes it
//
// Where a pointer is live: see liveness.h.

#include <cstdint>

#include "harness/compiler/function_compiler.h"
#include "harness/language/arena.h"
#include "harness/language/tree.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/design.h"

namespace stackquake {

// Compiles nests for one design. Reuses its storage: after some nests it allocates nothing.
class Compiler {
 public:
  explicit Compiler(const runtime::Design& design);

  // The program of a checked nest. It is owned by the compiler and valid until the next call; names
  // in it point into the nest's text and arena.
  const runtime::Program& compile(const Nest& nest, Arena& arena);

 private:
  void add_functions(const Nest& nest, Arena& arena);
  void resolve_calls();

  runtime::Program image_;  // the runtime's own functions
  runtime::Program program_;
  FunctionCompiler function_compiler_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_COMPILER_COMPILER_H_
