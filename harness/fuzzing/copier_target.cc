#include "harness/fuzzing/copier_target.h"

#include <cstdint>

#include "runtime_under_test/designs/designs.h"

namespace stackquake {

CopierTarget::CopierTarget(const FuzzSettings& settings)
    : session_(runtime::make_design(settings.design, settings.defect_set()),
               settings.poison_mode(runtime::PoisonMode::kFill)) {}

FuzzVerdict CopierTarget::run_one(std::string_view input) {
  ++tally_.executions;
  ++tally_.valid;
  violation_ = session_.run_one({reinterpret_cast<const uint8_t*>(input.data()), input.size()});
  return violation_ ? FuzzVerdict::kFinding : FuzzVerdict::kRan;
}

}  // namespace stackquake
