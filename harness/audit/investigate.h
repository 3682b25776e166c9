#ifndef STACKQUAKE_HARNESS_AUDIT_INVESTIGATE_H_
#define STACKQUAKE_HARNESS_AUDIT_INVESTIGATE_H_

#include "harness/audit/checker.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// A violation that `checker` has found, with the history of the word that is wrong. Runs are
// deterministic, so none is kept while fuzzing: the same program is run again with the same
// options, checked as before, and its word is followed to the same end.
//
// Where the violation names no word it is given back as it is, without a run; and where the second
// run does not end with the same violation, without a history and with a message that says so.
runtime::Violation investigate(Checker& checker, const runtime::Program& program,
                               const runtime::Options& options, runtime::Violation found);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_INVESTIGATE_H_
