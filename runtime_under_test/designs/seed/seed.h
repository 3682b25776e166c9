#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_SEED_SEED_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_SEED_SEED_H_

// The design of Go directly after change f95beae61 of 2014-09-16. It is the design of Go 1.4 with
// four defects that later changes mended. In go1.4 these are switches; here they are part of the
// design.
//
//   defect                  mended      what happens
//   goexit-reruns-started   2014-09-19  Goexit does not look whether the head of the list is
//                                       started. Called by a deferred call, it runs this call again
//   stale-defer-panic       2014-10-07  a record that a later panic takes off the list still names
//                                       the Panic that started it
//   stale-defer-fn          2014-10-08  such a record still names its closure
//   pool-chain-pinned       2014-11-16  collections empty the pools of records without cutting the
//                                       links between the records

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
