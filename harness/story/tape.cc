#include "harness/story/tape.h"

#include <algorithm>
#include <utility>

#include "harness/audit/naming.h"
#include "harness/story/word_names.h"
#include "runtime_under_test/object_type.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/scheduler.h"
#include "runtime_under_test/traceback.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::Defer;
using runtime::G;
using runtime::kWordBytes;

// A list that is longer has a cycle, or is of no use in a picture.
constexpr uint32_t kMostListed = 4096;

// Panics whose frames are gone are kept for a while: a chain may wrongly lead to one.
constexpr size_t kMostPanics = 256;

std::string word_name(const runtime::Variable& variable, uint32_t word) {
  const std::string name(variable.name);
  if (variable.is_captured) return "&" + name;
  if (variable.is_indirect) return "box of " + name;
  return variable.words <= 2 ? name : name + "[" + std::to_string(word) + "]";
}

void name_words(const runtime::Variable& variable, std::vector<std::string>& names) {
  if (variable.name.empty()) return;
  const uint32_t words = variable.is_indirect ? 1 : variable.words;
  for (uint32_t i = 0; i < words; ++i) names.at(variable.slot + i) = word_name(variable, i);
}

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

std::vector<FunctionFacts> function_facts(const runtime::Program& program) {
  std::vector<FunctionFacts> functions;
  for (const runtime::Function& function : program.functions) {
    FunctionFacts& facts = functions.emplace_back();
    facts.name = name_of(function);
    facts.is_nest = function.kind == runtime::FunctionKind::kNest;
    facts.is_shim = function.kind == runtime::FunctionKind::kShim;
    facts.is_wrapper = function.is_wrapper;
    facts.frame_words = function.frame_words;
    facts.argument_words = function.argument_words;
    facts.words.resize(function.frame_words + size_t{1} + function.argument_words);
    for (const runtime::Variable& variable : program.variables_of(function)) {
      name_words(variable, facts.words);
    }
  }
  return functions;
}

Tape::Tape(runtime::Runtime& runtime, Shadow& shadow, uint64_t first_step)
    : runtime_(runtime),
      shadow_(shadow),
      recorder_(runtime, [this](Event event) { take_event(std::move(event)); }),
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
  note(event, g);
  const bool is_kept = steps_ >= first_step_;
  const bool has_state = g != nullptr && event.kind != EventKind::kEnd;
  std::optional<State> state;
  const bool is_special = first_step_ != kCountOnly &&
                          (event.kind == EventKind::kCopying || event.kind == EventKind::kRunEnds);
  if (has_state && (is_kept || is_special)) state = state_of(*g, event.kind);
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

// ---- What events tell of records ----

bool Tape::is_at(const DeferNote& note, const G& g, Address address) {
  if (!note.state.is_mark) return note.state.address == address;
  return note.goroutine == g.id && g.stack.contains(address) &&
         note.distance == g.distance(address);
}

Tape::DeferNote* Tape::defer_at(const G& g, Address address) {
  const auto found = std::find_if(defers_.rbegin(), defers_.rend(), [&](const DeferNote& note) {
    return !note.state.is_given_back && is_at(note, g, address);
  });
  return found == defers_.rend() ? nullptr : &*found;
}

Tape::PanicNote* Tape::panic_at(const G& g, Address address) {
  const auto found = std::find_if(panics_.rbegin(), panics_.rend(), [&](const PanicNote& note) {
    return note.goroutine == g.id && !note.state.is_gone &&
           note.state.distance == g.distance(address);
  });
  return found == panics_.rend() ? nullptr : &*found;
}

// A mark that was taken off the list tells nothing any more.
void Tape::note_given_back(const Event& event, const G& g) {
  DeferNote* note = defer_at(g, event.address);
  if (note == nullptr) return;
  note->state.is_given_back = true;
  note->state.given_back_in = function_at(runtime_.program(), g.sched.pc);
  std::erase_if(defers_, [](const DeferNote& each) {
    return each.state.is_mark && each.state.is_given_back;
  });
}

void Tape::note_unwound(const G& g) {
  const uint64_t used = g.stack.hi - g.sched.sp;
  for (PanicNote& note : panics_) {
    if (note.goroutine == g.id && note.state.distance > used) note.state.is_gone = true;
  }
  if (panics_.size() > kMostPanics && panics_.front().state.is_gone) {
    panics_.erase(panics_.begin());
  }
}

