// run_oracle [--level go1.4|modern] [--set KEY=VALUE]… [--json] PATH…
//
// Reports how nests behave according to the Go specification. --help explains the rest.

#include "harness/cli/oracle_command_line.h"
#include "harness/cli/oracle_request.h"
#include "harness/cli/program.h"

int main(int argc, char** argv) {
  return stackquake::run_program("run_oracle", argc, argv, stackquake::parse_oracle_command_line,
                                 stackquake::oracle_request);
}
