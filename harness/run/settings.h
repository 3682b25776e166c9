#ifndef STACKQUAKE_HARNESS_RUN_SETTINGS_H_
#define STACKQUAKE_HARNESS_RUN_SETTINGS_H_

// The settings of a run beside its nest: a design, its defects, the treatment of dead memory, and
// the checks.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/run/nest_checker.h"
#include "runtime_under_test/defects.h"
#include "runtime_under_test/options.h"

namespace stackquake {

struct Settings {
  std::string design;  // empty: the first of runtime::design_names()
  std::vector<std::string> defects;
  std::string poison;  // empty: the program's default
  std::string checks = "all";

  // The mode that `poison` names, or `otherwise` when `poison` is empty.
  runtime::PoisonMode poison_mode(runtime::PoisonMode otherwise) const;

  // The checks that `checks` names, which must exist.
  Checks checks_mode() const;

  runtime::DefectSet defect_set() const;
};

// The mode none, fill, asan or protect. Nothing for any other name.
std::optional<runtime::PoisonMode> poison_named(std::string_view name);

// The checks none, oracle or all. Nothing for any other name.
std::optional<Checks> checks_named(std::string_view name);

// A defect: a bug that a design once had, and that its slug switches on. See DefectFacts for the
// fields.
struct Defect {
  std::string_view slug;
  std::string_view design;
  std::string_view fixed_by;
  std::string_view check;
  std::string_view description;
};

// All defects, in the order in which messages list them.
std::span<const Defect> all_defects();

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_SETTINGS_H_
