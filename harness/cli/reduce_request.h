#ifndef STACKQUAKE_HARNESS_CLI_REDUCE_REQUEST_H_
#define STACKQUAKE_HARNESS_CLI_REDUCE_REQUEST_H_

#include <cstdio>

#include "harness/cli/reduce_command_line.h"
#include "harness/run/exit_status.h"

namespace stackquake {

// Carries out a command line of reduce_nest. The nest, or with --json the document, goes to `out`;
// a summary, or a message about a bad file, goes to `errors`.
ExitStatus reduce_request(const ReduceRequest& request, std::FILE* out, std::FILE* errors);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_REDUCE_REQUEST_H_
