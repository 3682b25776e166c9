#include "harness/fuzzing/watched_runs.h"

#include <utility>

#include "runtime_under_test/interpreter_loop.h"

namespace stackquake {

WatchedRuns::WatchedRuns(std::unique_ptr<runtime::Design> design, Situations& situations)
    : situations_(situations),
      checker_(std::move(design)),
      feedback_(checker_.runner().runtime(), situations),
      pair_(checker_.checker(), feedback_),
      loop_(std::make_unique<runtime::InterpreterLoop<ObserverPair<Checker, Feedback>>>(
          checker_.runner().runtime())) {
  situations_.add_design(checker_.runner().runtime().design());
}

WatchedRuns::~WatchedRuns() = default;

void WatchedRuns::set_design(std::unique_ptr<runtime::Design> design) {
  situations_.add_design(*design);
  checker_.set_design(std::move(design));
}

const runtime::RunResult& WatchedRuns::run(const Nest& nest, const runtime::Options& options,
                                           Checks checks, bool unobserved_too, bool is_same_nest) {
  if (!is_same_nest) checker_.adopt(nest);
  if (checks != Checks::kAll) return checker_.run(options, checks, feedback_);
  const runtime::RunResult& result = checker_.run(options, pair_, *loop_);
  if (!unobserved_too) return result;
  edge_counters_.save();
  const runtime::RunResult& same = checker_.run_unobserved(options);
  edge_counters_.restore();
  return same;
}

}  // namespace stackquake
