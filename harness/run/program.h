#ifndef STACKQUAKE_HARNESS_RUN_PROGRAM_H_
#define STACKQUAKE_HARNESS_RUN_PROGRAM_H_

#include <cstdio>
#include <string>
#include <variant>
#include <vector>

#include "harness/run/exit_status.h"

namespace stackquake {

// The main function of a program: `parse` makes of its arguments a request, a Help or a Refusal,
// and `run` does what the request asks for. Gives the exit status.
template <typename Parse, typename Run>
int run_program(const char* name, const std::vector<std::string>& arguments, Parse parse, Run run) {
  const auto parsed = parse(arguments);
  if (const auto* help = std::get_if<Help>(&parsed)) {
    std::fputs(help->text.c_str(), stdout);
    return 0;
  }
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
    std::fprintf(stderr, "%s: %s\n", name, refusal->message.c_str());
    return static_cast<int>(refusal->status);
  }
  return static_cast<int>(run(std::get<0>(parsed), stdout, stderr));
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_PROGRAM_H_
