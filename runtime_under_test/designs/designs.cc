#include "runtime_under_test/designs/designs.h"

#include <algorithm>
#include <iterator>
#include <type_traits>

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

struct Entry {
  std::string_view name;
  std::unique_ptr<Design> (*make)(DefectSet);
  DefectSet built_in;
};

template <typename D>
constexpr bool kTakesDefects = std::is_constructible_v<D, DefectSet>;

template <typename D>
std::unique_ptr<Design> make(DefectSet defects) {
  if constexpr (kTakesDefects<D>) {
    return std::make_unique<D>(defects);
  } else {
    return std::make_unique<D>();
  }
}

template <typename D>
constexpr DefectSet built_in() {
  if constexpr (kTakesDefects<D>) {
    return {};
  } else {
    return D::kBuiltInDefects;
  }
}

#define STACKQUAKE_DESIGN(name, type) name,
constexpr std::string_view kNames[] = {
#include "runtime_under_test/designs/designs.def"
};
#undef STACKQUAKE_DESIGN

#define STACKQUAKE_DESIGN(name, type) {name, make<type>, built_in<type>()},
constexpr Entry kEntries[] = {
#include "runtime_under_test/designs/designs.def"
};
#undef STACKQUAKE_DESIGN

const Entry* find(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kEntries), std::end(kEntries),
                                         [&](const Entry& entry) { return entry.name == name; });
  return found == std::end(kEntries) ? nullptr : found;
}

}  // namespace

std::span<const std::string_view> design_names() {
  return kNames;
}

std::unique_ptr<Design> make_design(std::string_view name, DefectSet defects) {
  const Entry* entry = find(name);
  return entry == nullptr ? nullptr : entry->make(defects);
}

bool has_defect(std::string_view design, Defect defect) {
  return all_defects()[static_cast<size_t>(defect)].is_switch_of(design);
}

DefectSet built_in_defects(std::string_view design) {
  const Entry* entry = find(design);
  return entry == nullptr ? DefectSet{} : entry->built_in;
}

}  // namespace stackquake::runtime
