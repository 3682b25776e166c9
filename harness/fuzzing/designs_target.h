#ifndef STACKQUAKE_HARNESS_FUZZING_DESIGNS_TARGET_H_
#define STACKQUAKE_HARNESS_FUZZING_DESIGNS_TARGET_H_

#include <optional>
#include <string>
#include <vector>

#include "harness/fuzzing/fuzz_flags.h"
#include "harness/fuzzing/nest_target.h"
#include "harness/fuzzing/watched_runs.h"
#include "harness/run/behaviour.h"
#include "harness/run/nest_checker.h"
#include "runtime_under_test/defects.h"

namespace stackquake {

// Runs each nest on every design, one after another.
//
// Those without built-in defects, and the one that the settings name with its defects, are held to
// all checks, and to behave alike where Go itself has not changed in between. They are compared
// also where the oracle cannot say what is right, unless the behaviour depends on addresses or a
// run has been out of steps or stack: what a step and a frame cost is each design's own. The other
// designs run too, but of them only a crash of the process is a finding.
class DesignsTarget final : public NestTarget {
 public:
  DesignsTarget(const FuzzSettings& settings, Goroutines goroutines);

 protected:
  std::optional<runtime::Violation> judge(const Nest& nest,
                                          const runtime::Options& options) override;

 private:
  struct Contender {
    std::string design;
    runtime::DefectSet defects;
    bool must_be_right = true;
  };
  // How one of them behaved that must be right.
  struct Shown {
    const Contender* contender;
    Behaviour behaviour;
  };

  static std::vector<Contender> contenders(const FuzzSettings& settings);
  static std::string name(const Contender& contender);
  std::optional<runtime::Violation> run(const Contender& contender, const Nest& nest,
                                        const runtime::Options& options);
  std::optional<runtime::Violation> compare(const Contender& contender,
                                            const runtime::RunResult& result,
                                            const runtime::Options& options);

  WatchedRuns runs_;
  Checks checks_;
  std::vector<Contender> contenders_;
  std::vector<Shown> shown_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_DESIGNS_TARGET_H_
