#ifndef STACKQUAKE_HARNESS_SWEEP_PLACEMENTS_H_
#define STACKQUAKE_HARNESS_SWEEP_PLACEMENTS_H_

#include <cstdint>
#include <vector>

#include "harness/language/directives.h"
#include "runtime_under_test/options.h"

namespace stackquake {

// Where one run of a sweep forces copies and collections: numbers of safepoints, counted from 0
// over the whole run, in ascending order.
struct Placement {
  std::vector<uint64_t> copies;
  std::vector<uint64_t> collections;

  friend bool operator==(const Placement&, const Placement&) = default;
};

// The options with this placement in place of their own policies for copies and collections.
runtime::Options placed(runtime::Options options, const Placement& placement);

// The same for directives, which are written as move=at:K and gc=at:K, or left out. The result
// refers to the lists of `placement`.
Directives placed(Directives directives, const Placement& placement);

// All runs of the sweep of a nest with S safepoints, in this order:
//
//   run 0       nothing is forced: the dry run, which has counted the safepoints
//   S runs      a copy
//   S runs      a collection
//
// and with pairs, which include those at neighbouring safepoints,
//
//   S(S-1)/2    two copies, at different safepoints
//   S²          a copy and a collection, at the same safepoint or at two, in either order. At one
//               safepoint the collection comes first.
class Placements {
 public:
  // A run has far fewer safepoints than its fuel has steps, so no number overflows.
  Placements(uint64_t safepoints, bool pairs) : safepoints_(safepoints), pairs_(pairs) {}

  // How many runs there are.
  uint64_t count() const;

  // The placement of a run, which must be less than count().
  Placement at(uint64_t run) const;

 private:
  uint64_t pairs_of_copies() const;

  uint64_t safepoints_;
  bool pairs_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_SWEEP_PLACEMENTS_H_
