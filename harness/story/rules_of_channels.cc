#include "harness/story/rules.h"

#include <string>
#include <string_view>

#include "runtime_under_test/records.h"

namespace stackquake {

namespace {

// The sudog that the goroutine has given back last; null if another one has given one back since.
const Event* own_release(const Clues& clues) {
  const Event& release = clues.evidence.recording.last_sudog_release;
  return release.goroutine == clues.violation.goroutine && !release.value.empty() ? &release
                                                                                  : nullptr;
}

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

std::optional<Cause> goroutine_keeps_param(const Clues& clues) {
  const Event* release = own_release(clues);
  if (clues.violation.signature != "leaked-record:G:param" || release == nullptr) {
    return std::nullopt;
  }
  return Cause{"Goroutine " + std::to_string(release->goroutine) +
                   " still has its `param`, the sudog that it waited with" +
                   line_text(release->line) + ", because " + release->value +
                   " gives the sudog back and goes on without clearing `param`.",
               release->value};
}

// A close has woken the sender, which has given nothing back since it waited.
std::optional<Cause> waiting_kept_by_panic(const Clues& clues) {
  if (clues.violation.signature != "leaked-record:G:waiting") return std::nullopt;
  const Step* fault = clues.last_step([](const Event& event) {
    return event.kind == EventKind::kFault || event.kind == EventKind::kWait;
  });
  const Step* wait = clues.last_step(EventKind::kWait);
  const bool holds = fault != nullptr && wait != nullptr &&
                     fault->event.kind == EventKind::kFault &&
                     static_cast<int64_t>(fault->event.number) == runtime::kClosedChannel &&
                     fault->event.line == wait->event.line && wait->event.value == "chansend";
  if (!holds) return std::nullopt;
  return Cause{"Goroutine " + std::to_string(clues.violation.goroutine) +
                   " still has the list of sudogs that it waited with" +
                   line_text(wait->event.line) +
                   ", because chansend, woken by a close, panics before it clears `waiting`.",
               "chansend"};
}

// The select has two sudogs in one queue. The first one that is found is not the one meant.
std::optional<Cause> other_sudog_dequeued(const Clues& clues) {
  const Step* wait = clues.last_step(EventKind::kWait);
  const Event* release = own_release(clues);
  const bool holds = clues.violation.signature == "leaked-record:sudog:queued" &&
                     release != nullptr && release->value == "selectgo" && wait != nullptr &&
                     wait->event.number > 0;
  if (!holds) return std::nullopt;
  return Cause{"selectgo" + line_text(release->line) +
                   " gives a sudog back that a channel's queue still holds, because it takes the "
                   "cases that lost out of their queues by looking for the goroutine, and with two "
                   "cases of one channel finds the other sudog.",
               "selectgo"};
}

}  // namespace

std::span<const Rule> rules_of_channels() {
  static constexpr Rule kRules[] = {sudog_keeps_pointer, goroutine_keeps_param,
                                    waiting_kept_by_panic, other_sudog_dequeued};
  return kRules;
}

}  // namespace stackquake
