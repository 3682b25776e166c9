// generate_nests [--seed N] [--first N] [--count N] [--profile NAME] [--goroutines]
//                [--directory DIR]
//
// Makes random nests. --help explains the rest.

#include "harness/cli/generate_request.h"
#include "harness/cli/program.h"

int main(int argc, char** argv) {
  return stackquake::run_program("generate_nests", argc, argv,
                                 stackquake::parse_generate_command_line,
                                 stackquake::generate_nests);
}
