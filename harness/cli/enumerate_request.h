#ifndef STACKQUAKE_HARNESS_CLI_ENUMERATE_REQUEST_H_
#define STACKQUAKE_HARNESS_CLI_ENUMERATE_REQUEST_H_

#include <cstdio>

#include "harness/cli/enumerate_command_line.h"
#include "harness/run/exit_status.h"

namespace stackquake {

// Does what a command line of enumerate_nests asks for. Events go to `out`, one line to `errors`
// where the marker cannot be written.
ExitStatus enumerate_request(const EnumerateRequest& request, std::FILE* out, std::FILE* errors);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_ENUMERATE_REQUEST_H_
