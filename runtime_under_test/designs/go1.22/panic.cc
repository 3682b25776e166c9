#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>

#include "runtime_under_test/designs/go1.22/go122.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

namespace {

// A step is about as long as a look at this many frames.
constexpr uint64_t kFramesPerStep = 2;

Address slot_at(Address sp, uint16_t slot) {
  return sp + Address{slot} * kWordBytes;
}

}  // namespace

std::span<const RuntimeLayout> Go122::layouts() const {
  static_assert(sizeof(Panic) == kPanicWords * kWordBytes);
  // The Panic begins at slot 0.
  static constexpr uint16_t kPointers[] = {
      offsetof(Panic, argp) / kWordBytes,  offsetof(Panic, arg.data) / kWordBytes,
      offsetof(Panic, link) / kWordBytes,  offsetof(Panic, start_sp) / kWordBytes,
      offsetof(Panic, sp) / kWordBytes,    offsetof(Panic, bits) / kWordBytes,
      offsetof(Panic, slots) / kWordBytes,
  };
  static constexpr RuntimeLayout kLayouts[] = {
      {RuntimeFunction::kGopanic, kPanicWords, kPointers, true},
      {RuntimeFunction::kGoexit, kPanicWords, kPointers, true},
      {RuntimeFunction::kDeferproc, 1, {}},
      {RuntimeFunction::kDeferprocStack, 1, {}},
      {RuntimeFunction::kDeferreturn, 1, {}, true},
  };
  return kLayouts;
}

const PanicLayout& Go122::panic_layout() const {
  static constexpr std::string_view kNames[] = {
      "argp",     "type of arg", "arg", "link",  "recovered", "goexit", "start_pc",
      "start_sp", "sp",          "pc",  "retpc", "bits",      "slots"};
  static_assert(std::size(kNames) == kPanicWords);
  static constexpr PanicLayout kLayout{
      .names = kNames,
      .argp = offsetof(Panic, argp) / kWordBytes,
      .data = offsetof(Panic, arg.data) / kWordBytes,
      .link = offsetof(Panic, link) / kWordBytes,
  };
  return kLayout;
}

Unwinding Go122::unwinding(Address record) const {
  const auto* p = record_at<const Panic>(record);
  return {.record = record,
          .kind = p->goexit != 0 ? UnwindingKind::kGoexit : UnwindingKind::kPanic,
          .value = p->arg,
          .argp = p->argp,
          .link = p->link,
          .recovered = p->recovered != 0};
}

// ---- The iterator ----

// Puts a new Panic, which begins where gopanic or Goexit stands, on the chain.
Go122::Panic* Go122::start(G& g, bool is_goexit) {
  const Stkframe frame = frame_at(runtime_->program(), g.sched.pc, g.sched.sp);
  auto* p = record_at<Panic>(g.sched.sp);
  std::memset(p, 0, sizeof *p);
  p->goexit = is_goexit ? 1 : 0;
  if (Observer* observer = runtime_->observer()) {
    observer->stored_scalars(address_of(p), kPanicWords);
  }
  if (!is_goexit) runtime_->store_copy(address_of(&p->arg), frame.argp, 2);
  runtime_->store_pointer(address_of(&p->link), g.panic);
  runtime_->store_code(address_of(&p->start_pc), g.sched.pc);
  runtime_->store_pointer(address_of(&p->start_sp), g.sched.sp);
  runtime_->store_pointer(address_of(&p->sp), g.sched.sp);
  runtime_->store_code(address_of(&p->pc), g.sched.pc);
  g.panic = address_of(p);
  if (Observer* observer = runtime_->observer()) observer->panicked(g, unwinding(g.panic));
  return p;
}

// Takes the open-coded call with the highest bit of a frame; none if no bit is set. The bit is
// cleared before the call, so that no panic in it meets the call again.
Go122::Taken Go122::take_open(G& g, Address bits, Address slots, Address frame,
                              DeferRunner runner) {
  const Word set = *at(bits);
  if (set == 0) return {};
  const auto bit = static_cast<uint32_t>(std::bit_width(set) - 1);
  runtime_->store_scalar(bits, set & ~(Word{1} << bit));
  const Address slot = slots + Address{bit} * kWordBytes;
  runtime_->open_started(g, slot, frame, runner);
  return {true, *at(slot)};
}

