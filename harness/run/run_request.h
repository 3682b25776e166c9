#ifndef STACKQUAKE_HARNESS_RUN_RUN_REQUEST_H_
#define STACKQUAKE_HARNESS_RUN_RUN_REQUEST_H_

#include <cstdio>

#include "harness/run/command_line.h"
#include "harness/run/exit_status.h"

namespace stackquake {

// Does what a command line of run_nests asks for. Results go to `out`, what is wrong with files to
// `errors`, and the trace to `out`, before its nest's result, or with --json to `errors`. Each
// nest's result is out before the next one runs.
ExitStatus run_request(const Request& request, std::FILE* out, std::FILE* errors);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_RUN_REQUEST_H_
