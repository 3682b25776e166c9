#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_SEED_SEED_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_SEED_SEED_H_

// The design as change f95beae61 of 2014-09-16 brought it: that of Go 1.4 without what the weeks
// after it had to mend. Each of these is a switch of go1.4; here they are part of the design.
//
//   goexit-reruns-started   Goexit does not look whether the head of the list has been started. In
//                           a deferred call it runs that very call again. Mended on 2014-09-19
//   stale-defer-panic       a record that a later panic takes off the list still names the Panic
//                           that had started it: 2014-10-07
//   stale-defer-fn          and its closure: 2014-10-08
//   pool-chain-pinned       collections drop pools of records by their heads alone: 2014-11-16

#include <string_view>

#include "runtime_under_test/designs/go1.4/go14.h"

namespace stackquake::runtime {

class Seed final : public Go14 {
 public:
  static constexpr DefectSet kBuiltInDefects{Defect::kGoexitRerunsStarted, Defect::kStaleDeferPanic,
                                             Defect::kStaleDeferFn, Defect::kPoolChainPinned};

  Seed() : Go14(kBuiltInDefects) {}

  std::string_view name() const override { return "seed"; }
  bool wipes_freed_defers() const override { return false; }
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_SEED_SEED_H_
