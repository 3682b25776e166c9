#ifndef STACKQUAKE_HARNESS_CLI_ORACLE_REQUEST_H_
#define STACKQUAKE_HARNESS_CLI_ORACLE_REQUEST_H_

#include <cstdio>

#include "harness/cli/oracle_command_line.h"
#include "harness/run/exit_status.h"

namespace stackquake {

// Does what a command line of run_oracle asks for. Behaviours go to `out`, errors in files to
// `errors`.
ExitStatus oracle_request(const OracleRequest& request, std::FILE* out, std::FILE* errors);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_ORACLE_REQUEST_H_
