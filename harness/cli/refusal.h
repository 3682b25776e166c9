#ifndef STACKQUAKE_HARNESS_CLI_REFUSAL_H_
#define STACKQUAKE_HARNESS_CLI_REFUSAL_H_

// What a command line can be instead of a request.

#include <string>

#include "harness/run/exit_status.h"

namespace stackquake {

// The text that --help asks for. The program prints it and does nothing else.
struct Help {
  std::string text;
};

// Why a request is refused: one line for the user, and the exit status.
struct Refusal {
  ExitStatus status = ExitStatus::kBadInput;
  std::string message;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_REFUSAL_H_
