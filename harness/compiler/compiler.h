#ifndef STACKQUAKE_HARNESS_COMPILER_COMPILER_H_
#define STACKQUAKE_HARNESS_COMPILER_COMPILER_H_

// Compiles a checked tree to the machine's code.
//
// Where values live:
//
//   parameter, result   in the block of arguments, which the caller's frame holds
//   local, counter      in the frame
//   boxed variable      in a heap box, whose address is in the frame
//   captured variable   behind a pointer that the literal loads from its closure at entry
//   closure             - static, when it captures nothing
//                       - on the heap, when it stands in a loop and is not only called
//                       - otherwise in the frame of the function that makes it
//
// Where pointers are live: see liveness.h.

#include <cstdint>

#include "harness/compiler/function_compiler.h"
#include "harness/language/arena.h"
#include "harness/language/tree.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/design.h"

namespace stackquake {

// Compiles nests for one design. Storage is reused: after some nests it allocates nothing.
class Compiler {
 public:
  explicit Compiler(const runtime::Design& design);

  // The program of a checked nest. The compiler owns it; it is valid until the next call. Names in
  // it point into the nest's text and arena.
  const runtime::Program& compile(const Nest& nest, Arena& arena);

 private:
  void add_functions(const Nest& nest, Arena& arena);
  void add_wrappers(Arena& arena);
  void resolve_calls();

  runtime::Program image_;  // the runtime's own functions
  runtime::Program program_;
  FunctionCompiler function_compiler_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_COMPILER_COMPILER_H_
