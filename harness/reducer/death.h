#ifndef STACKQUAKE_HARNESS_REDUCER_DEATH_H_
#define STACKQUAKE_HARNESS_REDUCER_DEATH_H_

#include <string>
#include <string_view>

namespace stackquake::reducer {

// The signature of a process's death, equal for equal causes: of a sanitizer's report the summary
// without folders, lines, addresses and numbers, else the signal or the exit status, as `status`
// has it from waitpid. `said` is what the process wrote to its standard error.
std::string death_signature(std::string_view said, int status);

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_DEATH_H_
