#include "harness/cli/overrides.h"

#include <algorithm>
#include <iterator>

namespace stackquake {

namespace {

// Resets a key to its default. A list goes with its key, because only the policy `at:` has one.
void forget(Directives& directives, std::string_view key) {
  const auto* found = std::find(std::begin(kDirectiveKeys), std::end(kDirectiveKeys), key);
  directives.written &= ~(uint32_t{1} << (found - std::begin(kDirectiveKeys)));
  if (key == "move") directives.move_at = {};
  if (key == "gc") directives.gc_at = {};
}

}  // namespace

std::optional<Refusal> Overrides::add(std::span<const std::string> texts) {
  Directives scratch;
  Arena arena;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    std::string message = "key=value is expected";
    if (equals != std::string::npos) {
      overrides_.push_back({text.substr(0, equals), text.substr(equals + 1)});
      const auto& [key, value] = overrides_.back();
      if (set_directive(scratch, key, value, arena, message)) continue;
    }
    return Refusal{ExitStatus::kBadInput, std::string("--set ").append(text) + ": " + message};
  }
  return std::nullopt;
}

bool Overrides::apply(Directives& directives, Arena& arena, std::string& message) const {
  for (const auto& [key, value] : overrides_) {
    forget(directives, key);
    if (!set_directive(directives, key, value, arena, message)) return false;
  }
  return finish_directives(directives, message);
}

}  // namespace stackquake
