#include "harness/fuzzing/fuzz_flags.h"

#include <CLI/CLI.hpp>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/run/parse_arguments.h"
#include "runtime_under_test/poison.h"

namespace stackquake {

namespace {

// In the order of InputMaker.
constexpr std::string_view kMutators[] = {"tree", "generate", "bytes"};

std::optional<Refusal> set_input_maker(FuzzSettings& settings, const std::string& name) {
  const auto* found = std::find(std::begin(kMutators), std::end(kMutators), name);
  if (found == std::end(kMutators)) {
    return Refusal{ExitStatus::kBadInput,
                   "no mutator " + name + "; there is tree, generate and bytes"};
  }
  settings.input_maker = static_cast<InputMaker>(found - std::begin(kMutators));
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
  CLI::App app;
  app.set_help_flag();
  add_settings(app, settings);
  app.add_option("--mutator", mutator, "where inputs come from")->type_name("tree|generate|bytes");
  if (auto refusal = parse_arguments(app, own)) return std::move(*refusal);
  if (auto refusal = complete_settings(settings)) return std::move(*refusal);
  if (auto refusal = set_input_maker(settings, mutator)) return std::move(*refusal);
  if (settings.poison.empty()) {
    settings.poison = runtime::has_address_sanitizer() ? "asan" : "fill";
  }
  return settings;
}

}  // namespace stackquake
