#include <cstdio>
#include <string>

#include "fuzzers/common/front.h"
#include "fuzzers/common/make_target.h"
#include "harness/run/violation_text.h"
#include "runtime_under_test/poison.h"

namespace stackquake {

StartedTarget start_target(std::span<const char* const> /*arguments*/) {
  FuzzSettings settings;
  settings.design = STACKQUAKE_DESIGN;
  settings.mixes_poison = runtime::has_address_sanitizer();
  if (!settings.mixes_poison) settings.poison = "fill";
  settings.sample = Sample::kSome;
  return {make_target(settings), std::nullopt};
}

// All findings abort in the same function, so a service that groups crashes by their stacks would
// take them for one. ClusterFuzz groups by the message of a failed assertion where there is one.
void report_finding(const FuzzTarget& target) {
  const runtime::Violation& violation = *target.violation();
  std::fprintf(stderr, "%s\nASSERTION FAILED: %s\n", to_string(violation).c_str(),
               violation.signature.c_str());
  if (const std::string variation(target.variation()); !variation.empty()) {
    std::fprintf(stderr, "shown by this variation of the input:\n%s\n", variation.c_str());
  }
}

void report_run(const ToldRun& /*told*/) {}

void report_progress(const FuzzProgress& /*progress*/) {}

}  // namespace stackquake
