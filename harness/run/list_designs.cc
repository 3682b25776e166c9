// list_designs [PATH…] : tells as JSON which designs and defects there are, and which defects nests
// say they find. --help tells the rest.

#include "harness/run/design_list.h"
#include "harness/run/program.h"

int main(int argc, char** argv) {
  return stackquake::run_program("list_designs", argc, argv,
                                 stackquake::parse_design_list_command_line,
                                 stackquake::design_list_request);
}
