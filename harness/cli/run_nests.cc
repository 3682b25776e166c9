// run_nests [--design NAME] [--defect SLUG]… [--poison MODE] [--set KEY=VALUE]… [--trace] [--json]
//           PATH…
//
// Runs nests and reports how each behaves. --help explains the rest.

#include "harness/cli/program.h"
#include "harness/cli/run_command_line.h"
#include "harness/cli/run_request.h"

int main(int argc, char** argv) {
  return stackquake::run_program("run_nests", argc, argv, stackquake::parse_run_command_line,
                                 stackquake::run_request);
}
