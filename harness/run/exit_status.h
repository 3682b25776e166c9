#ifndef STACKQUAKE_HARNESS_RUN_EXIT_STATUS_H_
#define STACKQUAKE_HARNESS_RUN_EXIT_STATUS_H_

#include <string>

namespace stackquake {

// The exit status of every program of the harness.
enum class ExitStatus {
  kOk = 0,
  kFound = 1,     // a violation
  kBadInput = 2,  // bad usage, or a file that cannot be read or is not a nest
  kMissing = 3,   // the machine or the build lacks something, or output could not be written
};

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

#endif  // STACKQUAKE_HARNESS_RUN_EXIT_STATUS_H_
