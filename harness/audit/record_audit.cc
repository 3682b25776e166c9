#include "harness/audit/record_audit.h"

#include <algorithm>
#include <bit>
#include <string>

#include "harness/audit/allowance.h"
#include "harness/audit/live_words.h"
#include "runtime_under_test/object_type.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::DeferLayout;
using runtime::DeferPlace;
using runtime::DeferredCall;
using runtime::DeferRunner;
using runtime::G;
using runtime::PanicLayout;
using runtime::record_at;
using runtime::Sudog;
using runtime::Unwinding;

// In designs that take a record off the list before its call runs, nothing leads to the record
// while the call runs. If the call never returns, nothing can give it back.
bool is_left_to_the_collector(const ShadowDefer& d) {
  return d.running && d.unlisted;
}

}  // namespace

void RecordAudit::bad_defer(std::string_view cause, std::string message) {
  reporter_.other("bad-defer-chain", cause, std::move(message));
}

void RecordAudit::bad_panic(std::string_view cause, std::string message) {
  reporter_.other("bad-panic-chain", cause, std::move(message));
}

// The record that begins at this address, unless the collector has freed it.
HeapObject* RecordAudit::object_of(Address record, uint16_t type) {
  HeapObject* object = runtime::in_heap(record) ? shadow_.heap().object_at(record) : nullptr;
  const bool fits =
      object != nullptr && !object->freed && object->start == record && object->type == type;
  return fits ? object : nullptr;
}

// ---- Goroutines ----

void RecordAudit::goroutine_started(const G& g) {
  if (g.defer != 0) bad_defer("inherited", "a goroutine begins with deferred calls of another");
  if (g.panic != 0) bad_panic("inherited", "a goroutine begins with panics of another");
  if (g.preempt || g.unwind_to != 0 || g.returned != 0) {
    reporter_.other("leaked-record", "G:inherited",
                    "a goroutine begins preempted or unwinding, as another one was");
  }
  if (g.waiting != 0 || g.param != 0) {
    reporter_.other("leaked-record", "sudog:inherited",
                    "a goroutine begins with a sudog of another");
  }
}

void RecordAudit::goroutine_ended(const G& g) {
  const std::vector<ShadowDefer>& defers = shadow_.goroutine(g.index).defers();
  if (std::all_of(defers.begin(), defers.end(), is_left_to_the_collector)) return;
  reporter_.other(
      "leaked-record", "Defer:goroutine ended",
      "a goroutine has ended, and a deferred call of it has neither run nor been given back");
}

// ---- Deferred calls ----

// It is named by where it lies.
void RecordAudit::mark_deferred(const G& g, const DeferredCall& d) {
  GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  goroutine.settle(g);
  const uint32_t distance = goroutine.distance_of(d.record);
  const uint32_t frame = goroutine.frame_at(distance);
  if (frame == 0) return bad_defer("not a record", "a deferred call is kept below all frames");
  goroutine.defers().push_back({.place = DeferPlace::kMark, .distance = distance, .frame = frame});
}

void RecordAudit::deferred(const G& g, const DeferredCall& d) {
  switch (d.place) {
    case DeferPlace::kHeap:
      return deferred_in_heap(g, d);
    case DeferPlace::kFrame:
      return deferred_in_frame(g, d);
    case DeferPlace::kSlot:
      return deferred_in_slot(g, d);
    case DeferPlace::kMark:
      return mark_deferred(g, d);
  }
}

void RecordAudit::deferred_in_heap(const G& g, const DeferredCall& d) {
  HeapObject* object = object_of(d.record, runtime::kTypeDefer);
  if (object == nullptr) {
    return bad_defer("not a record", "a deferred call is kept where no Defer record is");
  }
  if (object->in_use) return bad_defer("in use", "a Defer record that is in use was taken again");
  object->in_use = true;
  GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  const ShadowFrame* frame = goroutine.frame_with_sp(goroutine.distance_of(d.frame));
  if (frame == nullptr) {
    return bad_defer("argp", "the argp of a new Defer is not the sp of a frame");
  }
  const uint32_t words = object->words - runtime_.design().defer_layout().header_words();
  const ShadowDefer added{.record = d.record,
                          .argument_words = words,
                          .object = object->serial,
                          .arguments = hash_of_arguments(d.arguments, words),
                          .frame = frame->serial,
                          .stands_for_frame = d.stands_for_frame};
  std::vector<ShadowDefer>& defers = goroutine.defers();
  // A record that stands for a frame was not deferred now, but with the calls of its frame.
  auto place = defers.end();
  while (d.stands_for_frame && place != defers.begin() && (place - 1)->frame >= frame->serial) {
    --place;
  }
  defers.insert(place, added);
}

