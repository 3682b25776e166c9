#ifndef STACKQUAKE_HARNESS_MUTATION_STEP_COST_H_
#define STACKQUAKE_HARNESS_MUTATION_STEP_COST_H_

// What a step of a nest costs together with the checks, roughly, as a multiple of a step without
// forced copies and collections: 8 when one comes at every safepoint, 3 when one comes at every
// call or allocation.

#include <algorithm>
#include <cstdint>

#include "harness/language/directives.h"
#include "runtime_under_test/options.h"

namespace stackquake {

constexpr uint64_t kCostAtSafepoints = 8;
constexpr uint64_t kCostAtCalls = 3;

constexpr uint64_t cost_of_a_step(runtime::MovePolicy policy) {
  using runtime::MovePolicy;
  if (policy == MovePolicy::kSafepoint) return kCostAtSafepoints;
  return policy == MovePolicy::kPrologue || policy == MovePolicy::kCall ? kCostAtCalls : 1;
}

constexpr uint64_t cost_of_a_step(runtime::GcPolicy policy) {
  if (policy == runtime::GcPolicy::kSafepoint) return kCostAtSafepoints;
  return policy == runtime::GcPolicy::kAlloc ? kCostAtCalls : 1;
}

constexpr uint64_t cost_of_a_step(const Directives& directives) {
  return std::max(cost_of_a_step(directives.move), cost_of_a_step(directives.gc));
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_MUTATION_STEP_COST_H_
