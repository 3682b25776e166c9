#include <array>

#include "runtime_under_test/designs/common/walks.h"
#include "runtime_under_test/designs/go1.4/go14.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

namespace {

// Frames of gopanic and Goexit: first the arguments to reflectcall, then the locals.
constexpr uint16_t kReflectcallWords = 4;
constexpr uint16_t kDeferSlot = kReflectcallWords;
constexpr uint16_t kPanicSlot = kDeferSlot + 1;
constexpr uint16_t kPanicArgp = kPanicSlot;
constexpr uint16_t kPanicData = kPanicSlot + 2;
constexpr uint16_t kPanicLink = kPanicSlot + 3;

constexpr uint16_t kDabortSlot = kPanicSlot + Panic::kWords;
constexpr uint16_t kDabortLink = kDabortSlot + 5;
constexpr uint16_t kDabortArgument = kDabortSlot + Defer::kHeaderWords;

constexpr uint16_t kGopanicPointers[] = {kDeferSlot, kPanicArgp, kPanicData, kPanicLink};
constexpr uint16_t kPointersWithDabort[] = {kDeferSlot, kPanicArgp,  kPanicData,
                                            kPanicLink, kDabortLink, kDabortArgument};
constexpr uint16_t kPointersButArgp[] = {kDeferSlot, kPanicData, kPanicLink};
constexpr uint16_t kGoexitPointers[] = {kDeferSlot};

using Layouts = std::array<RuntimeLayout, 4>;

constexpr Layouts layouts_with(uint16_t gopanic_words, std::span<const uint16_t> pointers) {
  return {{
      {RuntimeFunction::kGopanic, gopanic_words, false, pointers},
      {RuntimeFunction::kGoexit, kPanicSlot, false, kGoexitPointers},
      {RuntimeFunction::kDeferproc, 1, false, {}},
      {RuntimeFunction::kDeferreturn, 2, false, {}},
  }};
}

constexpr Layouts kLayouts = layouts_with(kDabortSlot, kGopanicPointers);
constexpr Layouts kLayoutsWithScalarArgp = layouts_with(kDabortSlot, kPointersButArgp);
constexpr Layouts kLayoutsWithDabort = layouts_with(kDabortArgument + 1, kPointersWithDabort);

}  // namespace

std::span<const RuntimeLayout> Go14::layouts() const {
  if (has(Defect::kOnstackAbortDefer)) return kLayoutsWithDabort;
  return has(Defect::kAdjustpanicsMovedChain) ? kLayoutsWithScalarArgp : kLayouts;
}

Address Go14::running_defer(const Panic* p) {
  const Address frame = address_of(p) - Address{kPanicSlot} * kWordBytes;
  return *at(slot_of(frame, kDeferSlot));
}

// ---- Running deferred calls ----

// Takes the head off the list if it is started. The panic or Goexit that started it will never
// continue: a panic or Goexit inside of its call has come here.
bool Go14::drop_started(G& g, Defer* d) {
  if (is_dabort(d)) return pop_dabort(g, d);
  if (d->started == 0) return false;
  if (d->panic != 0) {
    if (!names_panic(g, *d)) return true;
    auto* earlier = record_at<Panic>(d->panic);
    earlier->aborted = 1;
    ++runtime_->stats().aborted_panics;
    if (Observer* observer = runtime_->observer()) observer->panic_aborted(g, unwinding(d->panic));
  }
  drop(g, d);
  return true;
}

// Takes the dabort at the head off the list. The call that its gopanic runs has ended, or never
// will.
bool Go14::pop_dabort(G& g, Defer* dabort) {
  g.defer = dabort->link;
  if (Observer* observer = runtime_->observer())
    observer->defer_freed(g, deferred_call(dabort->address()));
  return true;
}

