#include "harness/fuzzing/copier_target.h"

#include <cstdint>

#include "runtime_under_test/designs/designs.h"

namespace stackquake {

CopierTarget::CopierTarget(const FuzzSettings& settings)
    : session_(runtime::make_design(settings.design, settings.defect_set()),
               runtime::PoisonMode::kFill),
      choice_(settings) {}

FuzzVerdict CopierTarget::run_one(std::string_view input) {
  ++tally_.executions;
  ++tally_.valid;
  session_.set_poison(choice_.poison(hash_of_input(input)));
  violation_ = session_.run_one({reinterpret_cast<const uint8_t*>(input.data()), input.size()});
  return violation_ ? FuzzVerdict::kFinding : FuzzVerdict::kRan;
}

}  // namespace stackquake
