#include "harness/audit/heap_audit.h"

#include <algorithm>
#include <bit>
#include <string>

#include "runtime_under_test/kept_memory.h"
#include "runtime_under_test/object_type.h"
#include "runtime_under_test/records.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::G;
using runtime::kWordBytes;

bool is_record(const HeapObject& object) {
  return object.type == runtime::kTypeDefer || object.type == runtime::kTypeSudog;
}

const char* type_name(uint16_t type) {
  switch (type) {
    case runtime::kTypeNode:
      return "node";
    case runtime::kTypeDefer:
      return "Defer";
    case runtime::kTypeSudog:
      return "sudog";
    case runtime::kTypeChannel:
    case runtime::kTypePointerChannel:
      return "channel";
    case runtime::kTypeInt:
    case runtime::kTypePointer:
    case runtime::kTypeAny:
      return "box";
    default:
      return "closure";
  }
}

}  // namespace

void HeapAudit::allocated(Address object, uint32_t words) {
  for (const Address word : {object, object + Address{words - 1} * kWordBytes}) {
    const HeapObject* there = shadow_.heap().object_at(word);
    if (there == nullptr || there->freed) continue;
    return reporter_.object("lost-object", "made again", word,
                            "a new object lies where another one is alive");
  }
}

void HeapAudit::collected(const runtime::Collection& collection) {
  HeapShadow& heap = shadow_.heap();
  for (Address freed : collection.freed) {
    if (HeapObject* object = heap.object_at(freed)) object->freed = true;
  }
  for (Mark mark : {kRequired, kAllowed}) {
    for (const auto& g : runtime_.scheduler().goroutines()) {
      if (g->status != runtime::GStatus::kDead) mark_goroutine(*g, mark);
    }
    mark_sudogs(mark);
    drain(mark);
  }
  heap.settle();
  compare(collection.live_bytes);
}

// ---- Marking ----

void HeapAudit::mark_goroutine(const G& g, Mark mark) {
  if (mark == kRequired) {
    live_words_.frames(g, frames_);
    live_words_.each_word(g, frames_, [&](const Place& place) { mark_word(place, mark); });
    mark_register(g);
  }
  const GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  for (const ShadowDefer& d : goroutine.defers()) {
    if (d.is_in_heap()) mark_object(shadow_.heap().object(d.object), mark);
    if (d.is_in_frame() && mark == kAllowed) mark_record_in_frame(goroutine, d);
  }
}

// Like the words of a record in the heap: see scan.
void HeapAudit::mark_record_in_frame(const GoroutineShadow& goroutine, const ShadowDefer& d) {
  if (!goroutine.has_frame(d.frame)) return;
  const Address record = goroutine.address_of(d);
  const uint32_t words = live_words_.defer_layout().header_words() + d.argument_words;
  for (uint32_t i = 0; i < words; ++i) {
    mark_word({record + Address{i} * kWordBytes, WordRole::kObjectWord, i}, kAllowed);
  }
}

void HeapAudit::mark_register(const G& g) {
  if (!runtime::in_heap(g.sched.ctxt)) return;
  mark_object(shadow_.heap().object_at(g.sched.ctxt), kRequired);
}

void HeapAudit::mark_sudogs(Mark mark) {
  for (uint32_t serial : shadow_.heap().living()) {
    HeapObject* object = shadow_.heap().object(serial);
    if (object->type == runtime::kTypeSudog && object->in_use) mark_object(object, mark);
  }
}

void HeapAudit::mark_word(const Place& place, Mark mark) {
  const ShadowWord* shadow = shadow_.find(place.address);
  if (shadow == nullptr || shadow->kind() != WordKind::kHeap) return;
  HeapObject* object = shadow_.heap().object(shadow->object());
  if (object != nullptr && object->freed && mark == kRequired) {
    reporter_.word("lost-object", place, "points to an object that the collector has freed");
  }
  mark_object(object, mark);
}

void HeapAudit::mark_object(HeapObject* object, Mark mark) {
  // A required record becomes allowed if an allowed word names it, and is scanned then: `scan`
  // skips required records.
  const bool again =
      mark == kAllowed && object != nullptr && is_record(*object) && object->mark == kRequired;
  if (object == nullptr || object->freed || (object->mark != kUnreached && !again)) return;
  object->mark = again ? kAllowed : mark;
  marked_.push_back(object);
}

void HeapAudit::drain(Mark mark) {
  while (!marked_.empty()) {
    const HeapObject object = *marked_.back();
    marked_.pop_back();
    scan(object, mark);
  }
  runtime::clear_for_reuse(marked_);
}

// live_words names the live words of records, so required records are not scanned here. The other
// words of a record may keep their targets while the record is in use: these are allowed. Words
// behind the arguments are left from earlier uses of the record and keep nothing.
void HeapAudit::scan(const HeapObject& object, Mark mark) {
  if (is_record(object) && (mark == kRequired || !object.in_use)) return;
  uint32_t words = object.words;
  if (object.type == runtime::kTypeDefer) {
    const runtime::Design& design = runtime_.design();
    const uint32_t argument_words = design.deferred_call(object.start).argument_words;
    words = std::min(words, design.defer_layout().header_words() + argument_words);
  }
  for (uint32_t i = 0; i < words; ++i) {
    mark_word({object.start + Address{i} * kWordBytes, WordRole::kObjectWord, i}, mark);
  }
}

// ---- The verdict ----

// The heap rounds sizes up, but not beyond the next power of two.
void HeapAudit::compare(uint64_t live_bytes) {
  uint64_t most_bytes = 0;
  for (uint32_t serial : shadow_.heap().living()) {
    HeapObject& object = *shadow_.heap().object(serial);
    if (object.mark == kUnreached) {
      const std::string type = type_name(object.type);
      reporter_.object("kept-object", type, object.start,
                       "a collection has kept a " + type + " that no live word reaches");
    }
    object.mark = kUnreached;
    most_bytes += std::bit_ceil(uint64_t{object.words}) * kWordBytes;
  }
  if (live_bytes <= most_bytes) return;
  reporter_.other("kept-object", "live bytes",
                  "a collection has left " + std::to_string(live_bytes) +
                      " bytes counted as alive, and its objects have at most " +
                      std::to_string(most_bytes));
}

}  // namespace stackquake
