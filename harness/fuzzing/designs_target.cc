#include "harness/fuzzing/designs_target.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "runtime_under_test/designs/designs.h"
#include "runtime_under_test/poison.h"

namespace stackquake {

namespace {

using runtime::OutcomeKind;
using runtime::RunResult;
using runtime::Violation;

// The steps that a design with known defects may take, because some of those designs never end. It
// is many times what a mutant takes on a design that is right.
constexpr int64_t kFuelOfKnownDefects = 10'000;

bool is_comparable(const RunResult& result) {
  return result.outcome.kind != OutcomeKind::kFuel && result.outcome.kind != OutcomeKind::kOverflow;
}

Violation disagreement(const std::string& one, const Behaviour& one_behaved,
                       const std::string& other, const Behaviour& other_behaved) {
  Violation violation;
  violation.check = "behaviour-mismatch";
  violation.signature = "behaviour-mismatch:" + one + " and " + other;
  violation.message = "on " + one + " the nest behaved: " + to_string(one_behaved) + "; on " +
                      other + ": " + to_string(other_behaved);
  return violation;
}

}  // namespace

DesignsTarget::DesignsTarget(const FuzzSettings& settings, Goroutines goroutines)
    : NestTarget(settings, goroutines),
      runs_(runtime::make_design(settings.design, settings.defect_set()), counts()),
      checks_(settings.checks_mode()),
      contenders_(contenders(settings)) {}

std::vector<DesignsTarget::Contender> DesignsTarget::contenders(const FuzzSettings& settings) {
  const Contender named{settings.design, settings.defect_set(), true};
  std::vector<Contender> all;
  for (const std::string_view design : runtime::design_names()) {
    const Contender plain{std::string(design), {}, runtime::built_in_defects(design).empty()};
    const bool is_named = design == named.design && named.defects.empty();
    if (!is_named) all.push_back(plain);
  }
  all.push_back(named);
  // The designs that are right come first, so that a disagreement is blamed on a later one.
  std::stable_partition(all.begin(), all.end(), [](const Contender& contender) {
    return contender.must_be_right && contender.defects.empty();
  });
  return all;
}

std::string DesignsTarget::name(const Contender& contender) {
  std::string name = contender.design;
  for (const runtime::DefectFacts& facts : runtime::all_defects()) {
    if (contender.defects.has(facts.defect)) name += " with " + std::string(facts.slug);
  }
  return name;
}

std::optional<Violation> DesignsTarget::judge(const Nest& nest, const Manner& manner) {
  shown_.clear();
  for (const Contender& contender : contenders_) {
    if (auto violation = run(contender, nest, manner)) return violation;
  }
  return std::nullopt;
}

std::optional<Violation> DesignsTarget::run(const Contender& contender, const Nest& nest,
                                            const Manner& manner) {
  runs_.set_design(runtime::make_design(contender.design, contender.defects));
  if (!contender.must_be_right) {
    runtime::Options bounded = manner.options;
    bounded.fuel = kFuelOfKnownDefects;
    // A load through a stale pointer then ends the run. With other poison the runtime's own code
    // would follow the address that was loaded, and crash.
    if (runtime::has_address_sanitizer()) bounded.poison = runtime::PoisonMode::kAsan;
    runs_.run(nest, bounded, Checks::kNone, false);
    return std::nullopt;
  }
  runs_.set_share(manner.share);
  const RunResult& result = runs_.run(nest, manner.options, checks_, manner.unobserved_too);
  if (manner.digest != nullptr) add_run(*manner.digest, digest_of(result));
  set_extent(result);
  if (!result.violation) return compare(contender, result, manner.options);
  Violation violation = *result.violation;
  violation.message = "on " + name(contender) + ": " + violation.message;
  return violation;
}

std::optional<Violation> DesignsTarget::compare(const Contender& contender, const RunResult& result,
                                                const runtime::Options& options) {
  if (!is_comparable(result)) return std::nullopt;
  Behaviour behaviour = behaviour_of(result);
  for (const Shown& shown : shown_) {
    if (level_of(shown.contender->design) != level_of(contender.design)) continue;
    if (shown.behaviour == behaviour) break;
    if (runs_.checker().depends_on_addresses(options)) break;
    return disagreement(name(*shown.contender), shown.behaviour, name(contender), behaviour);
  }
  shown_.push_back({&contender, std::move(behaviour)});
  return std::nullopt;
}

}  // namespace stackquake
