#ifndef STACKQUAKE_HARNESS_FUZZING_DESIGN_TARGET_H_
#define STACKQUAKE_HARNESS_FUZZING_DESIGN_TARGET_H_

#include <optional>

#include "harness/fuzzing/fuzz_settings.h"
#include "harness/fuzzing/nest_target.h"
#include "harness/fuzzing/watched_runs.h"
#include "harness/run/nest_checker.h"

namespace stackquake {

// Runs each nest on one design, with all the checks that the settings ask for.
class DesignTarget final : public NestTarget {
 public:
  DesignTarget(const FuzzSettings& settings, Goroutines goroutines);

 protected:
  std::optional<runtime::Violation> judge(const Nest& nest, const Manner& manner) override;

 private:
  WatchedRuns runs_;
  Checks checks_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_DESIGN_TARGET_H_
