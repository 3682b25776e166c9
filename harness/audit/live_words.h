#ifndef STACKQUAKE_HARNESS_AUDIT_LIVE_WORDS_H_
#define STACKQUAKE_HARNESS_AUDIT_LIVE_WORDS_H_

// Finds the words of a goroutine that are live pointers, by the frames, deferred calls and panics
// of the shadow and by the compiler's maps. It uses no walk of a design.

#include <cstdint>
#include <vector>

#include "harness/audit/place.h"
#include "harness/audit/shadow.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/deferred_call.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/runtime.h"
#include "runtime_under_test/traceback.h"

namespace stackquake {

// A frame as a right walk must see it, and its pointers by the compiler's maps: none if it is dead.
struct LiveFrame {
  runtime::Stkframe frame;  // continpc is 0 for a dead one
  runtime::FrameMaps maps;
  bool faulted = false;
};

// Reads a goroutine that stands at a safepoint, and whose shadow is settled.
class LiveWords {
 public:
  // A list of sudogs that is longer than this has a cycle: no select has so many cases.
  static constexpr uint32_t kMaxSudogs = 1 << 16;

  LiveWords(const runtime::Runtime& runtime, Shadow& shadow) : runtime_(runtime), shadow_(shadow) {}

  // The frames from the innermost outwards, without the base frame. A function that stands at its
  // entry counts as a frame. False if a return address is not code of the frame that the shadow has
  // there: the last frame in `out` is the callee of that frame then.
  bool frames(const runtime::G& g, std::vector<LiveFrame>& out);

  // Calls `visit` with the Place of every word that holds a live pointer or a live nil:
  //
  //  - the mapped words of live frames, ascending within a frame;
  //  - the pointers of Panics, some of which are visited twice;
  //  - fn and the pointers among the arguments of deferred calls that have not begun. The fn of a
  //    call that is about to begin is dead: reflectcall or jmpdefer has it already.
  template <class Visit>
  void each_word(const runtime::G& g, const std::vector<LiveFrame>& frames, Visit&& visit) {
    for (size_t i = 0; i < frames.size(); ++i) {
      each_frame_word(frames[i], static_cast<uint32_t>(i), visit);
    }
    const GoroutineShadow& goroutine = shadow_.goroutine(g.index);
    for (const ShadowPanic& p : goroutine.panics()) each_panic_word(goroutine, p, visit);
    for (const ShadowDefer& d : goroutine.defers()) {
      if (!d.consumed) each_deferred_word(goroutine, d, visit);
    }
  }

  // Calls `visit` with the Place of fn, argp, panic and link of every record on the goroutine's
  // list of deferred calls, and of the pointers of the sudogs with which it waits. A record that
  // the shadow does not know ends the list: see RecordAudit.
  template <class Visit>
  void each_record_word(const runtime::G& g, Visit&& visit) {
    const GoroutineShadow& goroutine = shadow_.goroutine(g.index);
    const std::vector<ShadowDefer>& defers = goroutine.defers();
    const runtime::DeferLayout& layout = defer_layout();
    size_t i = defers.size();
    for (runtime::Address a = g.defer; a != 0;) {
      while (i > 0 && goroutine.address_of(defers[i - 1]) != a) --i;
      if (i == 0) break;
      const ShadowDefer& d = defers[--i];
      // The pointers of a mark are in the map of its frame.
      if (!d.is_mark()) each_defer_word(goroutine, d, visit);
      a = *runtime::at(layout.word(a, layout.link));
    }
    uint32_t sudogs = 0;
    for (runtime::Address a = g.waiting; is_sudog(a) && sudogs < kMaxSudogs; ++sudogs) {
      a = each_sudog_word(a, visit);
    }
  }

  // Of the design.
  const runtime::DeferLayout& defer_layout() const { return runtime_.design().defer_layout(); }

  // The function of a deferred call; null for a nil func().
  const runtime::Function* deferred_function(const GoroutineShadow& goroutine,
                                             const ShadowDefer& d);

