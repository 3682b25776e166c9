#ifndef STACKQUAKE_HARNESS_RUN_SETTINGS_H_
#define STACKQUAKE_HARNESS_RUN_SETTINGS_H_

// What a run needs besides its nest: a design, its defects, what is done to dead memory, and what
// is checked. The options --design, --defect, --poison and --checks, the same for every program
// that runs nests.

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
  std::string poison;  // empty: each program's own choice
  std::string checks = "all";

  // The mode that `poison` names, or `otherwise` where it names none.
  runtime::PoisonMode poison_mode(runtime::PoisonMode otherwise) const;

  Checks checks_mode() const;
  runtime::DefectSet defect_set() const;
};

// A bug that a design once had, to be switched on by its slug. The rest is as in DefectFacts.
struct Defect {
  std::string_view slug;
  std::string_view design;
  std::string_view fixed_by;
  std::string_view check;
  std::string_view description;
};

// Every defect that there is, in the order in which messages list them.
std::span<const Defect> all_defects();

// "no defect SLUG; defects that exist: …", of those in `defects`.
std::string unknown_defect(std::string_view slug, std::span<const Defect> defects);

// Adds the options to a command line that is about to be parsed into `settings`.
void add_settings(CLI::App& app, Settings& settings);

// After parsing: puts the default design in, and tells what the settings ask for that does not
// exist or that this build cannot do.
std::optional<Refusal> complete_settings(Settings& settings);

// Reads a command line of these options alone, without the program's name.
std::variant<Settings, Refusal> parse_settings(std::span<const std::string> arguments);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_SETTINGS_H_
