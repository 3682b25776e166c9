#ifndef STACKQUAKE_HARNESS_RUN_EXIT_STATUS_H_
#define STACKQUAKE_HARNESS_RUN_EXIT_STATUS_H_

#include <string>

namespace stackquake {

// What every program of the harness ends with.
enum class ExitStatus {
  kOk = 0,
  kFound = 1,     // a violation
  kBadInput = 2,  // bad usage, or a file that cannot be read or is not a nest
  kMissing = 3,   // the machine or the build lacks something
};

// What is to be printed instead of doing anything: what --help asked for.
struct Help {
  std::string text;
};

// Why something that was asked for cannot be had, in one line.
struct Refusal {
  ExitStatus status = ExitStatus::kBadInput;
  std::string message;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_EXIT_STATUS_H_
