#include "harness/fuzzing/feedback.h"

#include <algorithm>
#include <bit>

namespace stackquake {

namespace {

using runtime::Address;
using runtime::CopyReason;
using runtime::DeferPlace;
using runtime::DeferProgress;
using runtime::DeferredCall;
using runtime::DeferRunner;
using runtime::G;
using runtime::kWordBytes;
using runtime::Sudog;
using runtime::Unwinding;
using runtime::Word;

// The events whose combinations are counted. The number keeps combinations of different events
// apart.
enum class Event : uint64_t {
  kCopy,
  kDefersAtCopy,
  kCollection,
  kDefersAtCollection,
  kPanic,
  kRecover,
  kResume,
  kGoexit,
  kStart,
  kBlock,
};

constexpr uint64_t number(Event event) {
  return static_cast<uint64_t>(event);
}

// Bounds a number in a combination. More of the same makes no new situation.
uint64_t at_most(uint64_t most, uint64_t value) {
  return std::min(most, value);
}

// 0 for no arguments, then one class for each doubling, like the size classes of records and of
// reflectcall.
uint64_t size_class(const DeferredCall& d) {
  return static_cast<uint64_t>(std::bit_width(d.argument_words * uint32_t{kWordBytes}));
}

Situation situation_of(CopyReason reason) {
  switch (reason) {
    case CopyReason::kForced:
      return Situation::kCopyForced;
    case CopyReason::kMove:
      return Situation::kCopyMove;
    case CopyReason::kGrowth:
      return Situation::kCopyGrowth;
    case CopyReason::kShrink:
      return Situation::kCopyShrink;
  }
  return Situation::kCopyForced;
}

Situation situation_of(DeferRunner runner) {
  switch (runner) {
    case DeferRunner::kDeferreturn:
      return Situation::kRunByDeferreturn;
    case DeferRunner::kPanic:
      return Situation::kRunByPanic;
    case DeferRunner::kGoexit:
      return Situation::kRunByGoexit;
  }
  return Situation::kRunByDeferreturn;
}

Situation situation_of(DeferProgress progress) {
  switch (progress) {
    case DeferProgress::kPending:
      return Situation::kDeferPending;
    case DeferProgress::kRunByPanic:
      return Situation::kDeferRunByPanic;
    case DeferProgress::kRunByGoexit:
      return Situation::kDeferRunByGoexit;
  }
  return Situation::kDeferPending;
}

// The situations of frames are in the order of FrameKind.
Situation situation_of(FrameKind kind) {
  static_assert(static_cast<int>(Situation::kFrameFault) -
                    static_cast<int>(Situation::kFrameFunction) ==
                static_cast<int>(FrameKind::kFault));
  return static_cast<Situation>(static_cast<int>(Situation::kFrameFunction) +
                                static_cast<int>(kind));
}

}  // namespace

// ---- Copies and collections ----

void Feedback::stack_copied(const G& g, const runtime::StackCopy& copy) {
  survey_.look(g);
  situations_.count(situation_of(copy.reason));
  count_progress();
  count_frames(g);
  count_defers(g);
  count_panics(g);
  count_sudogs(g);
  count_if_on_stack(g, g.sched.ctxt, Situation::kWordContext);
  const auto reason = static_cast<uint64_t>(copy.reason);
  situations_.mark({number(Event::kCopy), reason, progress(), survey_.kinds()});
  situations_.mark({number(Event::kDefersAtCopy), progress(), shape_of_defers()});
}

void Feedback::collected(const runtime::Collection& /*collection*/) {
  situations_.count(Situation::kCollection);
  for (const auto& g : runtime_.scheduler().goroutines()) {
    if (g->status == runtime::GStatus::kDead) continue;
    survey_.look(*g);
    if (!survey_.panics().empty()) situations_.count(Situation::kCollectionInPanic);
    if (survey_.goexits() != 0) situations_.count(Situation::kCollectionInGoexit);
    if (!survey_.defers().empty()) situations_.count(Situation::kCollectionWithDefer);
    if (!survey_.sudogs().empty()) situations_.count(Situation::kCollectionWithSudog);
    situations_.mark({number(Event::kCollection), progress(), survey_.kinds(),
                      at_most(2, survey_.sudogs().size())});
    situations_.mark({number(Event::kDefersAtCollection), progress(), shape_of_defers()});
  }
}

void Feedback::count_progress() {
  const size_t panics = survey_.panics().size();
  const bool goexit = survey_.goexits() != 0;
  if (panics > 0) situations_.count(Situation::kCopyInPanic);
  if (panics > 1) situations_.count(Situation::kCopyInNestedPanic);
  if (goexit) situations_.count(Situation::kCopyInGoexit);
  if (panics == 0 || !goexit) return;
  situations_.count(survey_.in_panic() ? Situation::kCopyInPanicInGoexit
                                       : Situation::kCopyInGoexitInPanic);
}

void Feedback::count_frames(const G& g) {
  for (const SurveyedFrame& surveyed : survey_.frames()) {
    if (surveyed.kind != FrameKind::kOther) situations_.count(situation_of(surveyed.kind));
    if (surveyed.interrupted) situations_.count(Situation::kFrameInterrupted);
    if (surveyed.frame.continpc == 0) {
      situations_.count(Situation::kFrameDead);
    } else {
      count_frame_words(g, surveyed);
    }
  }
}

void Feedback::count_frame_words(const G& g, const SurveyedFrame& surveyed) {
  const runtime::Stkframe& frame = surveyed.frame;
  runtime::FrameMaps maps;
  if (!runtime::frame_maps(runtime_.program(), frame, maps)) return;
  for (const uint16_t slot : maps.locals) {
    count_if_on_stack(g, *runtime::at(frame.sp + Address{slot} * kWordBytes),
                      Situation::kWordLocal);
  }
  for (const uint16_t word : maps.arguments) {
    const Address address = frame.argp + Address{word} * kWordBytes;
    if (!g.stack.contains(address)) return;
    count_if_on_stack(g, *runtime::at(address), Situation::kWordArgument);
  }
}

void Feedback::count_defers(const G& g) {
  const runtime::DeferLayout& layout = runtime_.design().defer_layout();
  for (const DeferredCall& d : survey_.defers()) {
    situations_.count(situation_of(d.progress));
    const ClosurePlace place = survey_.closure_place(d);
    if (place == ClosurePlace::kNil) situations_.count(Situation::kDeferNil);
    if (place == ClosurePlace::kOwnStack) situations_.count(Situation::kDeferClosureOnStack);
    if (place == ClosurePlace::kHeap) situations_.count(Situation::kDeferClosureInHeap);
    if (d.place == DeferPlace::kFrame) situations_.count(Situation::kDeferInFrame);
    if (d.place == DeferPlace::kSlot) situations_.count(Situation::kDeferOpenCoded);
    count_if_on_stack(g, d.fn, Situation::kWordDeferFn);
    if (d.place == DeferPlace::kSlot) continue;
    count_if_on_stack(g, d.frame, Situation::kWordDeferArgp);
    if (layout.panic != runtime::kNoWord) {
      count_if_on_stack(g, *runtime::at(layout.word(d.record, layout.panic)),
                        Situation::kWordDeferPanic);
    }
    count_deferred_arguments(g, d);
  }
}

void Feedback::count_deferred_arguments(const G& g, const DeferredCall& d) {
  const runtime::Function* function = survey_.function_of(d);
  if (d.progress != DeferProgress::kPending || function == nullptr) return;
  for (const uint16_t word : runtime_.program().slots(function->entry_arguments)) {
    const Address address = d.arguments + Address{word} * kWordBytes;
    if (!survey_.readable(address)) return;
    count_if_on_stack(g, *runtime::at(address), Situation::kWordDeferredArgument);
  }
}

void Feedback::count_panics(const G& g) {
  for (const Unwinding& p : survey_.panics()) {
    if (p.aborted) situations_.count(Situation::kCopyWithAbortedPanic);
    if (p.recovered) situations_.count(Situation::kCopyWithRecoveredPanic);
    count_if_on_stack(g, p.argp, Situation::kWordPanicArgp);
    count_if_on_stack(g, p.link, Situation::kWordPanicLink);
  }
}

void Feedback::count_sudogs(const G& g) {
  for (const Sudog* sudog : survey_.sudogs()) {
    count_if_on_stack(g, sudog->elem, Situation::kWordSudogElem);
    count_if_on_stack(g, sudog->selectdone, Situation::kWordSudogSelectdone);
  }
}

void Feedback::count_if_on_stack(const G& g, Word word, Situation situation) {
  if (g.stack.contains(word)) situations_.count(situation);
}

// ---- Panics, recovers, Goexits ----

void Feedback::panicked(const G& g, const Unwinding& p) {
  if (p.kind == runtime::UnwindingKind::kGoexit) return;
  survey_.look(g);
  const size_t panics = survey_.panics().size();
  situations_.count(Situation::kPanic);
  if (panics > 1) situations_.count(Situation::kPanicNested);
  if (panics > 2) situations_.count(Situation::kPanicThird);
  if (survey_.goexits() != 0) situations_.count(Situation::kPanicInGoexit);
  const auto& frames = survey_.frames();
  if (frames.size() > 1 && frames[1].kind == FrameKind::kFault) {
    situations_.count(Situation::kPanicByFault);
  }
  situations_.mark({number(Event::kPanic), progress(), survey_.kinds(), shape_of_defers()});
}

void Feedback::panic_aborted(const G& /*g*/, const Unwinding& /*p*/) {
  situations_.count(Situation::kPanicAborted);
}

void Feedback::recovered(const G& g, const Unwinding& /*p*/) {
  survey_.look(g);
  situations_.count(Situation::kRecover);
  if (survey_.panics().size() > 1) situations_.count(Situation::kRecoverNested);
  if (survey_.goexits() != 0) situations_.count(Situation::kRecoverInGoexit);
  situations_.mark({number(Event::kRecover), progress(), survey_.kinds()});
}

void Feedback::resumed_after_recovery(const G& g, const DeferredCall& d) {
  survey_.look(g);
  situations_.count(Situation::kResumed);
  situations_.mark({number(Event::kResume), progress(), survey_.kinds(), shape_of(d)});
}

void Feedback::goexit_called(const G& g) {
  survey_.look(g);
  situations_.count(Situation::kGoexit);
  if (!survey_.panics().empty()) situations_.count(Situation::kGoexitInPanic);
  if (survey_.goexits() > 1) situations_.count(Situation::kGoexitInGoexit);
  situations_.mark({number(Event::kGoexit), progress(), survey_.kinds(), shape_of_defers()});
}

void Feedback::defer_started(const G& g, const DeferredCall& d, DeferRunner runner) {
  situations_.count(situation_of(runner));
  if (runner == DeferRunner::kDeferreturn && g.panic == 0) return;
  survey_.look(g);
  situations_.mark({number(Event::kStart), static_cast<uint64_t>(runner), progress(), shape_of(d)});
}

// ---- Goroutines ----

void Feedback::goroutine_started(const G& g) {
  if (g.id > 1) situations_.count(Situation::kGoroutine);
}

void Feedback::blocked(const G& g) {
  survey_.look(g);
  situations_.count(Situation::kBlocked);
  uint64_t on_stack = 0;
  bool selects = false;
  for (const Sudog* sudog : survey_.sudogs()) {
    on_stack += static_cast<uint64_t>(g.stack.contains(sudog->elem));
    selects = selects || sudog->selectdone != 0;
  }
  if (selects) situations_.count(Situation::kBlockedInSelect);
  situations_.mark({number(Event::kBlock), progress(), static_cast<uint64_t>(selects),
                    at_most(3, survey_.sudogs().size()), at_most(2, on_stack)});
}

// ---- Combinations ----

uint64_t Feedback::progress() const {
  const uint64_t innermost = survey_.in_panic() ? 1 : survey_.in_goexit() ? 2 : 0;
  return innermost + 3 * (at_most(3, survey_.panics().size()) + 4 * at_most(2, survey_.goexits()));
}

uint64_t Feedback::shape_of_defers() const {
  constexpr size_t kNewest = 3;
  uint64_t shape = 0;
  for (size_t i = 0; i < std::min(kNewest, survey_.defers().size()); ++i) {
    shape = shape << 16 | shape_of(survey_.defers()[i]) | 1 << 15;
  }
  return shape;
}

uint64_t Feedback::shape_of(const DeferredCall& d) const {
  const uint64_t state = d.progress == DeferProgress::kPending       ? 0
                         : d.progress == DeferProgress::kRunByGoexit ? 1
                                                                     : 2;
  const auto closure = static_cast<uint64_t>(survey_.closure_place(d));
  return state | closure << 2 | size_class(d) << 4 | static_cast<uint64_t>(d.place) << 12;
}

}  // namespace stackquake
