#ifndef STACKQUAKE_HARNESS_RUN_EXIT_STATUS_H_
#define STACKQUAKE_HARNESS_RUN_EXIT_STATUS_H_

namespace stackquake {

// The exit status of every program of the harness.
enum class ExitStatus {
  kOk = 0,
  kFound = 1,     // a violation
  kBadInput = 2,  // bad usage, or a file that cannot be read or is not a nest
  kMissing = 3,   // the machine or the build lacks something, or output could not be written
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_EXIT_STATUS_H_