  // The role of an address on a goroutine's stack: in which of the frames it lies, and as which
  // word.
  static Place place_on_stack(const std::vector<LiveFrame>& frames, runtime::Address address);

 private:
  template <class Visit>
  static void each_frame_word(const LiveFrame& live, uint32_t frames_out, Visit&& visit) {
    const runtime::Stkframe& frame = live.frame;
    for (uint16_t slot : live.maps.locals) {
      visit(Place{frame.sp + runtime::Address{slot} * runtime::kWordBytes, WordRole::kLocal, slot,
                  frame.fn, frames_out, live.faulted});
    }
    for (uint16_t word : live.maps.arguments) {
      visit(Place{frame.argp + runtime::Address{word} * runtime::kWordBytes, WordRole::kArgument,
                  word, frame.fn, frames_out, live.faulted});
    }
  }

  template <class Visit>
  void each_panic_word(const GoroutineShadow& goroutine, const ShadowPanic& panic, Visit&& visit) {
    const runtime::PanicLayout& layout = runtime_.design().panic_layout();
    const runtime::Address record = goroutine.address_at(panic.distance);
    const ShadowFrame* frame = goroutine.frame(panic.frame);
    const runtime::Function* function = frame == nullptr ? nullptr : frame->function;
    each_panic_pointer(layout, [&](uint32_t number, WordRole role) {
      visit(Place{layout.word(record, number), role, 0, function});
    });
  }

  template <class Visit>
  void each_deferred_word(const GoroutineShadow& goroutine, const ShadowDefer& d, Visit&& visit) {
    if (!has_words(goroutine, d)) return;
    const runtime::DeferLayout& layout = defer_layout();
    const runtime::Function* function = deferred_function(goroutine, d);
    const runtime::Address record = goroutine.address_of(d);
    if (!d.running) {
      visit(Place{layout.word(record, layout.fn), WordRole::kDeferFn, 0, function, 0, false, &d});
    }
    if (function == nullptr) return;
    for (uint16_t word : program().slots(function->entry_arguments)) {
      visit(Place{layout.arguments(record) + runtime::Address{word} * runtime::kWordBytes,
                  WordRole::kDeferredArgument, word, function, 0, false, &d});
    }
  }

  template <class Visit>
  void each_defer_word(const GoroutineShadow& goroutine, const ShadowDefer& d, Visit&& visit) {
    const runtime::DeferLayout& layout = defer_layout();
    const runtime::Function* function = deferred_function(goroutine, d);
    const runtime::Address record = goroutine.address_of(d);
    const auto word = [&](uint32_t number, WordRole role) {
      if (number == runtime::kNoWord) return;
      visit(Place{layout.word(record, number), role, 0, function, 0, false, &d});
    };
    word(layout.fn, WordRole::kDeferFn);
    word(layout.argp, WordRole::kDeferArgp);
    word(layout.panic, WordRole::kDeferPanic);
    word(layout.link, WordRole::kDeferLink);
  }

  // Returns the next sudog.
  template <class Visit>
  static runtime::Address each_sudog_word(runtime::Address address, Visit&& visit) {
    const auto* sudog = runtime::record_at<runtime::Sudog>(address);
    const auto word = [&](const runtime::Word& field, WordRole role) {
      visit(Place{runtime::address_of(&field), role});
    };
    word(sudog->elem, WordRole::kSudogElem);
    word(sudog->selectdone, WordRole::kSudogSelectdone);
    word(sudog->next, WordRole::kSudogLink);
    word(sudog->prev, WordRole::kSudogLink);
    word(sudog->waitlink, WordRole::kSudogLink);
    return sudog->waitlink;
  }

  const runtime::Program& program() const { return runtime_.program(); }
  bool is_sudog(runtime::Address address);
  bool has_words(const GoroutineShadow& goroutine, const ShadowDefer& d);
  void find_deferring_frames(const GoroutineShadow& goroutine);
  runtime::Word continuation(const ShadowFrame& frame) const;

  const runtime::Runtime& runtime_;
  Shadow& shadow_;
  std::vector<uint32_t> deferring_frames_;  // serial numbers, ascending
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_LIVE_WORDS_H_
