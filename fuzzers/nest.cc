// Nests of one goroutine on one design, with all checks.

#include "fuzzers/common/make_target.h"
#include "harness/fuzzing/design_target.h"

std::unique_ptr<stackquake::FuzzTarget> stackquake::make_target(const FuzzSettings& settings) {
  return std::make_unique<DesignTarget>(settings, Goroutines::kOne);
}
