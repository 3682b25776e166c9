// sweep_nests [--design NAME] [--defect SLUG]… [--poison MODE] [--pairs] [--max-runs N]
//             [--part I/N] PATH…
//
// Tries every place of nests at which a stack can be copied or the collector can run. --help
// explains the rest.

#include "harness/cli/program.h"
#include "harness/cli/sweep_command_line.h"
#include "harness/cli/sweep_request.h"

int main(int argc, char** argv) {
  return stackquake::run_program("sweep_nests", argc, argv, stackquake::parse_sweep_command_line,
                                 stackquake::sweep_request);
}
