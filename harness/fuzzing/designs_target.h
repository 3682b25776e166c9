#ifndef STACKQUAKE_HARNESS_FUZZING_DESIGNS_TARGET_H_
#define STACKQUAKE_HARNESS_FUZZING_DESIGNS_TARGET_H_

#include <optional>
#include <string>
#include <vector>

#include "harness/fuzzing/fuzz_settings.h"
#include "harness/fuzzing/nest_target.h"
#include "harness/fuzzing/watched_runs.h"
#include "harness/run/behaviour.h"
#include "harness/run/nest_checker.h"
#include "runtime_under_test/defects.h"

namespace stackquake {

// Runs each nest on every design, one after another.
//
// Two kinds of designs must be right: those without built-in defects, and the one that the settings
// name, with its defects. They must pass all checks, and those of the same level of Go must behave
// alike. They are compared with each other even when the oracle has no expectation, except
//   - when the behaviour depends on addresses,
//   - when a run is out of steps or stack, because the costs of these differ from design to design.
//
// The other designs run, too, but for them only a crash of the process is a finding.
class DesignsTarget final : public NestTarget {
 public:
  DesignsTarget(const FuzzSettings& settings, Goroutines goroutines);

 protected:
  std::optional<runtime::Violation> judge(const Nest& nest, const Manner& manner) override;

 private:
  struct Contender {
    std::string design;
    runtime::DefectSet defects;
    bool must_be_right = true;
  };
  // The behaviour of a design that must be right.
  struct Shown {
    const Contender* contender;
    Behaviour behaviour;
  };

  static std::vector<Contender> contenders(const FuzzSettings& settings);
  static std::string name(const Contender& contender);
  std::optional<runtime::Violation> run(const Contender& contender, const Nest& nest,
                                        const Manner& manner);
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
