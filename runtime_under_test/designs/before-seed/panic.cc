#include "runtime_under_test/designs/before-seed/before_seed.h"
#include "runtime_under_test/designs/common/walks.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

namespace {

// Frames of gopanic and Goexit: first the arguments to reflectcall, then the locals. gopanic needs
// a record's argp and pc after the record's call; it keeps them here, where copies adjust argp.
constexpr uint16_t kReflectcallWords = 4;
constexpr uint16_t kDeferSlot = kReflectcallWords;
constexpr uint16_t kArgpSlot = kDeferSlot + 1;
constexpr uint16_t kPcSlot = kArgpSlot + 1;
constexpr uint16_t kPanicSlot = kPcSlot + 1;
constexpr uint16_t kPanicArgp = kPanicSlot;
constexpr uint16_t kPanicData = kPanicSlot + 2;
constexpr uint16_t kPanicLink = kPanicSlot + 3;
constexpr uint16_t kPanicDefer = kPanicSlot + Panic::kWords;
constexpr uint16_t kDabortSlot = kPanicDefer + 1;
constexpr uint16_t kDabortFn = kDabortSlot + 3;
constexpr uint16_t kDabortLink = kDabortSlot + 5;
constexpr uint16_t kDabortArgument = kDabortSlot + Defer::kHeaderWords;

constexpr uint16_t kGopanicPointers[] = {kDeferSlot, kArgpSlot,   kPanicArgp,
                                         kPanicData, kPanicLink,  kPanicDefer,
                                         kDabortFn,  kDabortLink, kDabortArgument};
constexpr uint16_t kGoexitPointers[] = {kDeferSlot};

constexpr RuntimeLayout kLayouts[] = {
    {RuntimeFunction::kGopanic, kDabortArgument + 1, false, kGopanicPointers},
    {RuntimeFunction::kGoexit, kDeferSlot + 1, false, kGoexitPointers},
    {RuntimeFunction::kDeferproc, 1, false, {}},
    {RuntimeFunction::kDeferreturn, 2, false, {}},
};

}  // namespace

std::span<const RuntimeLayout> BeforeSeed::layouts() const {
  return kLayouts;
}

// ---- Records ----

void BeforeSeed::freedefer(G& g, Defer* d) {
  if (!is_dabort(d)) {
    if (const uint32_t pool = deferclass(d->siz); pool < kPools) {
      runtime_->store_pointer(address_of(&d->link), deferpool_[pool]);
      deferpool_[pool] = d->address();
    }
  }
  if (Observer* observer = runtime_->observer())
    observer->defer_freed(g, deferred_call(d->address()));
}

void BeforeSeed::drop(G& g, Defer* d) {
  g.defer = d->link;
  freedefer(g, d);
}

void BeforeSeed::clearpools() {
  deferpool_.fill(0);
}

// Takes the head off the list before its call runs, so that a panic in it does not find it again.
const Defer* BeforeSeed::take_head(G& g, DeferRunner runner) {
  const auto* d = record_at<Defer>(g.defer);
  g.defer = d->link;
  if (Observer* observer = runtime_->observer())
    observer->defer_started(g, deferred_call(d->address()), runner);
  return d;
}

// The call of `d` has ended: gives the record back. The call of a dabort has aborted a panic.
void BeforeSeed::finish(G& g, Defer* d) {
  if (is_dabort(d)) {
    ++runtime_->stats().aborted_panics;
    if (Observer* observer = runtime_->observer()) {
      observer->panic_aborted(g, unwinding(*at(d->arguments())));
    }
  }
  freedefer(g, d);
}

// Runs the call of `d` from the frame of gopanic or Goexit at g.sched.sp, and stores `d` in the
// frame's local of that name.
Flow BeforeSeed::run_deferred(G& g, const Defer* d) {
  runtime_->store_pointer(slot_of(g.sched.sp, kDeferSlot), d->address());
  // Without arguments, their address would be past the record.
  const Address arguments = d->siz == 0 ? 0 : d->arguments();
  const Flow flow = runtime_->reflectcall(g, d->fn, arguments, static_cast<uint32_t>(d->siz));
  return flow == Flow::kUnwind || runtime_->finished() ? Flow::kUnwind : Flow::kContinue;
}

Flow BeforeSeed::goexit(G& g) {
  const uint64_t frame = g.distance(g.sched.sp);
  ++runtime_->stats().goexits;
  if (Observer* observer = runtime_->observer()) observer->goexit_called(g);
  while (g.defer != 0) {
    const Defer* d = take_head(g, DeferRunner::kGoexit);
    if (run_deferred(g, d) == Flow::kUnwind) return Flow::kUnwind;
    finish(g, record_at<Defer>(*at(slot_of(g.at_distance(frame), kDeferSlot))));
  }
  return runtime_->scheduler().goexit1(g);
}

// ---- Panics ----

bool BeforeSeed::pop_dabort(G& g, Defer* dabort) {
  if (g.defer != dabort->address()) {
    runtime_->fail("throw", "gopanic", "Defer", "bad defer entry in panic");
    return false;
  }
  drop(g, dabort);
  return true;
}

// Gives back the records that aborted panics were running: those panics behind the recovered one.
void BeforeSeed::free_aborted(G& g, const Panic* p) {
  for (Address next = p->link; next != 0;) {
    const auto* aborted = record_at<RunningPanic>(next);
    if (aborted->panic.aborted == 0) return;
    freedefer(g, record_at<Defer>(aborted->defer));
    next = aborted->panic.link;
  }
}

Flow BeforeSeed::gopanic(G& g) {
  const uint64_t frame = g.distance(g.sched.sp);
  const auto slot = [&](uint16_t number) { return slot_of(g.at_distance(frame), number); };
  const Panic* begun = begin_panic(g, slot(kPanicSlot));
  if (begun->arg.type == 0) {
    runtime_->finish(OutcomeKind::kNilpanic);
    return Flow::kUnwind;
  }
  make_dabort(slot(kDabortSlot), slot(kPanicSlot));
  while (g.defer != 0) {
    const Defer* d = take_head(g, DeferRunner::kPanic);
    runtime_->store_pointer(slot(kArgpSlot), is_dabort(d) ? 0 : d->argp);
    runtime_->store_copy(slot(kPcSlot), address_of(&d->pc), 1);
    push_dabort(g, record_at<Defer>(slot(kDabortSlot)));
    runtime_->store_pointer(slot(kPanicDefer), d->address());
    // The arguments to reflectcall begin at sp. It hands the right to recover to its callee.
    runtime_->store_pointer(slot(kPanicArgp), g.sched.sp);
    if (run_deferred(g, d) == Flow::kUnwind) return Flow::kUnwind;
    runtime_->store_pointer(slot(kPanicArgp), 0);
    if (!pop_dabort(g, record_at<Defer>(slot(kDabortSlot)))) return Flow::kUnwind;
    auto* p = record_at<Panic>(slot(kPanicSlot));
    auto* finished = record_at<Defer>(*at(slot(kDeferSlot)));
    if (Observer* observer = runtime_->observer(); observer != nullptr && p->recovered != 0) {
      observer->resumed_after_recovery(g, deferred_call(finished->address()));
    }
    finish(g, finished);
    if (p->recovered != 0) {
      free_aborted(g, p);
      recovery(g, p, *at(slot(kPcSlot)), *at(slot(kArgpSlot)));
      return Flow::kUnwind;
    }
  }
  runtime_->crash(g);
  return Flow::kUnwind;
}

}  // namespace stackquake::runtime
