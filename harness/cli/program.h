#ifndef STACKQUAKE_HARNESS_CLI_PROGRAM_H_
#define STACKQUAKE_HARNESS_CLI_PROGRAM_H_

#include <cstdio>
#include <string>
#include <variant>
#include <vector>

#include "harness/cli/output.h"
#include "harness/cli/program_name.h"
#include "harness/cli/refusal.h"
#include "harness/run/file_names.h"

namespace stackquake {

// The body of a program's main: `parse` turns the arguments into a request, a Help or a Refusal,
// and `run` does what the request asks for. `name` is used when argv[0] is empty. Returns the exit
// status, which is 3 when not all output could be written.
template <typename Parse, typename Run>
int run_program(const char* name, int argc, char** argv, Parse parse, Run run) {
  set_program_name(argc > 0 ? argv[0] : "", name);
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const auto parsed = parse(arguments);
  int status = 0;
  if (const auto* help = std::get_if<Help>(&parsed)) {
    std::fputs(help->text.c_str(), stdout);
  } else if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
    std::fprintf(stderr, "%s: %s\n", program_name().c_str(), printable(refusal->message).c_str());
    status = static_cast<int>(refusal->status);
  } else {
    status = static_cast<int>(run(std::get<0>(parsed), stdout, stderr));
  }
  return finish_output(program_name(), stdout, stderr, status);
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_PROGRAM_H_
