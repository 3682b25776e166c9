#include "harness/fuzzing/design_target.h"

#include "runtime_under_test/designs/designs.h"

namespace stackquake {

DesignTarget::DesignTarget(const FuzzSettings& settings, Goroutines goroutines)
    : NestTarget(settings, goroutines),
      runs_(runtime::make_design(settings.design, settings.defect_set()), counts()),
      checks_(settings.checks_mode()) {}

std::optional<runtime::Violation> DesignTarget::judge(const Nest& nest, const Manner& manner) {
  runs_.set_share(manner.share);
  const runtime::RunResult& result =
      runs_.run(nest, manner.options, checks_, manner.unobserved_too, manner.is_same_nest);
  if (manner.digest != nullptr) add_run(*manner.digest, digest_of(result));
  set_extent(result);
  return result.violation;
}

}  // namespace stackquake