// A wrapper may have moved it.
void Go122::set_argp(G& g, Panic* p) {
  runtime_->store_pointer(address_of(&p->argp), g.sched.sp);
}

// Takes the next deferred call of the walk off its list; none if the walk has come to its end.
Go122::Taken Go122::next_defer(G& g, Panic* p, DeferRunner runner) {
  set_argp(g, p);
  do {
    if (p->bits != 0) {
      const Taken taken = take_open(g, p->bits, p->slots, p->sp, runner);
      if (taken.is_there) return taken;
      runtime_->store_pointer(address_of(&p->bits), 0);
    }
    if (g.defer != 0 && record_at<Defer>(g.defer)->sp == p->sp) {
      runtime_->store_code(address_of(&p->retpc), resume_pc(*record_at<Defer>(g.defer)));
      return {true, pop(g, runner)};
    }
  } while (next_frame(g, p));
  return {};
}

// Goes to the next frame further out with a deferred call. False if there is none.
bool Go122::next_frame(G& g, Panic* p) {
  const Program& program = runtime_->program();
  const auto base = static_cast<uint16_t>(RuntimeFunction::kGoexitBase);
  Gobuf at_frame{p->pc, p->sp, 0};
  uint64_t frames = 0;
  bool found = false;
  while (!found) {
    const Stkframe inner = frame_at(program, at_frame.pc, at_frame.sp);
    at_frame = {*at(inner.varp), inner.argp, 0};
    ++frames;
    skip_walked(p, at_frame);
    if (!is_code(program, at_frame.pc)) {
      runtime_->fail("bad-traceback", "nextFrame", "", "the walk has left the stack or the code");
      return false;
    }
    const uint16_t number = program.function_of[code_index(at_frame.pc)];
    if (number == base) break;
    const Function& function = program.functions[number];
    const OpenDefers& open = function.open_defers;
    const Address bits = slot_at(at_frame.sp, open.bits);
    const bool has_bits = open.count != 0 && *at(bits) != 0;
    found = has_bits || (g.defer != 0 && record_at<Defer>(g.defer)->sp == at_frame.sp);
    if (!found) continue;
    runtime_->store_pointer(address_of(&p->sp), at_frame.sp);
    runtime_->store_code(address_of(&p->pc), at_frame.pc);
    if (!has_bits) continue;
    runtime_->store_pointer(address_of(&p->bits), bits);
    runtime_->store_pointer(address_of(&p->slots), slot_at(at_frame.sp, open.first_slot));
    runtime_->store_code(address_of(&p->retpc), code_pc(function.deferreturn));
  }
  runtime_->charge(frames / kFramesPerStep);
  return found;
}

// ---- Panics ----

Flow Go122::gopanic(G& g) {
  const Panic* begun = start(g, false);
  ++runtime_->stats().panics;
  if (begun->arg.type == 0) {
    runtime_->finish(OutcomeKind::kNilpanic);
    return Flow::kUnwind;
  }
  for (;;) {
    const Taken taken = next_defer(g, record_at<Panic>(g.sched.sp), DeferRunner::kPanic);
    if (runtime_->finished()) return Flow::kUnwind;
    if (!taken.is_there) break;
    if (runtime_->call_closure(g, taken.fn) == Flow::kUnwind) return Flow::kUnwind;
    auto* p = record_at<Panic>(g.sched.sp);
    if (g.panic != address_of(p)) {
      runtime_->fail("throw", "nextDefer", "Panic", "bad panic stack");
      return Flow::kUnwind;
    }
    if (p->recovered != 0) return recovery(g, p);
  }
  runtime_->crash(g);
  return Flow::kUnwind;
}

