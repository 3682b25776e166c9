#ifndef STACKQUAKE_HARNESS_CLI_OPERATION_LIST_H_
#define STACKQUAKE_HARNESS_CLI_OPERATION_LIST_H_

// What list_operations prints: the operations by whose cost designs are compared. Other programs
// read it, so that this list is the only one.

#include <string>

namespace stackquake {

// A JSON list, without a line feed behind it:
//
//   [{"name", "description", "unit", "complexity", "starts_goroutines", "is_copy",
//     "sizes": [{"size", "functions", "nest"}…]}…]
//
// "functions" is the Go code of operations.h, from which a benchmark for real Go is made. "nest"
// does the operation once.
std::string operation_list();

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_OPERATION_LIST_H_
