// list_operations
//
// Prints the operations by whose cost designs are compared, as a JSON list: see operation_list.h.
//
// Exit status: 0, 2 for bad usage, or 3 if the list could not be written.

#include <cstdio>

#include "harness/cli/operation_list.h"
#include "harness/cli/output.h"

int main(int argc, char** /*argv*/) {
  if (argc > 1) {
    std::fprintf(stderr, "usage: list_operations\n");
    return 2;
  }
  std::printf("%s\n", stackquake::operation_list().c_str());
  return stackquake::finish_output("list_operations", stdout, stderr, 0);
}
