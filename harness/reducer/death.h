#ifndef STACKQUAKE_HARNESS_REDUCER_DEATH_H_
#define STACKQUAKE_HARNESS_REDUCER_DEATH_H_

#include <string>
#include <string_view>

namespace stackquake::reducer {

// The signature of a process's death, equal for equal causes. If a sanitizer has reported
// something, it is the report's summary without folders, lines, addresses and numbers; otherwise it
// is the signal or the exit status. `status` comes from waitpid, `said` is the process's standard
// error.
std::string death_signature(std::string_view said, int status);

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_DEATH_H_
