// explain_nest [--design NAME] [--defect SLUG]… [--poison MODE] [--set KEY=VALUE]… [--json] PATH
//
// Tells the story of a nest's run. `quake explain` runs it, and makes pages of its JSON.

#include "harness/cli/explain_command_line.h"
#include "harness/cli/explain_request.h"
#include "harness/cli/program.h"

int main(int argc, char** argv) {
  return stackquake::run_program("explain_nest", argc, argv, stackquake::parse_explain_command_line,
                                 stackquake::explain_request);
}
