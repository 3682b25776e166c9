#include "harness/story/rules.h"

#include <algorithm>
#include <string>

namespace stackquake {

namespace {

std::optional<Cause> number_taken_for_pointer(const Clues& clues) {
  if (clues.violation.check != "kept-object" || clues.evidence.holders.empty()) return std::nullopt;
  const Holder& holder = clues.evidence.holders.front();
  const bool holds =
      holder.kind == WordKind::kScalar && holder.type == "Defer" && !holder.is_given_back;
  if (!holds) return std::nullopt;
  const auto named = clues.names.in_record(holder.address);
  const DeferState* record = clues.names.record_of(holder.address);
  if (!named || record == nullptr) return std::nullopt;
  return clues.because("the collector takes every word of a Defer record for a pointer, and " +
                           quoted(named->name) +
                           ", a number among the arguments of the deferred call of " +
                           quoted(record->function) + ", equals the object's address",
                       "scanblock");
}

std::optional<Cause> pool_keeps_record(const Clues& clues) {
  const auto& holders = clues.evidence.holders;
  if (clues.violation.check != "kept-object" || holders.size() < 2) return std::nullopt;
  const uint32_t link = clues.state.defer_layout.link;
  const bool by_links = std::all_of(holders.begin(), holders.end() - 1, [&](const Holder& holder) {
    return holder.type == "Defer" && holder.is_given_back && holder.word == link;
  });
  if (!by_links || !holders.back().type.empty()) return std::nullopt;
  const auto distance = clues.state.distance_of(holders.back().address);
  const auto named = distance ? clues.names.on_stack(*distance) : std::nullopt;
  const std::string root = named ? "a frame of " + named->owner : "a stack";
  return clues.because("a collection drops the pools of records by their heads alone: " + root +
                           " still names a record that was given back, and its links lead to " +
                           (holders.size() == 2 ? "this one" : "others and this one"),
                       "clearpools");
}

std::optional<Cause> record_not_wiped(const Clues& clues) {
  if (clues.violation.check != "kept-object") return std::nullopt;
  const auto holder =
      std::find_if(clues.evidence.holders.begin(), clues.evidence.holders.end(),
                   [](const Holder& each) { return each.type == "Defer" && each.is_given_back; });
  const runtime::DeferLayout& layout = clues.state.defer_layout;
  if (holder == clues.evidence.holders.end() || holder->word == layout.link) return std::nullopt;
  std::string word = "its arguments";
  if (holder->word == layout.fn) word = "its fn";
  if (holder->word == layout.panic) word = "its panic";
  return clues.because(
      "freedefer puts records into the pool without wiping them, and one of them keeps " + word,
      "freedefer");
}

// An address that waits to be looked at lies in the old stack of a copy that the collection itself
// has made.
std::optional<Cause> shrunk_stack_freed(const Clues& clues) {
  const auto& shrunk = clues.evidence.recording.shrunk;
  if (clues.violation.signature != "throw:scanblock:stack pointer" || shrunk.empty()) {
    return std::nullopt;
  }
  const Event& copy = shrunk.back();
  return Cause{.sentence = "The collection" + line_text(clues.violation.line) +
                           " meets an address where no stack is any more, because shrinkstack, in "
                           "copy " +
                           std::to_string(copy.number) + ", freed the old stack of goroutine " +
                           std::to_string(copy.goroutine) +
                           " at once, while addresses in it still waited to be looked at.",
               .function = "shrinkstack"};
}

}  // namespace

std::span<const Rule> rules_of_collections() {
  static constexpr Rule kRules[] = {number_taken_for_pointer, pool_keeps_record, record_not_wiped,
                                    shrunk_stack_freed};
  return kRules;
}

}  // namespace stackquake
