#ifndef STACKQUAKE_HARNESS_FUZZING_NEST_TARGET_H_
#define STACKQUAKE_HARNESS_FUZZING_NEST_TARGET_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "harness/fuzzing/fuzz_settings.h"
#include "harness/fuzzing/fuzz_target.h"
#include "harness/fuzzing/input_choice.h"
#include "harness/fuzzing/situations.h"
#include "harness/fuzzing/told_runs.h"
#include "harness/fuzzing/variation.h"
#include "harness/generator/random.h"
#include "harness/language/arena.h"
#include "harness/language/tree.h"
#include "harness/mutation/nest_mutator.h"
#include "harness/run/run_digest.h"
#include "runtime_under_test/options.h"

namespace stackquake {

// Whether the nests that a target makes start goroutines. A target runs any nest.
enum class Goroutines : bool { kOne, kSeveral };

// A target whose inputs are nests. Unless the flags say otherwise, it makes inputs by changing
// trees. A nest that its mutator has just made runs without being parsed again. An input that is
// right also runs as a few variations. InputChoice says what is chosen for each input. A run that
// differs from an earlier one of the same input is a finding of the check `leftovers`.
class NestTarget : public FuzzTarget {
 public:
  NestTarget(const FuzzSettings& settings, Goroutines goroutines);

  FuzzVerdict run_one(std::string_view text) final;
  std::optional<std::string_view> mutate(std::string_view text, size_t max_bytes,
                                         uint32_t seed) final;
  std::optional<std::string_view> cross_over(std::string_view a, std::string_view b,
                                             size_t max_bytes, uint32_t seed) final;
  std::string_view variation() const final { return variation_; }
  void set_before_variation(const std::function<void(std::string_view)>& tell) final {
    before_variation_ = tell;
  }
  const ToldRun* told_run() const final { return told_run_ ? &*told_run_ : nullptr; }
  FuzzProgress progress() const final;

  // The situations of the last input.
  const Situations& last_situations() const { return situations_; }

 protected:
  // How a nest is judged.
  struct Manner {
    runtime::Options options;
    SituationShare share;
    bool is_same_nest = false;    // as in the last call, with other directives
    bool unobserved_too = false;  // runs once more, without an observer
    RunDigest* digest = nullptr;  // add_run adds the observed runs; null if nobody asks
  };

  // Runs a nest and returns what is wrong. Calls set_extent for a run that is right.
  virtual std::optional<runtime::Violation> judge(const Nest& nest, const Manner& manner) = 0;

  Situations& counts() { return situations_; }
  void set_extent(const runtime::RunResult& result) {
    extent_ = {result.stats.steps, result.stats.safepoints};
  }

 private:
  // The first inputs of a process are fresh nests, because there is little to change yet: as many
  // as make so many executions. Inputs of a given corpus count, too.
  static constexpr uint64_t kSeedingRuns = 1000;
  bool is_seeding() const { return tally_.executions < kSeedingRuns; }

  // And so is one of so many later on. What the generator makes once in some thousand nests may
  // come up late, and changes of other nests seldom lead to it.
  static constexpr uint64_t kInputsPerFreshNest = 32;
  bool is_fresh(uint32_t seed) const {
    return is_seeding() || Random(seed).below(kInputsPerFreshNest) == 0;
  }

  const Nest* parsed(std::string_view text);
  Manner manner_of(const Nest& nest, uint64_t hash) const;
  void run_variations(std::string_view text, const Nest& nest, uint64_t hash);
  void run_variation(const Nest& nest);
  void judge_again(std::string_view text, uint64_t hash);
  void tell(std::string_view text, uint64_t hash, const RunDigest& digest);

  Situations situations_{engine_counters()};
  NestMutator mutator_;
  Arena arena_;
  InputMaker input_maker_;
  Goroutines goroutines_;
  InputChoice choice_;
  ToldRuns told_runs_;
  bool tells_runs_;
  std::optional<ToldRun> told_run_;
  RunExtent extent_;  // of the last run that was right
  Arena variations_arena_;
  std::string variation_;
  std::function<void(std::string_view)> before_variation_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_NEST_TARGET_H_
