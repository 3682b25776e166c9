#include "harness/cli/fuzz_flags.h"

#include <CLI/CLI.hpp>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/cli/parse_arguments.h"
#include "harness/cli/setting_options.h"
#include "runtime_under_test/poison.h"

namespace stackquake {

namespace {

// In the order of InputMaker.
constexpr std::string_view kMutators[] = {"tree", "generate", "bytes"};

// In the order of Sample.
constexpr std::string_view kSamples[] = {"some", "all"};

constexpr std::string_view kMixed = "mixed";

std::optional<Refusal> set_input_maker(FuzzSettings& settings, const std::string& name) {
  const auto* found = std::find(std::begin(kMutators), std::end(kMutators), name);
  if (found == std::end(kMutators)) {
    return Refusal{ExitStatus::kBadInput,
                   "no mutator " + name + "; there is tree, generate and bytes"};
  }
  settings.input_maker = static_cast<InputMaker>(found - std::begin(kMutators));
  return std::nullopt;
}

std::optional<Refusal> set_sample(FuzzSettings& settings, const std::string& name) {
  const auto* found = std::find(std::begin(kSamples), std::end(kSamples), name);
  if (found == std::end(kSamples)) {
    return Refusal{ExitStatus::kBadInput, "no sample " + name + "; there is some and all"};
  }
  settings.sample = static_cast<Sample>(found - std::begin(kSamples));
  return std::nullopt;
}

// A build without AddressSanitizer has only a part of the modes to mix.
std::optional<Refusal> set_poison(FuzzSettings& settings) {
  const bool can_mix = runtime::has_address_sanitizer();
  if (settings.poison.empty()) settings.poison = can_mix ? kMixed : "fill";
  if (settings.poison != kMixed) return std::nullopt;
  if (!can_mix) {
    return Refusal{ExitStatus::kMissing,
                   "this build has no AddressSanitizer for --poison=mixed; the check and fuzz "
                   "builds have it"};
  }
  settings.poison.clear();
  settings.mixes_poison = true;
  return std::nullopt;
}

}  // namespace

std::variant<FuzzSettings, Refusal> parse_fuzz_flags(std::span<const char* const> arguments) {
  std::vector<std::string> own;
  for (const char* argument : arguments.subspan(arguments.empty() ? 0 : 1)) {
    if (std::string_view(argument).starts_with("--")) own.emplace_back(argument);
  }
  FuzzSettings settings;
  std::string mutator = "tree";
  std::string sample = "all";
  CLI::App app;
  app.set_help_flag();
  add_settings(app, settings);
  app.add_option("--mutator", mutator, "where inputs come from")->type_name("tree|generate|bytes");
  app.add_option("--sample", sample, "which inputs are judged with more effort")
      ->type_name("some|all");
  app.add_flag("--tell-runs", settings.tells_runs, "print a line about each told run");
  app.add_flag("--tell-variations", settings.tells_variations,
               "run variations, and print a line about each before it runs");
  app.add_flag("--hide-known-counters", settings.hides_known_counters,
               "show libFuzzer the counters of few inputs that reach nothing new");
  if (auto refusal = parse_arguments(app, own)) return std::move(*refusal);
  if (auto refusal = set_poison(settings)) return std::move(*refusal);
  if (auto refusal = complete_settings(settings)) return std::move(*refusal);
  if (auto refusal = set_input_maker(settings, mutator)) return std::move(*refusal);
  if (auto refusal = set_sample(settings, sample)) return std::move(*refusal);
  return settings;
}

}  // namespace stackquake
