#include "harness/audit/word_audit.h"

#include <cinttypes>
#include <cstdio>
#include <string>

#include "runtime_under_test/poison.h"

namespace stackquake {

namespace {

using runtime::Address;
using runtime::G;
using runtime::kWordBytes;
using runtime::Word;

std::string hexadecimal(Word word) {
  char text[20];
  std::snprintf(text, sizeof text, "0x%" PRIx64, word);
  return text;
}

std::string holds(Word value) {
  return "holds " + hexadecimal(value) + (runtime::is_poison(value) ? ", which is poison" : "");
}

}  // namespace

// ---- Copies ----

void WordAudit::before_copy(const G& g) {
  const auto words = static_cast<size_t>((g.stack.hi - g.sched.sp) / kWordBytes);
  before_.assign(runtime::at(g.sched.sp), runtime::at(g.sched.sp) + words);
  registers_before_ = g.sched;
  panic_before_ = g.panic;
  arguments_before_.clear();
  each_deferred_argument(
      g, [&](const Place& place) { arguments_before_.push_back(*runtime::at(place.address)); });
}

void WordAudit::after_copy(const G& g, const runtime::StackCopy& copy) {
  if (g.stack.hi - g.sched.sp != before_.size() * kWordBytes ||
      g.sched.pc != registers_before_.pc) {
    reporter_.other("stack-accounting", "copystack:registers",
                    "a copy has changed pc, or how much of the stack is in use");
    return;
  }
  unchanged(g);
  unchanged_arguments(g);
  registers(g, copy);
  live(g);
}

// Checks the words of the stack that a copy must not change: numbers, code, and pointers to memory
// that a copy does not move.
void WordAudit::unchanged(const G& g) {
  const GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  const ShadowWord* shadows = goroutine.word(g.sched.sp);
  const Word* words = runtime::at(g.sched.sp);
  for (size_t i = 0; i < before_.size(); ++i) {
    if (words[i] == before_[i]) continue;
    const WordKind kind = shadows[i].kind();
    if (kind == WordKind::kDead || kind == WordKind::kStack) continue;
    live_words_.frames(g, frames_);
    const Place place = LiveWords::place_on_stack(frames_, runtime::address_of(words + i));
    return changed(place, kind, before_[i]);
  }
}

// Checks such words among the arguments of deferred calls, which lie in the heap: the copier
// adjusts them as well.
void WordAudit::unchanged_arguments(const G& g) {
  size_t i = 0;
  each_deferred_argument(g, [&](Place place) {
    const Word before = arguments_before_[i++];
    if (*runtime::at(place.address) == before) return;
    const WordKind kind = shadow_.find(place.address)->kind();
    if (kind == WordKind::kStack) return;
    place.function = live_words_.deferred_function(shadow_.goroutine(g.index), *place.defer);
    changed(place, kind, before);
  });
}

void WordAudit::changed(const Place& place, WordKind kind, Word before) {
  const std::string change = "was " + hexadecimal(before) + ", and a copy has made it " +
                             hexadecimal(*runtime::at(place.address));
  if (kind == WordKind::kHeap || kind == WordKind::kStatic) {
    reporter_.word("wrong-pointer", place, "points to what does not move: it " + change);
  } else {
    reporter_.word("scalar-changed", place, "is no pointer: it " + change);
  }
}

void WordAudit::registers(const G& g, const runtime::StackCopy& copy) {
  const auto moved = [&](Word before) {
    return copy.old_stack.contains(before) ? before - copy.old_stack.hi + g.stack.hi : before;
  };
  const auto check = [&](WordRole role, const Word& now, Word before) {
    if (now == moved(before)) return;
    const Place place{runtime::address_of(&now), role};
    reporter_.word(now == before ? "stale-pointer" : "wrong-pointer", place,
                   holds(now) + " after a copy, and must hold " + hexadecimal(moved(before)));
  };
  check(WordRole::kCtxt, g.sched.ctxt, registers_before_.ctxt);
  check(WordRole::kGPanic, g.panic, panic_before_);
}

// ---- Live words ----

void WordAudit::live(const G& g) {
  if (reporter_.silenced()) return;
  if (!live_words_.frames(g, frames_)) {
    const std::string after =
        frames_.empty() ? "" : " below " + std::string(frames_.back().frame.fn->name);
    reporter_.other("wrong-pointer", "frame:return pc",
                    "the return address" + after + " is not one of the function that called");
    return;
  }
  const auto audit = [&](const Place& place) {
    if (!is_right(place.address)) [[unlikely]]
      word(place);
  };
  live_words_.each_word(g, frames_, audit);
  live_words_.each_record_word(g, audit);
}

void WordAudit::word(const Place& place) {
  const ShadowWord* shadow = shadow_.find(place.address);
  if (shadow == nullptr) {
    reporter_.word("lost-object", place, "is of a record that the collector has freed");
    return;
  }
  const Word value = *runtime::at(place.address);
  switch (shadow->kind()) {
    case WordKind::kDead:
    case WordKind::kScalar:
    case WordKind::kCode:
      return not_a_pointer(place, shadow->kind(), value);
    case WordKind::kStatic:
    case WordKind::kHeap:
      return heap_pointer(place, *shadow, value);
    case WordKind::kStack:
      return stack_pointer(place, *shadow, value);
  }
}

void WordAudit::not_a_pointer(const Place& place, WordKind kind, Word value) {
  if (kind == WordKind::kScalar && value == 0) return;
  const char* what = kind == WordKind::kDead     ? "was never written"
                     : kind == WordKind::kScalar ? "is a number"
                                                 : "is a pc";
  reporter_.word("wrong-pointer", place,
                 "must be a pointer, but " + std::string(what) + ": it " + holds(value));
}

void WordAudit::heap_pointer(const Place& place, ShadowWord shadow, Word value) {
  const Address expected = shadow_.expected(shadow);
  if (value != expected) {
    reporter_.word("wrong-pointer", place,
                   holds(value) + ", and must hold " + hexadecimal(expected));
    return;
  }
  if (shadow.kind() == WordKind::kStatic) return;
  if (!points_to_object(shadow)) {
    reporter_.word("lost-object", place, "points to an object that the collector has freed");
  }
}

void WordAudit::stack_pointer(const Place& place, ShadowWord shadow, Word value) {
  const Address expected = shadow_.expected(shadow);
  if (expected == 0) {
    reporter_.word("wrong-pointer", place, "points into a frame that has returned");
  } else if (value != expected) {
    const GoroutineShadow& owner = shadow_.goroutine(shadow.goroutine());
    const bool is_stale = owner.was_at(value, shadow.distance());
    reporter_.word(is_stale ? "stale-pointer" : "wrong-pointer", place,
                   holds(value) +
                       (is_stale ? ", where its target was before a copy; it is at "
                                 : ", and its target is at ") +
                       hexadecimal(expected));
  }
}

}  // namespace stackquake
