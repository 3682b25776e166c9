#ifndef STACKQUAKE_HARNESS_CLI_SETTING_OPTIONS_H_
#define STACKQUAKE_HARNESS_CLI_SETTING_OPTIONS_H_

// The options --design, --defect, --poison and --checks, which every program that runs nests has.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "harness/cli/refusal.h"
#include "harness/run/settings.h"

namespace CLI {
class App;
}

namespace stackquake {

// Adds the options to a command line that will be parsed into `settings`.
void add_settings(CLI::App& app, Settings& settings);

// Call it after parsing: fills in the default design, and refuses settings that do not exist or
// that this build does not support.
std::optional<Refusal> complete_settings(Settings& settings);

// Parses a command line that has only these options, without the program's name.
std::variant<Settings, Refusal> parse_settings(std::span<const std::string> arguments);

// "no defect SLUG; `quake defects` lists them".
std::string unknown_defect(std::string_view slug);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_SETTING_OPTIONS_H_
