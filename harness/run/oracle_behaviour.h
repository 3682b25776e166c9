#ifndef STACKQUAKE_HARNESS_RUN_ORACLE_BEHAVIOUR_H_
#define STACKQUAKE_HARNESS_RUN_ORACLE_BEHAVIOUR_H_

#include "harness/oracle/oracle.h"
#include "harness/run/behaviour.h"

namespace stackquake {

// Converts the oracle's result to a Behaviour. The oracle has its own types, because it uses
// nothing of the runtime.
Behaviour behaviour_of(const OracleResult& result);

// Whether the two outcomes are the same.
bool same_outcome(const runtime::Outcome& outcome, const OracleOutcome& expected);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_ORACLE_BEHAVIOUR_H_
