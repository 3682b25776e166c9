#include <cstddef>
#include <cstring>

#include "runtime_under_test/designs/common/walks.h"
#include "runtime_under_test/designs/go1.18/go118.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

namespace {

// Frames of gopanic and Goexit: the record that is run, and the Panic.
constexpr uint16_t kOwnPanicSlot = 1;

}  // namespace

std::span<const RuntimeLayout> Go118::layouts() const {
  static constexpr uint16_t kPointers[] = {
      0,
      kOwnPanicSlot + 0,  // argp
      kOwnPanicSlot + 2,  // the data of arg
      kOwnPanicSlot + 3,  // link
      kOwnPanicSlot + 8,  // sp
  };
  static constexpr uint16_t kFrameWords = kOwnPanicSlot + kPanicWords;
  static constexpr RuntimeLayout kLayouts[] = {
      {RuntimeFunction::kGopanic, kFrameWords, true, kPointers},
      {RuntimeFunction::kGoexit, kFrameWords, true, kPointers},
      {RuntimeFunction::kDeferproc, 1, false, {}},
      {RuntimeFunction::kDeferprocStack, 1, false, {}},
      {RuntimeFunction::kDeferreturn, 1, true, {}},
  };
  return kLayouts;
}

const PanicLayout& Go118::panic_layout() const {
  static constexpr std::string_view kNames[] = {
      "argp", "type of arg", "arg", "link", "recovered", "aborted", "goexit", "pc", "sp"};
  static_assert(std::size(kNames) == kPanicWords);
  static_assert(sizeof(GoexitPanic) == size_t{kPanicWords} * kWordBytes);
  static constexpr PanicLayout kLayout{
      .names = kNames,
      .argp = offsetof(Panic, argp) / kWordBytes,
      .data = (offsetof(Panic, arg) + offsetof(Any, data)) / kWordBytes,
      .link = offsetof(Panic, link) / kWordBytes,
      .start_sp = kPanicWords - 1,  // GoexitPanic::sp
  };
  return kLayout;
}

Unwinding Go118::unwinding(Address record) const {
  Unwinding result = Go113::unwinding(record);
  const bool is_goexit = record_at<const GoexitPanic>(record)->goexit != 0;
  result.kind = is_goexit ? UnwindingKind::kGoexit : UnwindingKind::kPanic;
  return result;
}

// ---- Panics ----

Go118::GoexitPanic* Go118::panic_in(Address frame) const {
  return record_at<GoexitPanic>(slot_of(frame, run_slot()) + kWordBytes);
}

// Puts a new Panic on the chain, which lies in the frame of gopanic or Goexit at g.sched.sp.
void Go118::start(G& g, bool is_goexit) {
  GoexitPanic* p = panic_in(g.sched.sp);
  std::memset(p, 0, sizeof *p);
  p->goexit = is_goexit ? 1 : 0;
  if (Observer* observer = runtime_->observer()) {
    observer->stored_scalars(address_of(p), kPanicWords);
  }
  if (is_goexit) {
    runtime_->store_code(address_of(&p->pc), g.sched.pc);
    runtime_->store_pointer(address_of(&p->sp), g.sched.sp);
  } else {
    const Stkframe frame = frame_at(runtime_->program(), g.sched.pc, g.sched.sp);
    runtime_->store_copy(address_of(&p->arg), frame.argp, 2);
    ++runtime_->stats().panics;
  }
  runtime_->store_pointer(address_of(&p->link), g.panic);
  runtime_->store_pointer(slot_of(g.sched.sp, run_slot()), 0);
  g.panic = address_of(p);
  if (Observer* observer = runtime_->observer()) observer->panicked(g, unwinding(g.panic));
}

// If the head of the list is started, the panic or Goexit that has started it will not go on by
// itself: this one has begun inside of its call. True if the record is done with.
bool Go118::take_over(G& g) {
  auto* d = record_at<Defer>(g.defer);
  if (d->started == 0) return false;
  if (d->panic != 0) {
    if (!names_panic(g, *d)) return true;
    auto* earlier = record_at<GoexitPanic>(d->panic);
    earlier->aborted = 1;
    if (earlier->goexit == 0) {
      ++runtime_->stats().aborted_panics;
      if (Observer* observer = runtime_->observer()) {
        observer->panic_aborted(g, unwinding(d->panic));
      }
    }
    runtime_->store_pointer(address_of(&d->panic), 0);
  }
  if (is_open(*d)) return false;
  drop(g, d);
  return true;
}

// The next call may recover the newest panic. A wrapper may have moved its argp.
void Go118::may_recover(G& g) {
  runtime_->store_pointer(address_of(&panic_in(g.sched.sp)->argp), g.sched.sp);
}

Flow Go118::call(G& g, Address fn, Address /*arguments*/, uint32_t /*siz*/) {
  return runtime_->call_closure(g, fn);
}

// Runs what the head of the list stands for, from the frame of gopanic or Goexit at g.sched.sp.
Flow Go118::run_head(G& g, DeferRunner runner) {
  auto* d = record_at<Defer>(g.defer);
  d->started = 1;
  runtime_->store_pointer(address_of(&d->panic), address_of(panic_in(g.sched.sp)));
  runtime_->store_pointer(slot_of(g.sched.sp, run_slot()), d->address());
  if (is_open(*d)) {
    if (run_open(g, runner) == Flow::kUnwind) return Flow::kUnwind;
  } else {
    may_recover(g);
    if (Observer* observer = runtime_->observer()) {
      observer->defer_started(g, deferred_call(d->address()), runner);
    }
    const auto siz = static_cast<uint32_t>(d->siz);
    if (call(g, d->fn, d->arguments(), siz) == Flow::kUnwind) return Flow::kUnwind;
  }
  if (g.defer != *at(slot_of(g.sched.sp, run_slot()))) {
    runtime_->fail("throw", "gopanic", "Defer", "bad defer entry in panic");
    return Flow::kUnwind;
  }
  runtime_->store_pointer(address_of(&panic_in(g.sched.sp)->argp), 0);
  runtime_->store_pointer(address_of(&record_at<Defer>(g.defer)->panic), 0);
  return Flow::kContinue;
}

