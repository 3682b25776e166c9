#ifndef STACKQUAKE_HARNESS_CLI_EXPLAIN_REQUEST_H_
#define STACKQUAKE_HARNESS_CLI_EXPLAIN_REQUEST_H_

#include <cstdio>

#include "harness/cli/explain_command_line.h"
#include "harness/run/exit_status.h"

namespace stackquake {

// Does what a command line of explain_nest asks for. The story goes to `out`, errors in the file to
// `errors`.
ExitStatus explain_request(const ExplainRequest& request, std::FILE* out, std::FILE* errors);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_EXPLAIN_REQUEST_H_