// Runs the call of `d`, the head of the list, from the frame of gopanic or Goexit at g.sched.sp,
// and stores `d` in the frame's local of that name.
Flow Go14::run_deferred(G& g, Defer* d) {
  const uint64_t frame = g.distance(g.sched.sp);
  d->started = 1;
  runtime_->store_pointer(slot_of(g.sched.sp, kDeferSlot), d->address());
  // Without arguments, their address would be past the record.
  const Address arguments = d->siz == 0 ? 0 : d->arguments();
  const Flow flow = runtime_->reflectcall(g, d->fn, arguments, static_cast<uint32_t>(d->siz));
  if (flow == Flow::kUnwind || runtime_->finished()) return Flow::kUnwind;
  if (has(Defect::kOnstackAbortDefer) && g.stack.contains(g.defer)) {
    pop_dabort(g, record_at<Defer>(g.defer));
  }
  if (g.defer != *at(slot_of(g.at_distance(frame), kDeferSlot))) {
    runtime_->fail("throw", "gopanic", "Defer", "bad defer entry in panic");
    return Flow::kUnwind;
  }
  return Flow::kContinue;
}

Flow Go14::goexit(G& g) {
  ++runtime_->stats().goexits;
  if (Observer* observer = runtime_->observer()) observer->goexit_called(g);
  while (g.defer != 0 && !runtime_->finished()) {
    auto* d = record_at<Defer>(g.defer);
    if (!has(Defect::kGoexitRerunsStarted) && drop_started(g, d)) continue;
    if (Observer* observer = runtime_->observer()) {
      observer->defer_started(g, deferred_call(d->address()), DeferRunner::kGoexit);
    }
    if (run_deferred(g, d) == Flow::kUnwind) return Flow::kUnwind;
    drop(g, record_at<Defer>(g.defer));
  }
  return runtime_->scheduler().goexit1(g);
}

// ---- Panics ----

Flow Go14::gopanic(G& g) {
  const Panic* begun = begin_panic(g, slot_of(g.sched.sp, kPanicSlot));
  const uint64_t panic_distance = g.distance(address_of(begun));
  if (record_at<Panic>(g.panic)->arg.type == 0) {
    runtime_->finish(OutcomeKind::kNilpanic);
    return Flow::kUnwind;
  }
  while (g.defer != 0 && !runtime_->finished()) {
    auto* d = record_at<Defer>(g.defer);
    if (drop_started(g, d)) continue;
    if (d->fn == 0 && has(Defect::kNilDeferStart)) {
      runtime_->fail("throw", "gopanic", "fn", "the code of a nil func() is read by the runtime");
      return Flow::kUnwind;
    }
    const Address panic = g.at_distance(panic_distance);
    runtime_->store_pointer(address_of(&d->panic), panic);
    // The arguments to reflectcall begin at sp. It hands the right to recover to its callee.
    runtime_->store_pointer(address_of(&record_at<Panic>(panic)->argp), g.sched.sp);
    if (Observer* observer = runtime_->observer()) {
      observer->defer_started(g, deferred_call(d->address()), DeferRunner::kPanic);
    }
    if (has(Defect::kOnstackAbortDefer)) {
      const Address dabort = slot_of(panic, Panic::kWords);
      make_dabort(dabort, panic);
      push_dabort(g, record_at<Defer>(dabort));
    }
    if (run_deferred(g, d) == Flow::kUnwind) return Flow::kUnwind;
    auto* p = record_at<Panic>(g.at_distance(panic_distance));
    runtime_->store_pointer(address_of(&p->argp), 0);
    // Read after the call: copies adjust a record as long as it is on the list.
    d = record_at<Defer>(g.defer);
    const Word pc = d->pc;
    const Address argp = d->argp;
    if (Observer* observer = runtime_->observer(); observer != nullptr && p->recovered != 0) {
      observer->resumed_after_recovery(g, deferred_call(d->address()));
    }
    drop(g, d);
    if (p->recovered != 0) {
      recovery(g, p, pc, argp);
      return Flow::kUnwind;
    }
  }
  runtime_->crash(g);
  return Flow::kUnwind;
}

}  // namespace stackquake::runtime
