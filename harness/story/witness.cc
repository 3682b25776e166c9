#include "harness/story/witness.h"

#include <algorithm>
#include <utility>

#include "harness/audit/live_words.h"
#include "harness/audit/naming.h"
#include "runtime_under_test/adjust.h"
#include "runtime_under_test/object_type.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/scheduler.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::G;
using runtime::kWordBytes;
using runtime::Stkframe;

// From an object over records to a root there are few steps, unless there is a cycle.
constexpr size_t kMostHolders = 8;

// Whether a walk shows one word.
class LookOut final : public runtime::RootVisitor {
 public:
  explicit LookOut(Address wanted) : wanted_(wanted) {}
  void visit(const runtime::Word& pointer) override {
    is_seen = is_seen || runtime::address_of(&pointer) == wanted_;
  }
  bool is_seen = false;

 private:
  Address wanted_;
};

// Whether a walk shows one frame, and as what.
class FrameLookOut final : public runtime::FrameVisitor {
 public:
  explicit FrameLookOut(Address sp) : sp_(sp) {}
  void visit(const Stkframe& frame) override {
    if (frame.sp != sp_) return;
    is_seen = true;
    is_live = frame.continpc != 0;
  }
  bool is_seen = false;
  bool is_live = false;

 private:
  Address sp_;
};

// How many of the words behind a Defer record's header a walk describes.
class ArgumentLookOut final : public runtime::FrameVisitor {
 public:
  explicit ArgumentLookOut(Address arguments) : arguments_(arguments) {}
  void visit(const Stkframe& frame) override {
    if (frame.fn == nullptr || frame.argp != arguments_) return;
    described_words = std::min<uint32_t>(frame.described_words, frame.fn->argument_words);
  }
  uint32_t described_words = 0;

 private:
  Address arguments_;
};

bool map_has(const runtime::Program& program, uint32_t map, uint32_t slot) {
  if (map == runtime::kNoMap) return false;
  const auto slots = program.slots(program.locals_maps[map]);
  return std::find(slots.begin(), slots.end(), slot) != slots.end();
}

}  // namespace

void Witness::copying_stack(const G& g) {
  ++copies_;
  if (moment_.kind == Moment::Kind::kCopy && moment_.number == copies_) ask(g);
}

void Witness::passed_safepoint(const G& g) {
  ++safepoints_;
  if (moment_.kind == Moment::Kind::kSafepoint && moment_.number == safepoints_) ask(g);
}

void Witness::ask(const G& asked) {
  G& g = runtime_.scheduler().goroutine(asked.index);
  if (word_.goroutine != 0 && word_.goroutine != g.id) return;
  const Address address = word_.goroutine == 0 ? word_.place : g.at_distance(word_.place);
  Testimony testimony;
  shadow_.goroutine(g.index).settle(g);
  ask_walks(g, address, testimony);
  if (g.stack.contains(address)) ask_about_frame(g, address, testimony);
  if (runtime::in_heap(address)) ask_about_record(g, address, testimony);
  testimony_ = testimony;
}

void Witness::ask_walks(G& g, Address address, Testimony& testimony) {
  runtime::Design& design = runtime_.design();
  LookOut whole_copy(address);
  runtime::Adjuster copier(runtime_, whole_copy);
  design.adjust_pointers(g, copier);
  testimony.is_named_by_copier = whole_copy.is_seen;

  LookOut frame_pass(address);
  runtime::Adjuster frames(runtime_, frame_pass);
  design.gentraceback(g, frames);
  testimony.is_named_by_frames = frame_pass.is_seen;

  LookOut record_pass(address);
  runtime::Adjuster records(runtime_, record_pass);
  design.tracebackdefers(g, records);
  testimony.is_named_by_records = record_pass.is_seen;

  LookOut roots(address);
  runtime_.collector().visit_roots(g, roots);
  testimony.is_named_by_collector = roots.is_seen;
}

