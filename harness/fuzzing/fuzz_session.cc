#include "harness/fuzzing/fuzz_session.h"

#include <vector>

#include "harness/run/violation_report.h"
#include "runtime_under_test/poison.h"

namespace stackquake {

std::variant<Settings, Refusal> parse_fuzz_flags(std::span<const char* const> arguments) {
  std::vector<std::string> own;
  for (const char* argument : arguments.subspan(arguments.empty() ? 0 : 1)) {
    if (std::string_view(argument).starts_with("--")) own.emplace_back(argument);
  }
  auto parsed = parse_settings(own);
  if (auto* settings = std::get_if<Settings>(&parsed); settings && settings->poison.empty()) {
    settings->poison = runtime::has_address_sanitizer() ? "asan" : "fill";
  }
  return parsed;
}

FuzzSession::FuzzSession(const Settings& settings)
    : checker_(settings.design, settings.defect_set()),
      checks_(settings.checks_mode()),
      poison_(settings.poison_mode(runtime::PoisonMode::kFill)) {}

FuzzVerdict FuzzSession::run_one(std::string_view text) {
  Diagnostic diagnostic;
  const Nest* nest = checker_.load(text, diagnostic);
  if (nest == nullptr) return FuzzVerdict::kRejected;
  runtime::Options options = options_of(nest->directives);
  options.poison = poison_;
  violation_ = checker_.run(options, checks_).violation;
  return violation_ ? FuzzVerdict::kFinding : FuzzVerdict::kRan;
}

std::string finding_line(const runtime::Violation& violation) {
  return "stackquake-finding: " + violation_json(violation);
}

}  // namespace stackquake
