#include "harness/story/state_maker.h"

#include <algorithm>

#include "harness/audit/naming.h"
#include "runtime_under_test/memory.h"
#include "runtime_under_test/object_type.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/scheduler.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::DeferLayout;
using runtime::G;
using runtime::kWordBytes;

// A list that is longer has a cycle, or is of no use in a picture.
constexpr uint32_t kMostListed = 4096;

}  // namespace

State StateMaker::of(const G& g, EventKind after, std::span<const FunctionFacts> functions) {
  State state;
  state.goroutine = g.id;
  state.stack = g.stack;
  state.used = g.stack.hi - g.sched.sp;
  state.defer_layout = runtime_.design().defer_layout();
  state.panic_layout = runtime_.design().panic_layout();
  add_frames(g, state);
  add_words(g, after, functions, state);
  add_defers(g, state);
  add_calls(g, state);
  add_panics(g, state);
  state.defer_head = head_at(g.defer);
  state.panic_head = head_at(g.panic);
  return state;
}

void StateMaker::add_frames(const G& g, State& state) {
  const auto& frames = stacks_.frames(g);
  const std::span<const DeferredFrame> deferred = notes_.deferred_frames(g.id);
  for (size_t i = 0; i < frames.size(); ++i) {
    if (frames[i].distance > state.used) break;
    FrameState& frame = state.frames.emplace_back();
    frame.function =
        static_cast<uint32_t>(frames[i].function - runtime_.program().functions.data());
    frame.distance = frames[i].distance;
    const bool is_last = i + 1 == frames.size();
    frame.line = is_last ? stacks_.line(runtime_.program(), g) : frames[i + 1].called_from;
    for (const DeferredFrame& each : deferred) {
      if (each.distance != frame.distance) continue;
      frame.is_deferred = true;
      frame.run_by = each.run_by;
    }
  }
}

// A frame that has just been made has no words yet, whatever the shadow says of frames before.
void StateMaker::add_words(const G& g, EventKind after, std::span<const FunctionFacts> functions,
                           State& state) {
  const bool has_shadow = g.index < shadow_.goroutines().size();
  uint64_t fresh = 0;
  if (after == EventKind::kCall && !state.frames.empty()) {
    fresh = functions[state.frames.back().function].frame_words;
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

WordState StateMaker::word_at(Address address, ShadowWord shadow) {
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

WordState StateMaker::head_at(runtime::Word value) {
  WordState head;
  head.value = value;
  head.expected = value;
  if (runtime::in_heap(value)) head.kind = WordKind::kHeap;
  if (runtime::in_stacks(value)) head.kind = WordKind::kStack;
  if (value == 0) head.kind = WordKind::kScalar;
  return head;
}

// ---- Records ----

void StateMaker::add_record(const DeferNote& note, State& state) {
  DeferState& record = state.defers.emplace_back(note.state);
  record.address = note.state.is_on_stack ? state.stack.hi - note.distance : note.state.address;
  const uint32_t arguments = runtime_.design().deferred_call(record.address).argument_words;
  const bool is_sane = arguments <= 4096;
  const uint32_t words = state.defer_layout.header_words() + (is_sane ? arguments : 0);
  for (uint32_t i = 0; i < words; ++i) {
    const Address address = record.address + Address{i} * kWordBytes;
    const uint64_t distance = state.stack.hi - address;
    if (note.state.is_on_stack) {
      const WordState* word = state.word(distance);
      record.words.push_back(word == nullptr ? WordState{} : *word);
    } else {
      record.words.push_back(word_at(address, *shadow_.heap().word(address)));
    }
  }
}

void StateMaker::add_defers(const G& g, State& state) {
  std::vector<Address> listed;
  for (Address a = g.defer; a != 0 && listed.size() < kMostListed;) {
    const DeferNote* note = nullptr;
    for (const DeferNote& each : notes_.defers()) {
      if (RecordNotes::is_at(each, g, a)) note = &each;
    }
    if (note == nullptr || std::find(listed.begin(), listed.end(), a) != listed.end()) break;
    listed.push_back(a);
    a = *runtime::at(DeferLayout::word(a, state.defer_layout.link));
  }
  for (const bool given_back : {false, true}) {
    for (auto note = notes_.defers().rbegin(); note != notes_.defers().rend(); ++note) {
      if (note->goroutine != g.id || note->state.is_given_back != given_back) continue;
      if (note->state.is_on_stack && note->distance > state.used) continue;
      add_record(*note, state);
      DeferState& record = state.defers.back();
      record.is_listed = std::find(listed.begin(), listed.end(), record.address) != listed.end();
    }
  }
}

void StateMaker::add_calls(const G& g, State& state) {
  for (auto note = notes_.open_calls().rbegin(); note != notes_.open_calls().rend(); ++note) {
    if (note->goroutine == g.id) state.open_calls.push_back(note->state);
  }
  state.starting = notes_.starting(g.id);
}

void StateMaker::add_panics(const G& g, State& state) {
  std::vector<uint64_t> linked;
  for (Address a = g.panic; a != 0 && g.stack.contains(a) && linked.size() < kMostListed;) {
    const uint64_t distance = g.distance(a);
    if (std::find(linked.begin(), linked.end(), distance) != linked.end()) break;
    linked.push_back(distance);
    const bool is_there = distance <= state.used;
    a = is_there ? *runtime::at(DeferLayout::word(a, state.panic_layout.link)) : 0;
  }
  for (auto note = notes_.panics().rbegin(); note != notes_.panics().rend(); ++note) {
    if (note->goroutine != g.id) continue;
    PanicState& panic = state.panics.emplace_back(note->state);
    panic.is_linked = std::find(linked.begin(), linked.end(), panic.distance) != linked.end();
  }
}

}  // namespace stackquake
