#include "harness/story/tape.h"

#include <algorithm>
#include <utility>

#include "harness/story/function_facts.h"
#include "runtime_under_test/scheduler.h"

namespace stackquake {

using runtime::G;

Tape::Tape(runtime::Runtime& runtime, Shadow& shadow, uint64_t first_step)
    : runtime_(runtime),
      recorder_(runtime, [this](Event event) { take_event(std::move(event)); }),
      notes_(runtime),
      states_(runtime, shadow, recorder_.stacks(), notes_),
      first_step_(first_step) {}

const G* Tape::find(uint32_t goroutine) const {
  if (goroutine == 0) return nullptr;
  for (const auto& g : runtime_.scheduler().goroutines()) {
    if (g->id == goroutine && g->status != runtime::GStatus::kDead) return g.get();
  }
  return nullptr;
}

void Tape::take_event(Event event) {
  if (recording_.functions.empty()) recording_.functions = function_facts(runtime_.program());
  const G* g = find(event.goroutine);
  notes_.note(event, g);
  const bool is_kept = steps_ >= first_step_;
  const bool has_state = g != nullptr && event.kind != EventKind::kEnd;
  std::optional<State> state;
  const bool is_special = first_step_ != kCountOnly &&
                          (event.kind == EventKind::kCopying || event.kind == EventKind::kRunEnds);
  if (has_state && (is_kept || is_special))
    state = states_.of(*g, event.kind, recording_.functions);
  switch (event.kind) {
    case EventKind::kCopying:
      recording_.before_copy = std::move(state);
      recording_.last_copy.reset();
      return;
    case EventKind::kRunEnds:
      recording_.at_end = std::move(state);
      return;
    case EventKind::kSudogBack:
      recording_.last_sudog_release = std::move(event);
      return;
    case EventKind::kGoesOn:
      recording_.is_copy_over = true;
      return;
    case EventKind::kCollecting:
      recording_.shrunk.clear();
      is_collecting_ = true;
      return;
    case EventKind::kCollection:
      recording_.shrunk.clear();
      is_collecting_ = false;
      break;
    case EventKind::kCopy:
      recording_.last_copy = event;
      recording_.is_copy_over = false;
      if (is_collecting_) recording_.shrunk.push_back(event);
      break;
    default:
      break;
  }
  ++steps_;
  if (is_kept) {
    keep({std::move(event), std::move(state)});
  } else {
    ++recording_.dropped_steps;
  }
}

void Tape::keep(Step step) {
  if (step.state) words_ += step.state->words.size();
  recording_.steps.push_back(std::move(step));
  for (Step& old : recording_.steps) {
    if (words_ <= kMostWords) break;
    if (old.state) words_ -= old.state->words.size();
    old.state.reset();
  }
  if (recording_.steps.size() <= kMostSteps) return;
  if (const auto& oldest = recording_.steps.front().state) words_ -= oldest->words.size();
  recording_.steps.pop_front();
  ++recording_.dropped_steps;
}

}  // namespace stackquake
