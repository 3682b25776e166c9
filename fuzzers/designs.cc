// Each nest on every design: designs that must be right must agree, and the others must not crash.

#include "fuzzers/common/make_target.h"
#include "harness/fuzzing/designs_target.h"

std::unique_ptr<stackquake::FuzzTarget> stackquake::make_target(const FuzzSettings& settings) {
  return std::make_unique<DesignsTarget>(settings, Goroutines::kOne);
}
