#include "runtime_under_test/designs/designs.h"

#include "runtime_under_test/designs/before-seed/before_seed.h"
#include "runtime_under_test/designs/copy-then-adjust/copy_then_adjust.h"
#include "runtime_under_test/designs/go1.13/go113.h"
#include "runtime_under_test/designs/go1.14/go114.h"
#include "runtime_under_test/designs/go1.18/go118.h"
#include "runtime_under_test/designs/go1.22/go122.h"
#include "runtime_under_test/designs/go1.26/go126.h"
#include "runtime_under_test/designs/go1.4/go14.h"
#include "runtime_under_test/designs/seed/seed.h"

namespace stackquake::runtime {

namespace {

constexpr std::string_view kNames[] = {"go1.4",  "go1.13", "go1.14",           "go1.18",
                                       "go1.22", "go1.26", "copy-then-adjust", "before-seed",
                                       "seed"};

}  // namespace

std::span<const std::string_view> design_names() {
  return kNames;
}

std::unique_ptr<Design> make_design(std::string_view name, DefectSet defects) {
  if (name == "go1.4") return std::make_unique<Go14>(defects);
  if (name == "go1.13") return std::make_unique<Go113>(defects);
  if (name == "go1.14") return std::make_unique<Go114>(defects);
  if (name == "go1.18") return std::make_unique<Go118>(defects);
  if (name == "go1.22") return std::make_unique<Go122>(defects);
  if (name == "go1.26") return std::make_unique<Go126>(defects);
  if (name == "copy-then-adjust") return std::make_unique<CopyThenAdjust>(defects);
  if (name == "before-seed") return std::make_unique<BeforeSeed>();
  if (name == "seed") return std::make_unique<Seed>();
  return nullptr;
}

bool has_defect(std::string_view design, Defect defect) {
  return all_defects()[static_cast<size_t>(defect)].is_switch_of(design);
}

DefectSet built_in_defects(std::string_view design) {
  if (design == "before-seed") return BeforeSeed::kBuiltInDefects;
  if (design == "seed") return Seed::kBuiltInDefects;
  return {};
}

}  // namespace stackquake::runtime
