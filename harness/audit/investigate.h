#ifndef STACKQUAKE_HARNESS_AUDIT_INVESTIGATE_H_
#define STACKQUAKE_HARNESS_AUDIT_INVESTIGATE_H_

#include "harness/audit/checker.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// Returns the violation that `checker` has found, with the history of the wrong word added. No
// history is kept while fuzzing. Runs are deterministic, so the same program is run again with the
// same options and checks, and the word is followed up to the violation.
//
// - If the violation names no word, it is returned as it is, without a run.
// - If the second run does not end with the same violation, there is no history, and the message
//   says so.
runtime::Violation investigate(Checker& checker, const runtime::Program& program,
                               const runtime::Options& options, runtime::Violation found);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_INVESTIGATE_H_