void Witness::ask_about_frame(G& g, Address address, Testimony& testimony) {
  LiveWords live_words(runtime_, shadow_);
  std::vector<LiveFrame> frames;
  if (!live_words.frames(g, frames)) return;
  for (const LiveFrame& live : frames) {
    const Stkframe& frame = live.frame;
    const Address end = frame.argp + Address{frame.fn->argument_words} * kWordBytes;
    if (address < frame.sp || address >= end) continue;
    testimony.is_in_frame = true;
    testimony.is_frame_faulted = live.faulted;
    FrameLookOut look_out(frame.sp);
    runtime_.design().gentraceback(g, look_out);
    testimony.is_frame_seen = look_out.is_seen;
    testimony.is_frame_live = look_out.is_live;
    const runtime::Program& program = runtime_.program();
    const uint32_t after = runtime::code_index(frame.pc);
    const auto slot = static_cast<uint32_t>((address - frame.sp) / kWordBytes);
    if (after == 0 || after >= program.locals_map_of.size()) return;
    testimony.is_live_at_call = map_has(program, program.locals_map_of[after - 1], slot);
    testimony.is_live_at_return = map_has(program, program.locals_map_of[after], slot);
    return;
  }
}

void Witness::ask_about_record(const G& g, Address address, Testimony& testimony) {
  const HeapObject* object = shadow_.heap().object_at(address);
  if (object == nullptr || object->freed || object->type != runtime::kTypeDefer) return;
  const runtime::DeferredCall call = runtime_.design().deferred_call(object->start);
  testimony.is_in_record = true;
  testimony.is_closure_on_stack = g.stack.contains(call.fn);
  ArgumentLookOut look_out(call.arguments);
  runtime_.design().tracebackdefers(g, look_out);
  testimony.described_words = look_out.described_words;
}

// ---- Who keeps an object ----

void Witness::ended(const G* /*last*/) {
  if (word_.goroutine != 0 || word_.place == 0 || !runtime::in_heap(word_.place)) return;
  Address object = word_.place;
  while (holders_.size() < kMostHolders) {
    const HeapObject* held = shadow_.heap().object_at(object);
    if (held == nullptr) return;
    const std::optional<Holder> holder =
        find_holder(held->start, uint64_t{held->words} * kWordBytes);
    if (!holder) return;
    holders_.push_back(*holder);
    if (holder->object == 0) return;
    object = holder->object;
  }
}

// Of several, a live word of a stack, then a word of a record that was given back, then a number
// that looks like the address: the last two should keep nothing.
std::optional<Holder> Witness::find_holder(Address start, uint64_t bytes) {
  std::optional<Holder> found;
  const auto is_better = [&](const Holder& holder) {
    if (!found) return true;
    const auto rank = [](const Holder& h) {
      if (h.type.empty()) return 0;
      if (h.is_given_back) return 1;
      return h.kind == WordKind::kScalar ? 2 : 3;
    };
    return rank(holder) < rank(*found);
  };
  const auto consider = [&](const Holder& holder) {
    if (*runtime::at(holder.address) - start < bytes && is_better(holder)) found = holder;
  };
  LiveWords live_words(runtime_, shadow_);
  std::vector<LiveFrame> frames;
  for (const auto& g : runtime_.scheduler().goroutines()) {
    if (g->status == runtime::GStatus::kDead) continue;
    shadow_.goroutine(g->index).settle(*g);
    live_words.frames(*g, frames);
    live_words.each_word(*g, frames, [&](const Place& place) {
      if (!runtime::in_stacks(place.address)) return;
      const ShadowWord* shadow = shadow_.find(place.address);
      if (shadow != nullptr && shadow->kind() == WordKind::kHeap) {
        consider({place.address, shadow->kind(), ""});
      }
    });
  }
  for (uint32_t serial : shadow_.heap().living()) {
    const HeapObject& object = *shadow_.heap().object(serial);
    const bool holds_itself = object.start == start;
    const bool was_held = std::any_of(holders_.begin(), holders_.end(),
                                      [&](const Holder& h) { return h.object == object.start; });
    if (object.freed || holds_itself || was_held) continue;
    const bool is_record = object.type == runtime::kTypeDefer || object.type == runtime::kTypeSudog;
    for (uint32_t i = 0; i < object.words; ++i) {
      const Address a = object.start + Address{i} * kWordBytes;
      consider({a, shadow_.heap().word(a)->kind(), type_name(runtime_.program(), object.type), i,
                object.start, is_record && !object.in_use});
    }
  }
  return found;
}

}  // namespace stackquake
