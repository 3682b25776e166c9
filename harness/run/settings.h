#ifndef STACKQUAKE_HARNESS_RUN_SETTINGS_H_
#define STACKQUAKE_HARNESS_RUN_SETTINGS_H_

// The settings of a run beside its nest: a design, its defects, the treatment of dead memory, and
// the checks. The options --design, --defect, --poison and --checks set them, in every program that
// runs nests.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/run/exit_status.h"
#include "harness/run/nest_checker.h"
#include "runtime_under_test/defects.h"
#include "runtime_under_test/options.h"

namespace CLI {
class App;
}

namespace stackquake {

struct Settings {
  std::string design;  // empty: the first of runtime::design_names()
  std::vector<std::string> defects;
  std::string poison;  // empty: the program's default
  std::string checks = "all";

  // The mode that `poison` names, or `otherwise` when `poison` is empty.
  runtime::PoisonMode poison_mode(runtime::PoisonMode otherwise) const;

  Checks checks_mode() const;
  runtime::DefectSet defect_set() const;
};

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

// "no defect SLUG; `quake defects` lists them".
std::string unknown_defect(std::string_view slug);

// Adds the options to a command line that will be parsed into `settings`.
void add_settings(CLI::App& app, Settings& settings);

// Call it after parsing: fills in the default design, and refuses settings that do not exist or
// that this build does not support.
std::optional<Refusal> complete_settings(Settings& settings);

// Parses a command line that has only these options, without the program's name.
std::variant<Settings, Refusal> parse_settings(std::span<const std::string> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_SETTINGS_H_
