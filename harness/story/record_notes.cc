#include "harness/story/record_notes.h"

#include <algorithm>

#include "harness/audit/naming.h"
#include "harness/story/word_names.h"
#include "runtime_under_test/records.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::G;

// Panics whose frames are gone are kept for a while: a chain may wrongly lead to one.
constexpr size_t kMostPanics = 256;

std::string started_by(const Event& event) {
  switch (event.runner) {
    case runtime::DeferRunner::kDeferreturn:
      return "deferreturn";
    case runtime::DeferRunner::kPanic:
      return panic_name(event.value);
    case runtime::DeferRunner::kGoexit:
      return "Goexit";
  }
  return "";
}

}  // namespace

bool RecordNotes::is_at(const DeferNote& note, const G& g, Address address) {
  if (!note.state.is_on_stack) return note.state.address == address;
  return note.goroutine == g.id && g.stack.contains(address) &&
         note.distance == g.distance(address);
}

DeferNote* RecordNotes::defer_at(const G& g, Address address) {
  const auto found = std::find_if(defers_.rbegin(), defers_.rend(), [&](const DeferNote& note) {
    return !note.state.is_given_back && is_at(note, g, address);
  });
  return found == defers_.rend() ? nullptr : &*found;
}

PanicNote* RecordNotes::panic_at(const G& g, Address address) {
  const auto found = std::find_if(panics_.rbegin(), panics_.rend(), [&](const PanicNote& note) {
    return note.goroutine == g.id && !note.state.is_gone &&
           note.state.distance == g.distance(address);
  });
  return found == panics_.rend() ? nullptr : &*found;
}

std::span<const DeferredFrame> RecordNotes::deferred_frames(uint32_t goroutine) const {
  const auto found = deferred_frames_.find(goroutine);
  if (found == deferred_frames_.end()) return {};
  return found->second;
}

// The words of a frame tell nothing any more when the record in them was given back.
void RecordNotes::note_given_back(const Event& event, const G& g) {
  DeferNote* note = defer_at(g, event.address);
  if (note == nullptr) return;
  note->state.is_given_back = true;
  note->state.given_back_in = function_at(runtime_.program(), g.sched.pc);
  std::erase_if(defers_, [](const DeferNote& each) {
    return each.state.is_on_stack && each.state.is_given_back;
  });
}

void RecordNotes::note_unwound(const G& g) {
  const uint64_t used = g.stack.hi - g.sched.sp;
  for (PanicNote& note : panics_) {
    if (note.goroutine == g.id && note.state.distance > used) note.state.is_gone = true;
  }
  std::erase_if(open_calls_, [&](const OpenCallNote& note) {
    return note.goroutine == g.id && note.state.frame > used;
  });
  if (panics_.size() > kMostPanics && panics_.front().state.is_gone) {
    panics_.erase(panics_.begin());
  }
}

void RecordNotes::note(const Event& event, const G* g) {
  if (event.kind == EventKind::kCollection) return note_collection(event);
  if (event.kind == EventKind::kEnd) return note_ended(event);
  if (g == nullptr) return;
  note_unwound(*g);
  switch (event.kind) {
    case EventKind::kDefer:
      return note_deferred(event, *g);
    case EventKind::kStart:
      return note_started(event, *g);
    case EventKind::kGivenBack:
      return note_given_back(event, *g);
    case EventKind::kPanic:
      panics_.push_back(
          {event.goroutine,
           {.distance = g->distance(event.address), .value = event.value, .line = event.line}});
      return;
    case EventKind::kAborted:
      if (PanicNote* note = panic_at(*g, event.address)) note->state.is_aborted = true;
      return;
    case EventKind::kRecover:
      if (PanicNote* note = panic_at(*g, event.address)) note->state.is_recovered = true;
      return;
    case EventKind::kCall:
      return note_called(event, *g);
    default:
      return;
  }
}

