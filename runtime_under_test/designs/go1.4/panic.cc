#include <algorithm>
#include <cstring>

#include "runtime_under_test/designs/go1.4/go14.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

namespace {

// Frames of gopanic and Goexit. Behind the arguments to reflectcall lie the locals.
constexpr uint16_t kReflectcallWords = 4;
constexpr uint16_t kDeferSlot = kReflectcallWords;
constexpr uint16_t kPanicSlot = kDeferSlot + 1;
constexpr uint16_t kPanicArgp = kPanicSlot;
constexpr uint16_t kPanicData = kPanicSlot + 2;
constexpr uint16_t kPanicLink = kPanicSlot + 3;

constexpr uint16_t kGopanicPointers[] = {kDeferSlot, kPanicArgp, kPanicData, kPanicLink};
constexpr uint16_t kGoexitPointers[] = {kDeferSlot};

constexpr RuntimeLayout kLayouts[] = {
    {RuntimeFunction::kGopanic, kPanicSlot + Panic::kWords, kGopanicPointers},
    {RuntimeFunction::kGoexit, kPanicSlot, kGoexitPointers},
    {RuntimeFunction::kDeferproc, 1, {}},
    {RuntimeFunction::kDeferreturn, 2, {}},
};

Address slot(Address frame, uint16_t number) {
  return frame + Address{number} * kWordBytes;
}

}  // namespace

std::span<const RuntimeLayout> Go14::layouts() const {
  return kLayouts;
}

// ---- Running deferred calls ----

// A started head was being run by a panic or Goexit that will never go on, since its call has led
// here.
bool Go14::drop_started(G& g, Defer* d) {
  if (d->started == 0) return false;
  if (d->panic != 0) {
    auto* earlier = record_at<Panic>(d->panic);
    earlier->aborted = 1;
    ++runtime_->stats().aborted_panics;
    if (Observer* observer = runtime_->observer()) observer->panic_aborted(g, *earlier);
  }
  drop(g, d);
  return true;
}

// Runs the head from gopanic's or Goexit's frame at g.sched.sp, whose local `d` it becomes.
Flow Go14::run_deferred(G& g, Defer* d) {
  const uint64_t frame = g.distance(g.sched.sp);
  d->started = 1;
  runtime_->store_pointer(slot(g.sched.sp, kDeferSlot), d->address());
  // Without arguments, their address would be past the record.
  const Address arguments = d->siz == 0 ? 0 : d->arguments();
  const Flow flow = runtime_->reflectcall(g, d->fn, arguments, static_cast<uint32_t>(d->siz));
  if (flow == Flow::kUnwind || runtime_->finished()) return Flow::kUnwind;
  if (g.defer != *at(slot(g.at_distance(frame), kDeferSlot))) {
    runtime_->fail("throw", "gopanic", "Defer", "bad defer entry in panic");
    return Flow::kUnwind;
  }
  return Flow::kContinue;
}

Flow Go14::goexit(G& g) {
  ++runtime_->stats().goexits;
  if (Observer* observer = runtime_->observer()) observer->goexit_called(g);
  while (g.defer != 0) {
    auto* d = record_at<Defer>(g.defer);
    if (drop_started(g, d)) continue;
    if (Observer* observer = runtime_->observer()) {
      observer->defer_started(g, *d, DeferRunner::kGoexit);
    }
    if (run_deferred(g, d) == Flow::kUnwind) return Flow::kUnwind;
    drop(g, record_at<Defer>(g.defer));
  }
  return runtime_->scheduler().goexit1(g);
}

// ---- Panics ----

// Fills in the Panic of gopanic's frame at g.sched.sp and puts it on the chain.
Panic* Go14::begin_panic(G& g) {
  const Stkframe frame = frame_at(runtime_->program(), g.sched.pc, g.sched.sp);
  auto* p = record_at<Panic>(slot(frame.sp, kPanicSlot));
  std::memset(p, 0, sizeof *p);
  if (Observer* observer = runtime_->observer()) {
    observer->stored_scalars(address_of(p), Panic::kWords);
  }
  runtime_->store_copy(address_of(&p->arg), frame.argp, 2);
  runtime_->store_pointer(address_of(&p->link), g.panic);
  g.panic = address_of(p);
  ++runtime_->stats().panics;
  if (Observer* observer = runtime_->observer()) observer->panicked(g, *p);
  return p;
}

Flow Go14::gopanic(G& g) {
  const uint64_t panic_distance = g.distance(address_of(begin_panic(g)));
  if (record_at<Panic>(g.panic)->arg.type == 0) {
    runtime_->finish(OutcomeKind::kNilpanic);
    return Flow::kUnwind;
  }
  while (g.defer != 0) {
    auto* d = record_at<Defer>(g.defer);
    if (drop_started(g, d)) continue;
    const Address panic = g.at_distance(panic_distance);
    runtime_->store_pointer(address_of(&d->panic), panic);
    // Of the words that reflectcall gets: it passes the permission to recover on to its callee.
    runtime_->store_pointer(address_of(&record_at<Panic>(panic)->argp), g.sched.sp);
    if (Observer* observer = runtime_->observer()) {
      observer->defer_started(g, *d, DeferRunner::kPanic);
    }
    if (run_deferred(g, d) == Flow::kUnwind) return Flow::kUnwind;
    auto* p = record_at<Panic>(g.at_distance(panic_distance));
    runtime_->store_pointer(address_of(&p->argp), 0);
    // Only now: while it was on the list, copies have kept the record up to date.
    d = record_at<Defer>(g.defer);
    const Word pc = d->pc;
    const Address argp = d->argp;
    if (Observer* observer = runtime_->observer(); observer != nullptr && p->recovered != 0) {
      observer->resumed_after_recovery(g, *d);
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

// Makes the deferproc that returns to `pc` return again, this time 1: its function goes to its
// epilogue.
void Go14::recovery(G& g, Panic* p, Word pc, Address argp) {
  g.panic = p->link;
  while (g.panic != 0 && record_at<Panic>(g.panic)->aborted != 0) {
    g.panic = record_at<Panic>(g.panic)->link;
  }
  if (!g.stack.contains(argp)) {
    runtime_->fail("throw", "recovery", "argp", "bad recovery: argp is not on the stack");
    return;
  }
  g.sched = {pc, argp, 0};
  g.returned = 1;
  g.unwind_to = g.distance(argp);
}

Any Go14::gorecover(G& g, Address argp) {
  if (g.panic == 0) return {};
  auto* p = record_at<Panic>(g.panic);
  if (p->recovered != 0 || p->argp != argp) return {};
  p->recovered = 1;
  ++runtime_->stats().recovers;
  if (Observer* observer = runtime_->observer()) observer->recovered(g, *p);
  return p->arg;
}

void Go14::enter_wrapper(G& g, Address argp, Address callee_argp) {
  if (g.panic == 0) return;
  auto* p = record_at<Panic>(g.panic);
  if (p->argp == argp) runtime_->store_pointer(address_of(&p->argp), callee_argp);
}

void Go14::chain(const G& g, std::vector<ChainLink>& out) const {
  for (Address panic = g.panic; panic != 0; panic = record_at<Panic>(panic)->link) {
    const auto* p = record_at<Panic>(panic);
    out.push_back({code_of(p->arg), p->recovered != 0});
  }
  std::reverse(out.begin(), out.end());
}

}  // namespace stackquake::runtime