// The whole record must lie in the frame that defers.
void RecordAudit::deferred_in_frame(const G& g, const DeferredCall& d) {
  GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  goroutine.settle(g);
  const ShadowFrame* frame = goroutine.frame_with_sp(goroutine.distance_of(d.frame));
  if (frame == nullptr) {
    return bad_defer("argp", "the argp of a new Defer is not the sp of a frame");
  }
  const uint32_t words = runtime_.design().defer_layout().header_words() + d.argument_words;
  const uint32_t distance = goroutine.distance_of(d.record);
  const bool is_inside = goroutine.contains(d.record) && words <= distance &&
                         goroutine.frame_at(distance) == frame->serial &&
                         goroutine.frame_at(distance - words + 1) == frame->serial;
  if (!is_inside) {
    return bad_defer("not a record", "a deferred call is kept outside of the frame that defers it");
  }
  if (goroutine.has_defer_since(frame->serial, d.record)) {
    return bad_defer("in use", "a Defer record that is in use was taken again");
  }
  goroutine.defers().push_back({.place = DeferPlace::kFrame,
                                .distance = distance,
                                .argument_words = d.argument_words,
                                .arguments = hash_of_arguments(d.arguments, d.argument_words),
                                .frame = frame->serial});
}

void RecordAudit::deferred_in_slot(const G& g, const DeferredCall& d) {
  GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  goroutine.settle(g);
  const ShadowFrame* frame = goroutine.frame_with_sp(goroutine.distance_of(d.frame));
  if (frame == nullptr) {
    return bad_defer("argp", "an open-coded deferred call is not of a frame");
  }
  const runtime::OpenDefers& open = frame->function->open_defers;
  const uint32_t slot = frame->distance - goroutine.distance_of(d.record);
  if (slot - open.first_slot >= open.count) {
    return bad_defer("not a record", "an open-coded deferred call is in no slot of its frame");
  }
  if (goroutine.has_defer_since(frame->serial, d.record)) {
    return bad_defer("in use", "the slot of an open-coded deferred call was taken again");
  }
  goroutine.defers().push_back({.place = DeferPlace::kSlot,
                                .distance = goroutine.distance_of(d.record),
                                .argument_words = d.argument_words,
                                .arguments_at = goroutine.distance_of(d.arguments),
                                .arguments = hash_of_arguments(d.arguments, d.argument_words),
                                .frame = frame->serial});
}

// The bit of an open-coded call is set until the call runs.
bool RecordAudit::is_slot_right(const GoroutineShadow& goroutine, const ShadowDefer& d) {
  const ShadowFrame* frame = goroutine.frame(d.frame);
  if (frame == nullptr) {
    reporter_.other("leaked-record", "Defer:dead frame",
                    "a deferred call's frame is gone, and the call has not run");
    return false;
  }
  const runtime::OpenDefers& open = frame->function->open_defers;
  const uint32_t bit = frame->distance - d.distance - open.first_slot;
  const runtime::Word bits =
      *runtime::at(DeferLayout::word(goroutine.address_at(frame->distance), open.bits));
  if ((bits >> bit & 1) != 0) return true;
  bad_defer("bit", "an open-coded deferred call is pending, and its bit is not set");
  return false;
}

// Equal for equal arguments, wherever copies have moved what they point to.
uint64_t RecordAudit::hash_of_arguments(Address arguments, uint32_t words) {
  const ShadowWord* shadows = words == 0 ? nullptr : shadow_.find(arguments);
  uint64_t hash = 0;
  for (uint32_t i = 0; i < words; ++i) {
    const bool moves = shadows[i].kind() == WordKind::kStack;
    for (uint64_t part :
         {std::bit_cast<uint64_t>(shadows[i]), moves ? 0 : runtime::at(arguments)[i]}) {
      hash = (hash ^ part) * 0x9e3779b97f4a7c15;
      hash ^= hash >> 32;
    }
  }
  return hash;
}

void RecordAudit::unchanged_arguments(const GoroutineShadow& goroutine, const ShadowDefer& d) {
  if (d.is_mark()) return;
  const HeapObject* object = d.is_in_heap() ? shadow_.heap().object(d.object) : nullptr;
  const bool is_gone =
      d.is_in_heap() ? object == nullptr || object->freed : !goroutine.has_frame(d.frame);
  if (is_gone) return;
  const Address arguments =
      d.is_in_slot() ? goroutine.address_at(d.arguments_at)
                     : runtime_.design().defer_layout().arguments(goroutine.address_of(d));
  if (hash_of_arguments(arguments, d.argument_words) == d.arguments) return;
  bad_defer("arguments",
            "the arguments of a deferred call are not those that it was deferred with");
}

