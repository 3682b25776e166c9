#include "harness/story/rules.h"

#include <algorithm>
#include <string>

namespace stackquake {

namespace {

// Whether a fault has interrupted a frame. Where the fault is the last thing that happened,
// sigpanic has no frame yet.
bool is_faulted(const Clues& clues, size_t frame) {
  const auto& frames = clues.state.frames;
  if (frame + 1 < frames.size()) {
    return clues.names.function(frames[frame + 1]).name == "runtime.sigpanic";
  }
  const auto& steps = clues.evidence.recording.steps;
  return !steps.empty() && steps.back().event.kind == EventKind::kFault;
}

// The innermost faulted frame that no deferred call can let go on; null if there is none.
const FrameState* dead_faulted_frame(const Clues& clues) {
  for (size_t i = clues.state.frames.size(); i-- > 0;) {
    const FrameState& frame = clues.state.frames[i];
    const auto& defers = clues.state.defers;
    const bool can_go_on = std::any_of(defers.begin(), defers.end(), [&](const DeferState& record) {
      return record.is_listed && record.frame == frame.distance;
    });
    if (is_faulted(clues, i) && !can_go_on) return &frame;
  }
  return nullptr;
}

std::optional<Cause> dead_frame_read(const Clues& clues) {
  if (clues.violation.signature != "bad-traceback:gentraceback:dead taken for live") {
    return std::nullopt;
  }
  const FrameState* dead = dead_faulted_frame(clues);
  if (dead == nullptr) return std::nullopt;
  return Cause{.sentence = "gentraceback takes the dead frame of " +
                           quoted(without_package(clues.names.function(*dead).name)) +
                           ", which a fault has interrupted" + line_text(dead->line) +
                           ", for live, because it reads the frame by the pointer map of a call "
                           "near the fault; no deferred call is left that could let the frame go "
                           "on.",
               .function = "gentraceback"};
}

// An aborted panic is still linked as long as the one that aborted it runs, but its deferred call
// has left the list.
std::optional<Cause> frame_of_ended_call_demanded(const Clues& clues) {
  if (clues.violation.signature != "throw:gentraceback:Panic") return std::nullopt;
  const auto& panics = clues.state.panics;
  const auto aborted = std::find_if(panics.begin(), panics.end(), [](const PanicState& panic) {
    return panic.is_linked && panic.is_aborted;
  });
  if (aborted == panics.end()) return std::nullopt;
  const std::string name = panic_name(aborted->value);
  const auto& defers = clues.state.defers;
  const auto run = std::find_if(defers.begin(), defers.end(), [&](const DeferState& record) {
    return record.run_by == name && !record.is_listed;
  });
  if (run == defers.end()) return std::nullopt;
  return Cause{.sentence = "gentraceback ends a right program" + line_text(clues.violation.line) +
                           ", because it demands to meet the frame of every deferred call that a "
                           "panic runs, although " +
                           name + " is aborted and its call of " + quoted(run->function) +
                           " has left the list: only the list of deferred calls must be used up.",
               .function = "gentraceback"};
}

// The audit after the copy has walked the stack without trouble. Since then nothing has happened
// but that frames() asked for a walk.
std::optional<Cause> walk_begins_on_old_stack(const Clues& clues) {
  const auto& copy = clues.evidence.recording.last_copy;
  const bool holds = clues.violation.signature == "bad-traceback:gentraceback:" && copy &&
                     copy->goroutine == clues.violation.goroutine && copy->value == "frames" &&
                     clues.evidence.is_found_at_copy() && clues.evidence.recording.is_copy_over;
  if (!holds) return std::nullopt;
  return Cause{.sentence = "The walk of frames()" + line_text(clues.violation.line) +
                           " begins on the old stack, which copy " + std::to_string(copy->number) +
                           " has freed, because Callers notes its pc and sp as plain numbers, and "
                           "then needs stack for the walk itself.",
               .function = "Callers"};
}

}  // namespace

std::span<const Rule> rules_of_walks() {
  static constexpr Rule kRules[] = {dead_frame_read, frame_of_ended_call_demanded,
                                    walk_begins_on_old_stack};
  return kRules;
}

}  // namespace stackquake
