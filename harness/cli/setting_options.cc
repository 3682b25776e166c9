#include "harness/cli/setting_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "harness/cli/parse_arguments.h"
#include "runtime_under_test/designs/designs.h"
#include "runtime_under_test/poison.h"

namespace stackquake {

namespace {

std::string joined(std::string& list, std::string_view item) {
  return list + (list.empty() ? "" : ", ") + std::string(item);
}

std::string design_list() {
  std::string list;
  for (const std::string_view name : runtime::design_names()) list = joined(list, name);
  return list;
}

bool is_design(std::string_view name) {
  const auto names = runtime::design_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool has_defect(std::string_view design, std::string_view slug) {
  const auto defect = runtime::find_defect(slug);
  return defect && runtime::has_defect(design, *defect);
}

}  // namespace

std::string unknown_defect(std::string_view slug) {
  return "no defect " + std::string(slug) + "; `quake defects` lists them";
}

void add_settings(CLI::App& app, Settings& settings) {
  app.add_option("--design", settings.design,
                 "the design to run on, the first unless given: " + design_list())
      ->type_name("NAME");
  app.add_option("--defect", settings.defects,
                 "switch a defect of the design on, repeatable; `quake defects` lists them")
      ->type_name("SLUG")
      ->allow_extra_args(false);
  app.add_option("--poison", settings.poison,
                 "how dead memory is poisoned, which no pointer should reach")
      ->type_name("none|fill|asan|protect");
  app.add_option("--checks", settings.checks,
                 "which checks run: none, the comparison with the oracle, or all (the default)")
      ->type_name("none|oracle|all");
}

std::optional<Refusal> complete_settings(Settings& settings) {
  if (settings.design.empty()) settings.design = runtime::design_names().front();
  if (!is_design(settings.design)) {
    return Refusal{ExitStatus::kBadInput,
                   "no design " + settings.design + "; there is " + design_list()};
  }
  for (const std::string& slug : settings.defects) {
    if (has_defect(settings.design, slug)) continue;
    return Refusal{ExitStatus::kBadInput, "no defect " + slug + " of the design " +
                                              settings.design + "; `quake defects` lists them"};
  }
  if (!settings.poison.empty() && !poison_named(settings.poison)) {
    return Refusal{ExitStatus::kBadInput,
                   "no poison mode " + settings.poison + "; there is none, fill, asan and protect"};
  }
  if (!checks_named(settings.checks)) {
    return Refusal{ExitStatus::kBadInput,
                   "no checks " + settings.checks + "; there is none, oracle and all"};
  }
  if (settings.poison == "asan" && !runtime::has_address_sanitizer()) {
    return Refusal{ExitStatus::kMissing,
                   "this build has no AddressSanitizer for --poison=asan; the check and fuzz "
                   "builds have it"};
  }
  return std::nullopt;
}

std::variant<Settings, Refusal> parse_settings(std::span<const std::string> arguments) {
  Settings settings;
  CLI::App app;
  app.set_help_flag();
  add_settings(app, settings);
  if (auto refusal = parse_arguments(app, arguments)) return std::move(*refusal);
  if (auto refusal = complete_settings(settings)) return std::move(*refusal);
  return settings;
}

}  // namespace stackquake