void RecordAudit::defer_started(const G& g, const DeferredCall& d, DeferRunner runner) {
  GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  std::vector<ShadowDefer>& defers = goroutine.defers();
  ShadowDefer* started = goroutine.find_defer(d.record);
  if (started == nullptr) return bad_defer("unknown", "a deferred call runs that was not pending");
  if (started->running) return bad_defer("started twice", "a deferred call is started again");
  const bool is_newest = std::all_of(started + 1, defers.data() + defers.size(),
                                     [](const ShadowDefer& later) { return later.running; });
  if (!is_newest) return bad_defer("order", "a deferred call is started before a later one");
  if (runner == DeferRunner::kDeferreturn) {
    if (!is_of_caller(g, goroutine, *started)) {
      return bad_defer("other frame", "the end of a frame runs a deferred call of another frame");
    }
    goroutine.finishing = d.record;
    goroutine.settle(g);
    if (!is_in_deferreturn(goroutine)) goroutine.unwind_to(started->frame);
    defers.erase(defers.begin() + (started - defers.data()));
    return;
  }
  started->running = true;
  started->unlisted = g.defer != d.record;
  started->runner = runner;
  if (started->is_mark()) return;
  // Later calls were started by panics or Goexits that cannot continue: the calls have led here.
  const auto later = defers.begin() + (started - defers.data()) + 1;
  defers.erase(std::remove_if(later, defers.end(), is_left_to_the_collector), defers.end());
}

void RecordAudit::defer_freed(const G& g, const DeferredCall& d) {
  if (d.place == DeferPlace::kMark) return mark_freed(g, d);
  GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  if (d.place == DeferPlace::kHeap && !give_back_object(d)) return;
  if (goroutine.finishing == d.record) {  // deferreturn has taken it off the list
    goroutine.finishing = 0;
    return;
  }
  ShadowDefer* freed = goroutine.find_defer(d.record);
  if (freed == nullptr) {
    if (d.place == DeferPlace::kHeap) return;
    return bad_defer("freed twice", "a Defer record is given back that is not in use");
  }
  if (!freed->running && !freed->stands_for_frame) {
    return bad_defer("freed unstarted", "a deferred call is given back that has not run");
  }
  unchanged_arguments(goroutine, *freed);
  goroutine.defers().erase(goroutine.defers().begin() + (freed - goroutine.defers().data()));
}

// Whether a call is of the frame that is at its end. That is the caller of deferreturn, or the
// function itself if it runs an open-coded call. The registers tell which frame it is: the shadow
// may still have a frame without words below it, which a recovery has unwound.
bool RecordAudit::is_of_caller(const G& g, const GoroutineShadow& goroutine,
                               const ShadowDefer& d) const {
  const runtime::Program& program = runtime_.program();
  const runtime::Stkframe frame = runtime::frame_at(program, g.sched.pc, g.sched.sp);
  const bool is_in_deferreturn =
      frame.fn == &program.runtime_function(runtime::RuntimeFunction::kDeferreturn);
  const ShadowFrame* deferring = goroutine.frame(d.frame);
  return deferring != nullptr &&
         deferring->distance == goroutine.distance_of(is_in_deferreturn ? frame.argp : frame.sp);
}

// Whether deferreturn has a frame, from which it calls.
bool RecordAudit::is_in_deferreturn(const GoroutineShadow& goroutine) const {
  const runtime::Function* deferreturn =
      &runtime_.program().runtime_function(runtime::RuntimeFunction::kDeferreturn);
  return !goroutine.frames().empty() && goroutine.frames().back().function == deferreturn;
}

bool RecordAudit::give_back_object(const DeferredCall& d) {
  HeapObject* object = object_of(d.record, runtime::kTypeDefer);
  if (object == nullptr || !object->in_use) {
    bad_defer("freed twice", "a Defer record is given back that is not in use");
    return false;
  }
  object->in_use = false;
  just_given_back_.push_back(object->serial);
  return true;
}

// Its call may never have run: some designs keep such a record on the list as a mark.
void RecordAudit::mark_freed(const G& g, const DeferredCall& d) {
  GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  const ShadowDefer* freed = goroutine.find_defer(d.record);
  if (freed == nullptr) {
    return bad_defer("freed twice", "a Defer record on the stack is given back that is not in use");
  }
  goroutine.defers().erase(goroutine.defers().begin() + (freed - goroutine.defers().data()));
}