void Tape::note(const Event& event, const G* g) {
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

void Tape::note_deferred(const Event& event, const G& g) {
  // The record comes from a pool, and is a new one.
  std::erase_if(defers_, [&](const DeferNote& note) { return is_at(note, g, event.address); });
  DeferNote& note = defers_.emplace_back();
  note.goroutine = event.goroutine;
  note.state.address = event.address;
  note.state.function = event.function;
  note.state.line = event.line;
  note.state.is_mark = g.stack.contains(event.address);
  if (note.state.is_mark) {
    note.distance = g.distance(event.address);
  } else {
    note.state.frame = g.distance(runtime::record_at<Defer>(event.address)->argp);
  }
}

void Tape::note_started(const Event& event, const G& g) {
  starting_[event.goroutine] = started_by(event);
  if (DeferNote* note = defer_at(g, event.address)) {
    note->state.is_running = true;
    note->state.run_by = started_by(event);
  }
}

// The frame that a started call makes is the next one, but for those of reflectcall and jmpdefer.
void Tape::note_called(const Event& event, const G& g) {
  const uint64_t distance = g.distance(g.sched.sp);
  std::vector<DeferredFrame>& frames = deferred_frames_[event.goroutine];
  while (!frames.empty() && frames.back().distance >= distance) frames.pop_back();
  const auto starting = starting_.find(event.goroutine);
  if (starting == starting_.end()) return;
  const bool leads_to_it = event.function.starts_with("runtime.call") ||
                           event.function.starts_with("runtime.jmpdefer") ||
                           event.function.starts_with("runtime.deferreturn");
  if (leads_to_it) return;
  if (!event.function.starts_with("runtime.")) frames.push_back({distance, starting->second});
  starting_.erase(starting);
}

void Tape::note_ended(const Event& event) {
  for (PanicNote& note : panics_) {
    if (note.goroutine == event.goroutine) note.state.is_gone = true;
  }
  deferred_frames_.erase(event.goroutine);
}

void Tape::note_collection(const Event& event) {
  for (const FreedObject& freed : event.freed) {
    std::erase_if(defers_,
                  [&](const DeferNote& note) { return note.state.address == freed.address; });
  }
}

// ---- The state ----

State Tape::state_of(const G& g, EventKind after) {
  State state;
  state.goroutine = g.id;
  state.stack = g.stack;
  state.used = g.stack.hi - g.sched.sp;
  add_frames(g, state);
  add_words(g, after, state);
  add_defers(g, state);
  add_panics(g, state);
  state.defer_head = head_at(g.defer);
  state.panic_head = head_at(g.panic);
  return state;
}

void Tape::add_frames(const G& g, State& state) {
  const auto& frames = recorder_.stacks().frames(g);
  const auto& deferred = deferred_frames_[g.id];
  for (size_t i = 0; i < frames.size(); ++i) {
    if (frames[i].distance > state.used) break;
    FrameState& frame = state.frames.emplace_back();
    frame.function =
        static_cast<uint32_t>(frames[i].function - runtime_.program().functions.data());
    frame.distance = frames[i].distance;
    const bool is_last = i + 1 == frames.size();
    frame.line =
        is_last ? recorder_.stacks().line(runtime_.program(), g) : frames[i + 1].called_from;
    for (const DeferredFrame& each : deferred) {
      if (each.distance != frame.distance) continue;
      frame.is_deferred = true;
      frame.run_by = each.run_by;
    }
  }
}

// A frame that has just been made has no words yet, whatever the shadow says of frames before.
void Tape::add_words(const G& g, EventKind after, State& state) {
  const bool has_shadow = g.index < shadow_.goroutines().size();
  uint64_t fresh = 0;
  if (after == EventKind::kCall && !state.frames.empty()) {
    fresh = recording_.functions[state.frames.back().function].frame_words;
  }
  for (uint64_t i = 0; i < state.used / kWordBytes; ++i) {
    const uint64_t distance = state.used - i * kWordBytes;
    ShadowWord shadow;
    if (has_shadow && i >= fresh) {
      const GoroutineShadow& goroutine = shadow_.goroutine(g.index);
      if (distance <= goroutine.stack().bytes()) {
        const auto words = static_cast<uint32_t>(distance / kWordBytes);
        shadow = *goroutine.word(goroutine.address_at(words));
      }
    }
    state.words.push_back(word_at(g.stack.hi - distance, shadow));
  }
}

WordState Tape::word_at(Address address, ShadowWord shadow) {
  WordState word;
  word.value = *runtime::at(address);
  word.kind = shadow.kind();
  switch (shadow.kind()) {
    case WordKind::kDead:
    case WordKind::kScalar:
      break;
    case WordKind::kCode:
      word.target = function_at(runtime_.program(), word.value);
      break;
    case WordKind::kStatic:
      word.expected = runtime::kDataBase + Address{shadow.word()} * kWordBytes;
      word.target = name_of(runtime_.program().functions[shadow.word()]);
      break;
    case WordKind::kHeap: {
      const HeapObject* object = shadow_.heap().object(shadow.object());
      if (object == nullptr) break;
      word.target = type_name(runtime_.program(), object->type);
      if (!object->freed) word.expected = HeapShadow::address_of_word(shadow.word());
      break;
    }
    case WordKind::kStack: {
      const GoroutineShadow& owner = shadow_.goroutine(shadow.goroutine());
      if (!owner.alive() || !owner.has_frame(shadow.frame())) break;
      const G& g = runtime_.scheduler().goroutine(shadow.goroutine());
      word.expected = g.stack.hi - Address{shadow.distance()} * kWordBytes;
      break;
    }
  }
  return word;
}

WordState Tape::head_at(runtime::Word value) {
  WordState head;
  head.value = value;
  head.expected = value;
  if (runtime::in_heap(value)) head.kind = WordKind::kHeap;
  if (runtime::in_stacks(value)) head.kind = WordKind::kStack;
  if (value == 0) head.kind = WordKind::kScalar;
  return head;
}

// ---- Records ----

void Tape::add_record(const DeferNote& note, State& state) {
  DeferState& record = state.defers.emplace_back(note.state);
  record.address = note.state.is_mark ? state.stack.hi - note.distance : note.state.address;
  const auto* header = runtime::record_at<Defer>(record.address);
  const auto arguments = static_cast<uint32_t>(header->siz) / uint32_t{kWordBytes};
  const bool is_sane = note.state.is_mark || arguments <= 4096;
  const uint32_t words = Defer::kHeaderWords + (is_sane ? arguments : 0);
  for (uint32_t i = 0; i < words; ++i) {
    const Address address = record.address + Address{i} * kWordBytes;
    const uint64_t distance = state.stack.hi - address;
    if (note.state.is_mark) {
      const WordState* word = state.word(distance);
      record.words.push_back(word == nullptr ? WordState{} : *word);
    } else {
      record.words.push_back(word_at(address, *shadow_.heap().word(address)));
    }
  }
}

void Tape::add_defers(const G& g, State& state) {
  std::vector<Address> listed;
  for (Address a = g.defer; a != 0 && listed.size() < kMostListed;) {
    const DeferNote* note = nullptr;
    for (const DeferNote& each : defers_) {
      if (is_at(each, g, a)) note = &each;
    }
    if (note == nullptr || std::find(listed.begin(), listed.end(), a) != listed.end()) break;
    listed.push_back(a);
    a = runtime::record_at<Defer>(a)->link;
  }
  for (const bool given_back : {false, true}) {
    for (auto note = defers_.rbegin(); note != defers_.rend(); ++note) {
      if (note->goroutine != g.id || note->state.is_given_back != given_back) continue;
      if (note->state.is_mark && note->distance > state.used) continue;
      add_record(*note, state);
      DeferState& record = state.defers.back();
      record.is_listed = std::find(listed.begin(), listed.end(), record.address) != listed.end();
    }
  }
}

void Tape::add_panics(const G& g, State& state) {
  std::vector<uint64_t> linked;
  for (Address a = g.panic; a != 0 && g.stack.contains(a) && linked.size() < kMostListed;) {
    const uint64_t distance = g.distance(a);
    if (std::find(linked.begin(), linked.end(), distance) != linked.end()) break;
    linked.push_back(distance);
    const bool is_there = distance <= state.used;
    a = is_there ? runtime::record_at<runtime::Panic>(a)->link : 0;
  }
  for (auto note = panics_.rbegin(); note != panics_.rend(); ++note) {
    if (note->goroutine != g.id) continue;
    PanicState& panic = state.panics.emplace_back(note->state);
    panic.is_linked = std::find(linked.begin(), linked.end(), panic.distance) != linked.end();
  }
}

}  // namespace stackquake
