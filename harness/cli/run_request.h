#ifndef STACKQUAKE_HARNESS_CLI_RUN_REQUEST_H_
#define STACKQUAKE_HARNESS_CLI_RUN_REQUEST_H_

#include <cstdio>

#include "harness/cli/run_command_line.h"
#include "harness/run/exit_status.h"

namespace stackquake {

// Does what a command line of run_nests asks for. Results go to `out`, errors in files to `errors`.
// The trace goes to `out`, before its nest's result, or with --json to `errors`. Each nest's result
// is written before the next nest runs.
ExitStatus run_request(const RunRequest& request, std::FILE* out, std::FILE* errors);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_RUN_REQUEST_H_