void RecordAudit::defers(const G& g) {
  GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  if (goroutine.finishing != 0) {
    reporter_.other("leaked-record", "Defer:deferreturn",
                    "a deferred call has run, and its record was not given back");
  }
  const DeferLayout& layout = runtime_.design().defer_layout();
  Address next = g.defer;
  for (size_t i = goroutine.defers().size(); i-- > 0;) {
    const ShadowDefer& d = goroutine.defers()[i];
    if (d.is_in_slot()) {
      if (!is_slot_right(goroutine, d)) return;
      unchanged_arguments(goroutine, d);
      continue;
    }
    const bool is_listed = goroutine.address_of(d) == next;
    unchanged_arguments(goroutine, d);
    if (!goroutine.has_frame(d.frame)) {
      if (!is_listed && is_left_to_the_collector(d)) {
        goroutine.defers().erase(goroutine.defers().begin() + static_cast<ptrdiff_t>(i));
        continue;
      }
      if (is_listed)
        return bad_defer("dead frame", "the list holds a deferred call of a frame that is gone");
      return reporter_.other("leaked-record", "Defer:dead frame",
                             "a deferred call's frame is gone, and its record was not given back");
    }
    // Some designs take a record off the list while its call runs.
    if (!is_listed && !d.running) {
      return bad_defer(
          "missing",
          "the list of deferred calls misses one that is pending, or has it out of order");
    }
    if (is_listed) next = *runtime::at(DeferLayout::word(next, layout.link));
  }
  if (next == 0) return;
  if (runtime::in_stacks(next)) {
    return goroutine.contains(next)
               ? bad_defer("dead frame", "the list leads to a record on the stack that is gone")
               : bad_defer("not on the stack", "the list leads to a stack that is not its own");
  }
  const HeapObject* object = object_of(next, runtime::kTypeDefer);
  if (object == nullptr)
    return bad_defer("not a record", "the list of deferred calls leads to no Defer record");
  bad_defer(object->in_use ? "extra" : "given back",
            object->in_use ? "the list holds a deferred call of another goroutine"
                           : "the list holds a record that has been given back");
}

// ---- Panics ----

void RecordAudit::panicked(const G& g, const Unwinding& p) {
  GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  goroutine.settle(g);
  const uint32_t distance = goroutine.distance_of(p.record);
  goroutine.panics().push_back({distance, goroutine.frame_at(distance)});
}

void RecordAudit::panic_aborted(const G& g, const Unwinding& p) {
  GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  ShadowPanic* aborted = goroutine.find_panic(goroutine.distance_of(p.record));
  if (aborted == nullptr)
    return bad_panic("aborted", "a panic is marked aborted that is not in progress");
  aborted->aborted = true;
}

void RecordAudit::recovered(const G& g, const Unwinding& p) {
  GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  ShadowPanic* recovered = goroutine.find_panic(goroutine.distance_of(p.record));
  if (recovered == nullptr)
    return bad_panic("recovered", "a panic is recovered that is not in progress");
  recovered->recovered = true;
}

void RecordAudit::panics(const G& g) {
  GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  const PanicLayout& layout = runtime_.design().panic_layout();
  Address next = g.panic;
  for (size_t i = goroutine.panics().size(); i-- > 0;) {
    const ShadowPanic& p = goroutine.panics()[i];
    const Address record = goroutine.address_at(p.distance);
    if (record == next) {
      next = *runtime::at(layout.word(next, layout.link));
    } else if (!p.aborted) {
      return bad_panic(
          "missing", "the chain of panics misses one that is in progress, or has it out of order");
    }
  }
  if (next == 0) return;
  if (!goroutine.contains(next))
    return bad_panic("not on the stack", "the chain of panics leaves the stack");
  bad_panic("dead frame", "the chain of panics leads to a Panic whose frame is gone");
}

// ---- At safepoints ----

void RecordAudit::lists(const G& g) {
  if (!reporter_.silenced()) defers(g);
  if (!reporter_.silenced()) panics(g);
  if (!reporter_.silenced()) waiting(g);
}

void RecordAudit::reset() {
  just_given_back_.clear();
  queues_.clear();
  next_ = 0;
  followed_ = 0;
}

void RecordAudit::given_back(const G* last) {
  given_back_and_reached(last);
  for (uint32_t serial : shadow_.heap().records()) given_back_or_held(serial);
  just_given_back_.clear();
}

