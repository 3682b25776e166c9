#include "harness/story/rules.h"

#include <algorithm>
#include <string>

namespace stackquake {

namespace {

// The last start of a deferred call by deferreturn, if its function has not been called yet; null
// otherwise. In between the arguments lie in the caller's frame, where no map covers them, and the
// record is off the list.
const Event* start_without_call(const Clues& clues) {
  const Step* step = clues.last_step([](const Event& event) {
    const bool is_call = event.kind == EventKind::kCall && !event.function.starts_with("runtime.");
    return is_call || event.kind == EventKind::kStart;
  });
  if (step == nullptr || step->event.kind != EventKind::kStart) return nullptr;
  return step->event.runner == runtime::DeferRunner::kDeferreturn ? &step->event : nullptr;
}

// The last copy or collection since an event; null if there was none.
const Event* last_since(const Clues& clues, const Event& event, EventKind kind) {
  const Step* step =
      clues.last_step([&](const Event& each) { return each.kind == kind || &each == &event; });
  return step == nullptr || &step->event == &event ? nullptr : &step->event;
}

std::optional<Cause> stack_moved_under_deferreturn(const Clues& clues) {
  if (clues.violation.signature != "bad-dereference:deferreturn:argp") return std::nullopt;
  const Event* start = start_without_call(clues);
  const Event* copy = start == nullptr ? nullptr : last_since(clues, *start, EventKind::kCopy);
  if (copy == nullptr) return std::nullopt;
  return Cause{.sentence = "deferreturn is to go on upon the old stack, which copy " +
                           std::to_string(copy->number) + line_text(copy->line) +
                           " has freed, because it lets a stack check in after it has put the "
                           "arguments of " +
                           quoted(start->function) + " into the frame of " +
                           quoted(clues.violation.function) +
                           ", and goes on by the address that this frame had before.",
               .function = "deferreturn"};
}

// Whether a word of the stack holds this address.
bool is_on_stack(const State& state, runtime::Address address) {
  return std::any_of(state.words.begin(), state.words.end(),
                     [&](const WordState& word) { return word.value == address; });
}

std::optional<Cause> collected_under_deferreturn(const Clues& clues) {
  if (clues.violation.signature != "throw:scanblock:heap pointer") return std::nullopt;
  const Event* start = start_without_call(clues);
  const Event* collection =
      start == nullptr ? nullptr : last_since(clues, *start, EventKind::kCollection);
  if (collection == nullptr) return std::nullopt;
  const auto freed = std::find_if(
      collection->freed.begin(), collection->freed.end(), [&](const FreedObject& object) {
        return object.address != start->address && is_on_stack(clues.state, object.address);
      });
  if (freed == collection->freed.end()) return std::nullopt;
  return Cause{.sentence = "Collection " + std::to_string(collection->number) +
                           line_text(collection->line) + " has freed a " + freed->type +
                           " that the arguments of " + quoted(start->function) +
                           " lead to, because deferreturn can be preempted between copying them "
                           "out of the Defer, which is off the list, and the call: no map covers "
                           "them there.",
               .function = "deferreturn"};
}

// Nothing but newstack has changed the status of a goroutine that has not waited since.
std::optional<Cause> status_not_set_back(const Clues& clues) {
  const std::string& signature = clues.violation.signature;
  const bool is_about_runner = signature.starts_with("throw:") && signature.ends_with(":status") &&
                               signature != "throw:ready:status";
  if (!is_about_runner) return std::nullopt;
  const Step* step = clues.last_step([](const Event& event) {
    const bool is_growth =
        event.kind == EventKind::kCopy && event.reason == runtime::CopyReason::kGrowth;
    return is_growth || event.kind == EventKind::kWait;
  });
  if (step == nullptr || step->event.kind == EventKind::kWait) return std::nullopt;
  return Cause{.sentence = "Goroutine " + std::to_string(clues.violation.goroutine) +
                           " runs marked as waiting" + line_text(clues.violation.line) +
                           ", because newstack marked it so while it made copy " +
                           std::to_string(step->event.number) + line_text(step->event.line) +
                           ", and did not set the status back after the growth.",
               .function = "newstack"};
}

}  // namespace

std::span<const Rule> rules_of_windows() {
  static constexpr Rule kRules[] = {stack_moved_under_deferreturn, collected_under_deferreturn,
                                    status_not_set_back};
  return kRules;
}

}  // namespace stackquake
