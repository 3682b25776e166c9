#ifndef STACKQUAKE_HARNESS_REDUCER_DEATH_H_
#define STACKQUAKE_HARNESS_REDUCER_DEATH_H_

#include <string>
#include <string_view>

namespace stackquake::reducer {

// The signature of a process's death, equal for equal causes. `status` comes from waitpid, `said`
// is the process's standard error.
//
// If a sanitizer or libFuzzer has reported something, it is the summary of the first report,
// without what differs between builds and machines: death_rule.def says what that is, here and in
// campaigns. The summary of a deadly signal has no place, so the project's innermost function in
// the stack trace is added. Without a report, it is the signal or the exit status.
std::string death_signature(std::string_view said, int status);

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_DEATH_H_
