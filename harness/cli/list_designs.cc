// list_designs [PATH…]
//
// Lists as JSON which designs and defects exist, and which defects nests name. --help explains the
// rest.

#include "harness/cli/design_list.h"
#include "harness/cli/program.h"

int main(int argc, char** argv) {
  return stackquake::run_program("list_designs", argc, argv,
                                 stackquake::parse_design_list_command_line,
                                 stackquake::design_list_request);
}
