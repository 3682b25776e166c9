#ifndef STACKQUAKE_HARNESS_AUDIT_WORD_AUDIT_H_
#define STACKQUAKE_HARNESS_AUDIT_WORD_AUDIT_H_

// stale-pointer, wrong-pointer, scalar-changed, lost-object: compares the values of words with the
// values that they must have by their shadows.

#include <vector>

#include "harness/audit/live_words.h"
#include "harness/audit/reporter.h"
#include "harness/audit/shadow.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/word.h"

namespace stackquake {

class WordAudit {
 public:
  WordAudit(Shadow& shadow, LiveWords& live_words, Reporter& reporter)
      : shadow_(shadow), live_words_(live_words), reporter_(reporter) {}

  // A copy begins: remembers the used part of the stack, the registers, and the arguments of
  // deferred calls.
  void before_copy(const runtime::G& g);

  // A copy has ended: checks that numbers and code are unchanged, and that live pointers, those of
  // the goroutine's records included, point to where their targets are now. Every word is checked,
  // even if the nest will not use it any more.
  void after_copy(const runtime::G& g, const runtime::StackCopy& copy);

  // Checks the live words and records of a goroutine at a safepoint.
  void live(const runtime::G& g);

  // Checks one word that is said to be a live pointer.
  void word(const Place& place);

 private:
  // A quick check without a report: whether the word is nil or a pointer, and right.
  bool is_right(runtime::Address address) {
    const ShadowWord* shadow = shadow_.find(address);
    if (shadow == nullptr) return false;
    const runtime::Word value = *runtime::at(address);
    switch (shadow->kind()) {
      case WordKind::kScalar:
        return value == 0;
      case WordKind::kStack:
        return value != 0 && value == shadow_.expected(*shadow);
      case WordKind::kHeap:
        return value == HeapShadow::address_of_word(shadow->word()) && points_to_object(*shadow);
      default:
        return false;
    }
  }
  bool points_to_object(ShadowWord shadow) {
    const HeapObject* object = shadow_.heap().object(shadow.object());
    return object != nullptr && !object->freed;
  }

  // Calls `visit` with the Place of every argument word, pointer or not, in the goroutine's Defer
  // records.
  template <class Visit>
  void each_deferred_argument(const runtime::G& g, Visit&& visit) {
    for (const ShadowDefer& d : shadow_.goroutine(g.index).defers()) {
      const HeapObject* object = shadow_.heap().object(d.object);
      if (object == nullptr || object->freed) continue;
      const runtime::DeferLayout& layout = live_words_.defer_layout();
      const runtime::Address arguments = layout.arguments(object->start);
      for (uint32_t i = 0; i < object->words - layout.header_words(); ++i) {
        visit(Place{arguments + runtime::Address{i} * runtime::kWordBytes,
                    WordRole::kDeferredArgument, i, nullptr, 0, false, &d});
      }
    }
  }

  void unchanged(const runtime::G& g);
  void unchanged_arguments(const runtime::G& g);
  void changed(const Place& place, WordKind kind, runtime::Word before);
  void registers(const runtime::G& g, const runtime::StackCopy& copy);
  void not_a_pointer(const Place& place, WordKind kind, runtime::Word value);
  void heap_pointer(const Place& place, ShadowWord shadow, runtime::Word value);
  void stack_pointer(const Place& place, ShadowWord shadow, runtime::Word value);

  Shadow& shadow_;
  LiveWords& live_words_;
  Reporter& reporter_;
  std::vector<runtime::Word> before_;            // from sp to the high end
  std::vector<runtime::Word> arguments_before_;  // of deferred calls
  runtime::Gobuf registers_before_;
  runtime::Address panic_before_ = 0;
  std::vector<LiveFrame> frames_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_WORD_AUDIT_H_
