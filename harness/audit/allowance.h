#ifndef STACKQUAKE_HARNESS_AUDIT_ALLOWANCE_H_
#define STACKQUAKE_HARNESS_AUDIT_ALLOWANCE_H_

#include <cstdint>

#include "runtime_under_test/runtime.h"

namespace stackquake {

// How many frames, records and words an audit may have looked at by now, where the fuel of the run
// does not bound it already: some at once, and one more for every few steps of the run. So a run is
// audited up to its end, in proportion to its length. Small nests never use it up. A walk of a deep
// stack in each of a thousand situations does.
constexpr uint64_t kAllowedAtOnce = uint64_t{1} << 19;
constexpr uint64_t kStepsPerAllowed = 8;

inline uint64_t audit_allowance(const runtime::Runtime& runtime) {
  return kAllowedAtOnce + runtime.steps_taken() / kStepsPerAllowed;
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_ALLOWANCE_H_