void RecordAudit::some_given_back() {
  const std::span<const uint32_t> records = shadow_.heap().records();
  if (records.size() <= kMostAtOnce) return given_back();
  given_back_and_reached(nullptr);
  for (uint32_t serial : just_given_back_) given_back_or_held(serial);
  just_given_back_.clear();
  for (size_t i = 0; i < kMostAtOnce; ++i) {
    if (next_ >= records.size()) next_ = 0;
    given_back_or_held(records[next_++]);
  }
}

void RecordAudit::given_back_or_held(uint32_t serial) {
  const HeapObject& object = *shadow_.heap().object(serial);
  const bool is_promised =
      object.type != runtime::kTypeDefer || runtime_.design().wipes_freed_defers();
  if (!object.freed && !object.in_use && is_promised) given_back(object);
  if (object.type == runtime::kTypeSudog && object.in_use) held(object);
}

// The collector also follows what frames of aborted panics still lead to. A conservative collector
// never reads records by type, so stale ones cannot hurt it.
void RecordAudit::given_back_and_reached(const G* last) {
  const runtime::Design& design = runtime_.design();
  if (design.wipes_freed_defers() || design.scans_defers_conservatively()) return;
  for (const auto& g : runtime_.scheduler().goroutines()) {
    if (g->status == runtime::GStatus::kDead || g.get() == last) continue;
    if (followed_ >= audit_allowance(runtime_)) return;
    shadow_.goroutine(g->index).settle(*g);
    live_words_.frames(*g, frames_);
    followed_ += frames_.size();
    live_words_.each_word(*g, frames_, [&](const Place& place) { follow_links(place.address); });
  }
}

void RecordAudit::follow_links(Address pointer) {
  const uint32_t link = runtime_.design().defer_layout().link;
  for (size_t records = shadow_.heap().records().size(); records > 0; --records) {
    if (++followed_ >= audit_allowance(runtime_)) return;
    const ShadowWord* shadow = shadow_.find(pointer);
    if (shadow == nullptr || shadow->kind() != WordKind::kHeap) return;
    const HeapObject* object = shadow_.heap().object(shadow->object());
    if (object == nullptr || object->freed || object->type != runtime::kTypeDefer) return;
    if (!object->in_use) given_back(*object);
    pointer = DeferLayout::word(object->start, link);
  }
}

bool RecordAudit::is_on_stack(const runtime::Word& word) {
  const ShadowWord* shadow = shadow_.find(runtime::address_of(&word));
  return shadow != nullptr && shadow->kind() == WordKind::kStack;
}

void RecordAudit::given_back(const HeapObject& object) {
  if (object.type == runtime::kTypeDefer) {
    const DeferLayout& layout = runtime_.design().defer_layout();
    const bool is_promised = runtime_.design().wipes_freed_defers();
    const auto is_stale = [&](uint32_t number) {
      if (number == runtime::kNoWord) return false;
      const runtime::Word& word = *runtime::at(DeferLayout::word(object.start, number));
      return is_promised ? word != 0 : is_on_stack(word);
    };
    if (is_stale(layout.fn)) {
      bad_defer("stale fn", "a Defer record that has been given back still has its fn");
    }
    if (is_stale(layout.panic)) {
      bad_defer("stale panic", "a Defer record that has been given back still names a panic");
    }
    return stale_link(object);
  }
  const auto* sudog = record_at<Sudog>(object.start);
  const auto stale = [&](std::string_view name, Address pointer) {
    if (pointer == 0) return;
    reporter_.other("leaked-record", "sudog:stale " + std::string(name),
                    "a sudog that has been given back still has its " + std::string(name));
  };
  stale("elem", sudog->elem);
  stale("selectdone", sudog->selectdone);
  stale("waitlink", sudog->waitlink);
}

// The link of a record in a pool leads to the next one there. A record that is too large for a pool
// has none: a frame that still names it would keep the records behind it alive.
void RecordAudit::stale_link(const HeapObject& record) {
  const DeferLayout& layout = runtime_.design().defer_layout();
  const Address link = *runtime::at(DeferLayout::word(record.start, layout.link));
  if (link == 0 || !runtime_.design().wipes_freed_defers()) return;
  const HeapObject* next = object_of(link, runtime::kTypeDefer);
  const bool is_pooled = record.words - layout.header_words() <= kMostPooledWords;
  if (is_pooled && next != nullptr && !next->in_use) return;
  bad_defer("stale link", "a Defer record that has been given back still names another record");
}

}  // namespace stackquake
