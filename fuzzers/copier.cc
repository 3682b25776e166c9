// Random states of a stack, with made-up frames, maps and records, straight to copier and
// collector.

#include "fuzzers/common/make_target.h"
#include "harness/fuzzing/copier_target.h"

std::unique_ptr<stackquake::FuzzTarget> stackquake::make_target(const FuzzSettings& settings) {
  return std::make_unique<CopierTarget>(settings);
}
