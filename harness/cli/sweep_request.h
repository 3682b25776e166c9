#ifndef STACKQUAKE_HARNESS_CLI_SWEEP_REQUEST_H_
#define STACKQUAKE_HARNESS_CLI_SWEEP_REQUEST_H_

#include <cstdio>

#include "harness/cli/sweep_command_line.h"
#include "harness/run/exit_status.h"

namespace stackquake {

// Does what a command line of sweep_nests asks for. Events go to `out`, errors in files to
// `errors`.
ExitStatus sweep_request(const SweepRequest& request, std::FILE* out, std::FILE* errors);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_SWEEP_REQUEST_H_
