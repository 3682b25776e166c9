#include "harness/story/rules.h"

#include <string>
#include <string_view>

namespace stackquake {

namespace {

std::optional<Cause> sudog_keeps_pointer(const Clues& clues) {
  constexpr std::string_view kStale = "leaked-record:sudog:stale ";
  const Event& release = clues.evidence.recording.last_sudog_release;
  const bool holds = clues.violation.signature.starts_with(kStale) && !release.value.empty();
  if (!holds) return std::nullopt;
  const std::string field = clues.violation.signature.substr(kStale.size());
  return Cause{"A sudog still has its " + quoted(field) + " after " + release.value +
                   line_text(release.line) + " has given it back, because " + release.value +
                   " puts sudogs into the cache without clearing their " + quoted(field) + ".",
               release.value};
}

}  // namespace

std::span<const Rule> rules_of_channels() {
  static constexpr Rule kRules[] = {sudog_keeps_pointer};
  return kRules;
}

}  // namespace stackquake