// Takes the panics whose frames it unwinds off the chain. A Goexit among them goes on.
Flow Go122::recovery(G& g, Panic* p) {
  g.sched = {p->retpc, p->sp, 0};
  const Program& program = runtime_->program();
  const Function& function = program.functions[program.function_of[code_index(p->retpc)]];
  g.returned = p->retpc == code_pc(function.deferreturn) ? 0 : 1;
  for (g.panic = p->link; g.panic != 0; g.panic = record_at<Panic>(g.panic)->link) {
    const auto* older = record_at<Panic>(g.panic);
    if (older->start_sp >= g.sched.sp) break;
    if (older->goexit == 0) continue;
    g.sched = {older->start_pc, older->start_sp, 0};
    g.returned = 0;
    break;
  }
  g.unwind_to = g.distance(g.sched.sp);
  if (Observer* observer = runtime_->observer()) {
    observer->resumed_after_recovery(g, {.frame = g.sched.sp, .pc = g.sched.pc});
  }
  return Flow::kUnwind;
}

Any Go122::gorecover(G& g, Address argp) {
  if (g.panic == 0) return {};
  auto* p = record_at<Panic>(g.panic);
  const bool may_recover = p->goexit == 0 && p->recovered == 0 && p->argp == argp;
  return may_recover ? recover_newest(g) : Any{};
}

Any Go122::recover_newest(G& g) {
  auto* p = record_at<Panic>(g.panic);
  p->recovered = 1;
  ++runtime_->stats().recovers;
  if (Observer* observer = runtime_->observer()) observer->recovered(g, unwinding(g.panic));
  return p->arg;
}

void Go122::enter_wrapper(G& g, Address argp, Address callee_argp) {
  if (g.panic == 0) return;
  auto* p = record_at<Panic>(g.panic);
  if (p->argp == argp) runtime_->store_pointer(address_of(&p->argp), callee_argp);
}

void Go122::chain(const G& g, std::vector<ChainLink>& out) const {
  for (Address panic = g.panic; panic != 0; panic = record_at<Panic>(panic)->link) {
    const auto* p = record_at<Panic>(panic);
    if (p->goexit == 0) out.push_back({code_of(p->arg), p->recovered != 0});
  }
  std::reverse(out.begin(), out.end());
}

// ---- Goexit and deferreturn ----

Flow Go122::goexit(G& g) {
  const uint64_t distance = g.distance(g.sched.sp);
  const Word pc = g.sched.pc;
  ++runtime_->stats().goexits;
  if (Observer* observer = runtime_->observer()) observer->goexit_called(g);
  start(g, true);
  for (;;) {
    const Taken taken = next_defer(g, record_at<Panic>(g.sched.sp), DeferRunner::kGoexit);
    if (runtime_->finished()) return Flow::kUnwind;
    if (!taken.is_there) break;
    if (runtime_->call_closure(g, taken.fn) == Flow::kContinue) continue;
    // A recovery may have come back to here.
    if (runtime_->finished() || g.unwind_to != distance) return Flow::kUnwind;
    g.sched = {pc, g.at_distance(distance), 0};
  }
  return runtime_->scheduler().goexit1(g);
}

Flow Go122::deferreturn(G& g) {
  const Program& program = runtime_->program();
  for (;;) {
    const Stkframe frame = frame_at(program, g.sched.pc, g.sched.sp);
    const Address sp = frame.argp;
    const OpenDefers& open =
        program.functions[program.function_of[code_index(*at(frame.varp))]].open_defers;
    Taken taken;
    if (open.count != 0) {
      taken = take_open(g, slot_at(sp, open.bits), slot_at(sp, open.first_slot), sp,
                        DeferRunner::kDeferreturn);
    }
    if (!taken.is_there && g.defer != 0 && record_at<Defer>(g.defer)->sp == sp) {
      taken = {true, pop(g, DeferRunner::kDeferreturn)};
    }
    if (!taken.is_there) break;
    if (runtime_->call_closure(g, taken.fn) == Flow::kUnwind) return Flow::kUnwind;
  }
  // Behind the instruction to which closures return.
  ++g.sched.pc;
  return Flow::kContinue;
}

}  // namespace stackquake::runtime
