// enumerate_nests --size K [--count | --texts] [--design NAME] [--defect SLUG]… [--poison MODE]
//                 [--first N] [--end N] [--skip N]…
//
// Tries every small nest with a copy and a collection at every place. --help explains the rest.

#include "harness/cli/enumerate_command_line.h"
#include "harness/cli/enumerate_request.h"
#include "harness/cli/program.h"

int main(int argc, char** argv) {
  return stackquake::run_program("enumerate_nests", argc, argv,
                                 stackquake::parse_enumerate_command_line,
                                 stackquake::enumerate_request);
}