Flow Go118::gopanic(G& g) {
  start(g, false);
  if (panic_in(g.sched.sp)->arg.type == 0) {
    runtime_->finish(OutcomeKind::kNilpanic);
    return Flow::kUnwind;
  }
  add_open_record(g, g.sched.pc, g.sched.sp);
  while (g.defer != 0 && !runtime_->finished()) {
    if (take_over(g)) continue;
    if (run_head(g, DeferRunner::kPanic) == Flow::kUnwind) return Flow::kUnwind;
    const bool has_recovered = panic_in(g.sched.sp)->recovered != 0;
    // Read after the call: copies adjust a record as long as it is on the list.
    auto* d = record_at<Defer>(g.defer);
    const Word pc = d->pc;
    const Address sp = d->argp;
    const bool is_open_record = is_open(*d);
    const bool is_done = !is_open_record || !has_bits(*d);
    if (is_open_record && !has_recovered) add_open_record(g, pc, sp);
    if (is_done) drop(g, d);
    if (has_recovered) return recovery(g, pc, sp);
  }
  runtime_->crash(g);
  return Flow::kUnwind;
}

// Takes the newest panic and the aborted ones behind it off the chain, up to a Goexit.
void Go118::drop_panics(G& g) {
  const Address next = record_at<Panic>(g.panic)->link;
  for (g.panic = next; g.panic != 0; g.panic = record_at<Panic>(g.panic)->link) {
    const auto* older = record_at<GoexitPanic>(g.panic);
    const bool is_lost = has(Defect::kGoexitLostOnChainedPanics) && g.panic != next;
    if (older->aborted == 0 || (older->goexit != 0 && !is_lost)) return;
  }
}

// Returns to the frame at `sp`, or to an aborted Goexit. `pc` is that of the record.
Flow Go118::recovery(G& g, Word pc, Address sp) {
  drop_panics(g);
  const auto* older = record_at<GoexitPanic>(g.panic);
  if (g.panic != 0 && older->aborted != 0) {
    g.sched = {older->pc, older->sp, 0};
    g.returned = 0;
  } else {
    const Program& program = runtime_->program();
    const Function& function = program.functions[program.function_of[code_index(pc)]];
    const bool is_open_frame = function.open_defers.count != 0;
    g.sched = {is_open_frame ? code_pc(function.deferreturn) : pc, sp, 0};
    g.returned = is_open_frame ? 0 : 1;
    drop_stale_records(g, sp);
  }
  g.unwind_to = g.distance(g.sched.sp);
  if (Observer* observer = runtime_->observer()) {
    observer->resumed_after_recovery(g, {.frame = g.sched.sp, .pc = g.sched.pc});
  }
  return Flow::kUnwind;
}

Any Go118::gorecover(G& g, Address argp) {
  if (g.panic == 0 || record_at<GoexitPanic>(g.panic)->goexit != 0) return {};
  return Go113::gorecover(g, argp);
}

// ---- Goexit and deferreturn ----

Flow Go118::goexit(G& g) {
  const uint64_t distance = g.distance(g.sched.sp);
  ++runtime_->stats().goexits;
  if (Observer* observer = runtime_->observer()) observer->goexit_called(g);
  start(g, true);
  add_open_record(g, g.sched.pc, g.sched.sp);
  while (g.defer != 0 && !runtime_->finished()) {
    if (take_over(g)) continue;
    if (run_head(g, DeferRunner::kGoexit) == Flow::kUnwind) {
      if (runtime_->finished() || g.unwind_to != distance) return Flow::kUnwind;
      // A recovery has come back to here. Which records there are depends on where it was.
      panic_in(g.sched.sp)->aborted = 0;
      add_open_record(g, g.sched.pc, g.sched.sp);
      continue;
    }
    auto* d = record_at<Defer>(g.defer);
    if (is_open(*d)) add_open_record(g, d->pc, d->argp);
    drop(g, d);
  }
  return runtime_->finished() ? Flow::kUnwind : runtime_->scheduler().goexit1(g);
}

Flow Go118::deferreturn(G& g) {
  for (;;) {
    const Stkframe frame = frame_at(runtime_->program(), g.sched.pc, g.sched.sp);
    if (g.defer == 0) break;
    auto* d = record_at<Defer>(g.defer);
    if (d->argp != frame.argp) break;
    if (is_open(*d)) {
      if (run_open(g, DeferRunner::kDeferreturn) == Flow::kUnwind) return Flow::kUnwind;
      drop(g, record_at<Defer>(g.defer));
      break;
    }
    if (Observer* observer = runtime_->observer()) {
      observer->defer_started(g, deferred_call(d->address()), DeferRunner::kDeferreturn);
    }
    const Address fn = d->fn;
    drop(g, d);
    if (runtime_->call_closure(g, fn) == Flow::kUnwind) return Flow::kUnwind;
  }
  // Behind the instruction to which closures return.
  ++g.sched.pc;
  return Flow::kContinue;
}

}  // namespace stackquake::runtime