void RecordNotes::note_deferred(const Event& event, const G& g) {
  if (event.place == runtime::DeferPlace::kSlot) return note_open_deferred(event, g);
  // The record comes from a pool, and is a new one.
  std::erase_if(defers_, [&](const DeferNote& note) { return is_at(note, g, event.address); });
  DeferNote& note = defers_.emplace_back();
  note.goroutine = event.goroutine;
  note.state.address = event.address;
  note.state.function = event.function;
  note.state.line = event.line;
  note.state.is_mark = event.place == runtime::DeferPlace::kMark;
  note.state.stands_for_frame = event.stands_for_frame;
  note.state.is_on_stack = event.place != runtime::DeferPlace::kHeap;
  if (note.state.is_on_stack) note.distance = g.distance(event.address);
  if (!note.state.is_mark) note.state.frame = g.distance(event.frame);
}

void RecordNotes::note_open_deferred(const Event& event, const G& g) {
  open_calls_.push_back(
      {.goroutine = event.goroutine,
       .distance = g.distance(event.address),
       .state = {
           .function = event.function, .line = event.line, .frame = g.distance(event.frame)}});
}

// The call whose slot the event names is pending no more. Returns the line of its defer statement.
uint32_t RecordNotes::take_open_call(const Event& event, const G& g) {
  const auto found = std::ranges::find_if(open_calls_, [&](const OpenCallNote& note) {
    return note.goroutine == g.id && note.distance == g.distance(event.address);
  });
  if (found == open_calls_.end()) return 0;
  const uint32_t line = found->state.line;
  open_calls_.erase(found);
  return line;
}

void RecordNotes::note_started(const Event& event, const G& g) {
  StartingCallState& starting = starting_[event.goroutine];
  starting = {.function = event.function, .run_by = started_by(event)};
  if (event.place == runtime::DeferPlace::kSlot) starting.line = take_open_call(event, g);
  if (DeferNote* note = defer_at(g, event.address)) {
    note->state.is_running = true;
    note->state.run_by = starting.run_by;
    starting.line = note->state.line;
  }
}

std::optional<StartingCallState> RecordNotes::starting(uint32_t goroutine) const {
  const auto found = starting_.find(goroutine);
  if (found == starting_.end()) return std::nullopt;
  return found->second;
}

// The frame that a started call makes is the next one, but for those of reflectcall and jmpdefer. A
// nil func() has none, but raises a fault.
void RecordNotes::note_called(const Event& event, const G& g) {
  const uint64_t distance = g.distance(g.sched.sp);
  std::vector<DeferredFrame>& frames = deferred_frames_[event.goroutine];
  while (!frames.empty() && frames.back().distance >= distance) frames.pop_back();
  const auto starting = starting_.find(event.goroutine);
  if (starting == starting_.end()) return;
  const bool leads_to_it = event.function.starts_with("runtime.call") ||
                           event.function.starts_with("runtime.jmpdefer") ||
                           event.function.starts_with("runtime.deferreturn");
  if (leads_to_it) return;
  const bool is_nil = starting->second.function == kNilFunction;
  if (is_nil || !event.function.starts_with("runtime.")) {
    frames.push_back({distance, starting->second.run_by});
  }
  starting_.erase(starting);
}

void RecordNotes::note_ended(const Event& event) {
  for (PanicNote& note : panics_) {
    if (note.goroutine == event.goroutine) note.state.is_gone = true;
  }
  deferred_frames_.erase(event.goroutine);
  starting_.erase(event.goroutine);
  std::erase_if(open_calls_,
                [&](const OpenCallNote& note) { return note.goroutine == event.goroutine; });
}

void RecordNotes::note_collection(const Event& event) {
  for (const FreedObject& freed : event.freed) {
    std::erase_if(defers_,
                  [&](const DeferNote& note) { return note.state.address == freed.address; });
  }
}

}  // namespace stackquake
