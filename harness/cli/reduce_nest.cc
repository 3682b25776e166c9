// reduce_nest [--design NAME] [--defect SLUG]… [--signature SIGNATURE] [--out FILE] FILE
//
// Prints the smallest nest with the same violation. --help describes all options.

#include "harness/cli/program.h"
#include "harness/cli/reduce_command_line.h"
#include "harness/cli/reduce_request.h"

int main(int argc, char** argv) {
  return stackquake::run_program("reduce_nest", argc, argv, stackquake::parse_reduce_command_line,
                                 stackquake::reduce_request);
}
