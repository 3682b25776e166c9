#include "harness/story/cause.h"

#include <algorithm>
#include <optional>

#include "harness/story/clues.h"
#include "harness/story/rules.h"

namespace stackquake {

namespace {

// Without a cause, but in fewer words than the check's.
std::optional<Cause> other_behaviour(const Clues& clues) {
  if (clues.violation.check != "behaviour-mismatch") return std::nullopt;
  const auto& expected = clues.evidence.expected_traces;
  const auto& actual = clues.evidence.actual_traces;
  for (size_t i = 0; i < std::min(expected.size(), actual.size()); ++i) {
    const auto [right, wrong] =
        std::mismatch(expected[i].begin(), expected[i].end(), actual[i].begin(), actual[i].end());
    const bool ends = wrong == actual[i].end();
    if (ends && right == expected[i].end()) continue;
    const std::string traced = ends ? "traces nothing more" : "traces " + std::to_string(*wrong);
    const std::string must = right == expected[i].end() ? "nothing more" : std::to_string(*right);
    const auto number = static_cast<size_t>(right - expected[i].begin()) + 1;
    std::string sentence = "Goroutine " + std::to_string(i + 1);
    sentence.append(" ").append(traced).append(" where it must trace ").append(must);
    sentence.append(", as value ").append(std::to_string(number)).append(" of its trace.");
    return Cause{.sentence = sentence};
  }
  if (clues.evidence.expected_outcome == clues.evidence.actual_outcome) return std::nullopt;
  return Cause{.sentence = "The nest ends with " + clues.evidence.actual_outcome +
                           " where it must end with " + clues.evidence.expected_outcome + "."};
}

// What the check says, and where.
Cause cause_by_check(const Clues& clues) {
  const std::string place = clues.where();
  if (place.empty()) return {.sentence = with_capital(clues.violation.message) + "."};
  return {.sentence = "In" + place.substr(3) + ": " + clues.violation.message + "."};
}

}  // namespace

Cause find_cause(const Evidence& evidence) {
  const runtime::Violation* violation = evidence.violation();
  if (violation == nullptr) return {};
  const std::optional<Clues> clues = Clues::of(evidence);
  if (!clues) return {.sentence = with_capital(violation->message) + "."};
  for (const auto rules : {rules_of_copies(), rules_of_walks(), rules_of_lists(),
                           rules_of_windows(), rules_of_collections(), rules_of_channels()}) {
    for (const Rule rule : rules) {
      if (std::optional<Cause> cause = rule(*clues)) return *std::move(cause);
    }
  }
  return other_behaviour(*clues).value_or(cause_by_check(*clues));
}

std::string wrong_word_name(const Evidence& evidence) {
  const std::optional<Clues> clues = Clues::of(evidence);
  return clues ? clues->word_name() : "";
}

}  // namespace stackquake
