#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_RUNTIME_FUNCTIONS_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_RUNTIME_FUNCTIONS_H_

#include "runtime_under_test/code.h"
#include "runtime_under_test/design.h"

namespace stackquake::runtime {

// Argument words of deferproc and newproc before those of the function that they start: siz and the
// closure.
constexpr uint16_t kProcArgumentWords = 2;

// Appends the runtime's own functions and types to an empty program, with the frame layouts of
// `design`. Every program begins with them. A compiler does this once for a design and starts each
// program from a copy.
//
//   function     frame (words from sp)                       checks its stack
//   goexit       none: the walk ends here                    no
//   gopanic      what the design says                        yes
//   Goexit       what the design says                        yes
//   deferproc    what the design says                        no
//   deferprocStack  what the design says, or 1 word          no
//   deferreturn  what the design says                        where it calls closures
//   jmpdefer     none                                        no
//   newproc      1: the new goroutine's number               no
//   sigpanic …   2: the argument to gopanic                  yes
//   built-ins    none                                        yes
//   reflectcall  its size class: the arguments               yes
void append_runtime_functions(const Design& design, Program& program);

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_RUNTIME_FUNCTIONS_H_
