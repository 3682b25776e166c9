#ifndef STACKQUAKE_HARNESS_CLI_REPLAY_H_
#define STACKQUAKE_HARNESS_CLI_REPLAY_H_

// Runs a target on files, without a fuzzing engine.

#include <cstdio>
#include <span>
#include <string>

#include "harness/fuzzing/fuzz_target.h"
#include "harness/run/exit_status.h"

namespace stackquake {

// Runs the files, and those in the folders, in the given order. Writes a line for each to `out`:
// its name, and "ok", "rejected" or the signature and message of the finding. Goes on after a
// finding. Returns kFound after a finding. Otherwise kBadInput when a file could not be read or was
// rejected, or when there was no file.
ExitStatus replay(FuzzTarget& target, std::span<const std::string> paths, std::FILE* out);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_REPLAY_H_
