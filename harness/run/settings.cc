#include "harness/run/settings.h"

#include <algorithm>
#include <iterator>

#include "runtime_under_test/designs/designs.h"

namespace stackquake {

namespace {

// In the order of PoisonMode.
constexpr std::string_view kPoisons[] = {"none", "fill", "asan", "protect"};

// In the order of Checks.
constexpr std::string_view kChecks[] = {"none", "oracle", "all"};

// The value of an enumeration whose name stands at its place in `names`.
template <typename Enum, size_t kCount>
std::optional<Enum> named(const std::string_view (&names)[kCount], std::string_view name) {
  const auto* found = std::find(std::begin(names), std::end(names), name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<Enum>(found - std::begin(names));
}

std::vector<Defect> defects_of_designs() {
  std::vector<Defect> defects;
  for (const runtime::DefectFacts& facts : runtime::all_defects()) {
    for (const std::string_view design : runtime::design_names()) {
      if (!runtime::has_defect(design, facts.defect)) continue;
      defects.push_back({facts.slug, design, facts.fixed_by, facts.check, facts.description});
    }
  }
  return defects;
}

}  // namespace

std::optional<runtime::PoisonMode> poison_named(std::string_view name) {
  return named<runtime::PoisonMode>(kPoisons, name);
}

std::optional<Checks> checks_named(std::string_view name) {
  return named<Checks>(kChecks, name);
}

runtime::PoisonMode Settings::poison_mode(runtime::PoisonMode otherwise) const {
  return poison_named(poison).value_or(otherwise);
}

Checks Settings::checks_mode() const {
  return checks_named(checks).value_or(Checks::kAll);
}

runtime::DefectSet Settings::defect_set() const {
  runtime::DefectSet set;
  for (const std::string& slug : defects) {
    if (const auto defect = runtime::find_defect(slug)) set.add(*defect);
  }
  return set;
}

std::span<const Defect> all_defects() {
  static const std::vector<Defect> defects = defects_of_designs();
  return defects;
}

}  // namespace stackquake
