#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>

#include "runtime_under_test/designs/common/walks.h"
#include "runtime_under_test/designs/go1.22/go122.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

namespace {

// A step is about as long as a look at this many frames.
constexpr uint64_t kFramesPerStep = 2;

}  // namespace

// The Panic begins at slot 0. With a defect the map lacks one of its pointers.
Go122::Go122(DefectSet defects) : Design(defects) {
  static_assert(sizeof(Panic) == size_t{kPanicWords} * kWordBytes);
  struct Pointer {
    size_t offset;
    Defect not_mapped;
  };
  static constexpr Pointer kPointers[] = {
      {offsetof(Panic, argp), Defect::kPanicArgpNotMapped},
      {offsetof(Panic, arg.data), Defect::kPanicValueNotMapped},
      {offsetof(Panic, link), Defect::kPanicLinkNotMapped},
      {offsetof(Panic, start_sp), Defect::kPanicStartSpNotMapped},
      {offsetof(Panic, sp), Defect::kPanicSpNotMapped},
      {offsetof(Panic, bits), Defect::kPanicBitsNotMapped},
      {offsetof(Panic, slots), Defect::kPanicBitsNotMapped},
  };
  size_t count = 0;
  for (const auto& [offset, not_mapped] : kPointers) {
    if (!has(not_mapped)) pointers_[count++] = static_cast<uint16_t>(offset / kWordBytes);
  }
  const std::span<const uint16_t> pointers(pointers_.data(), count);
  layouts_ = {{
      {RuntimeFunction::kGopanic, kPanicWords, true, pointers},
      {RuntimeFunction::kGoexit, kPanicWords, true, pointers},
      {RuntimeFunction::kDeferproc, 1, false, {}},
      {RuntimeFunction::kDeferprocStack, 1, false, {}},
      {RuntimeFunction::kDeferreturn, 1, true, {}},
  }};
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
      .start_sp = offsetof(Panic, start_sp) / kWordBytes,
      .sp = offsetof(Panic, sp) / kWordBytes,
      .bits = offsetof(Panic, bits) / kWordBytes,
      .slots = offsetof(Panic, slots) / kWordBytes,
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
  if (has(Defect::kWalkBeginsAtOlderPanic) && g.panic != 0) {
    continue_walk(p, record_at<const Panic>(g.panic));
  }
  g.panic = address_of(p);
  if (Observer* observer = runtime_->observer()) observer->panicked(g, unwinding(g.panic));
  return p;
}

// The walk of `p` begins where that of `older` is, and passes over what lies between.
void Go122::continue_walk(Panic* p, const Panic* older) {
  runtime_->store_pointer(address_of(&p->sp), older->sp);
  runtime_->store_code(address_of(&p->pc), older->pc);
  runtime_->store_code(address_of(&p->retpc), older->retpc);
  runtime_->store_pointer(address_of(&p->bits), older->bits);
  runtime_->store_pointer(address_of(&p->slots), older->slots);
}

void Go122::clear_highest(Address bits) {
  runtime_->store_scalar(bits, *at(bits) & ~std::bit_floor(*at(bits)));
}

// Takes the open-coded call with the highest bit of a frame, in which a bit is set. The bit is
// cleared before the call, so that no panic in it meets the call again.
Go122::Taken Go122::take_open(G& g, Address bits, Address slots, Address frame,
                              DeferRunner runner) {
  const Word set = *at(bits);
  if (!has(Defect::kOpenBitClearedLate)) clear_highest(bits);
  const int number = has(Defect::kOpenSlotsCounted) ? std::popcount(set) : std::bit_width(set);
  const Address slot = slots + static_cast<Address>(number) * kWordBytes - kWordBytes;
  runtime_->open_started(g, slot, frame, runner);
  return {true, *at(slot), true};
}

// False, after a violation, when a copy has missed where the bits and slots of a frame lie.
bool Go122::can_read_bits(const G& g, const Panic* p) {
  if (g.stack.contains(p->bits) && g.stack.contains(p->slots)) return true;
  runtime_->fail("bad-dereference", "nextDefer", "bits",
                 "the bits of a frame are read on a stack that was freed");
  return false;
}

// A wrapper may have moved it.
void Go122::set_argp(G& g, Panic* p) {
  if (has(Defect::kArgpSetOnce) && p->argp != 0) return;
  runtime_->store_pointer(address_of(&p->argp), g.sched.sp);
}

// Takes the next deferred call of the walk off its list; none if the walk has come to its end.
Go122::Taken Go122::next_defer(G& g, Panic* p, DeferRunner runner) {
  set_argp(g, p);
  do {
    if (p->bits != 0) {
      if (!can_read_bits(g, p)) return {};
      // A panic in the call that ran last may have run the others, if this is a Goexit that goes
      // on. So the bits are looked at before one is taken.
      if (*at(p->bits) != 0 || has(Defect::kOpenBitsCheckedLate)) {
        const Taken taken = take_open(g, p->bits, p->slots, p->sp, runner);
        const bool is_last = *at(p->bits) == 0;
        if (is_last && has(Defect::kOpenBitsCheckedLate)) {
          runtime_->store_pointer(address_of(&p->bits), 0);
        }
        return taken;
      }
      runtime_->store_pointer(address_of(&p->bits), 0);
    }
    if (g.defer != 0 && record_at<Defer>(g.defer)->sp == p->sp) {
      runtime_->store_code(address_of(&p->retpc), resume_pc(*record_at<Defer>(g.defer)));
      return {true, pop(g, runner)};
    }
  } while (next_frame(g, p));
  return {};
}

bool Go122::stays_on_stack(const G& g, Address sp) {
  if (g.stack.contains(sp)) return true;
  runtime_->fail("bad-traceback", "nextFrame", "", "the walk has left the stack or the code");
  return false;
}

// Goes to the next frame further out with a deferred call. False if there is none.
bool Go122::next_frame(G& g, Panic* p) {
  const Program& program = runtime_->program();
  const auto base = static_cast<uint16_t>(RuntimeFunction::kGoexitBase);
  const Address sp_of_record = sp_of_next_record(g);
  Gobuf at_frame{p->pc, p->sp, 0};
  uint64_t frames = 0;
  bool found = false;
  while (!found) {
    if (!stays_on_stack(g, at_frame.sp)) return false;
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
    if (!stays_on_stack(g, at_frame.sp)) return false;
    const Function& function = program.functions[number];
    const OpenDefers& open = function.open_defers;
    const Address bits = slot_of(at_frame.sp, open.bits);
    const bool has_bits = open.count != 0 && *at(bits) != 0;
    found = has_bits || sp_of_record == at_frame.sp;
    if (!found) continue;
    runtime_->store_pointer(address_of(&p->sp), at_frame.sp);
    runtime_->store_code(address_of(&p->pc), at_frame.pc);
    if (!has_bits) continue;
    runtime_->store_pointer(address_of(&p->bits), bits);
    runtime_->store_pointer(address_of(&p->slots), slot_of(at_frame.sp, open.first_slot));
    runtime_->store_code(address_of(&p->retpc), code_pc(function.deferreturn));
  }
  runtime_->frames_visited += frames;
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
    if (call(g, taken) == Flow::kUnwind) return Flow::kUnwind;
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

// Calls what was taken, from the frame at g.sched.sp.
Flow Go122::call(G& g, const Taken& taken) {
  if (runtime_->call_closure(g, taken.fn) == Flow::kUnwind) return Flow::kUnwind;
  clear_late(g, taken);
  return Flow::kContinue;
}

// For two defects: takes the call that has ended off its list.
void Go122::clear_late(G& g, const Taken& taken) {
  const auto* p = record_at<const Panic>(g.sched.sp);
  if (taken.is_open && has(Defect::kOpenBitClearedLate)) {
    if (p->bits != 0) clear_highest(p->bits);
  }
  if (taken.is_open || !has(Defect::kDeferPoppedLate)) return;
  if (g.defer == 0)
    return runtime_->fail("throw", "nextDefer", "Defer", "bad defer entry in panic");
  const DeferredCall ended = deferred_call(g.defer);
  g.defer = ended.link;
  free_popped(g, ended);
}

// Whether a recovery of `p` has to stop at an older one, which is a Goexit.
bool Go122::goes_on(const Panic* older, const Panic* p) const {
  if (older->goexit == 0 || has(Defect::kGoexitCancelledByRecover)) return false;
  return !has(Defect::kGoexitLostOnChainedPanics) || p->link == address_of(older);
}

// Takes the panics whose frames it unwinds off the chain. A Goexit among them goes on.
Flow Go122::recovery(G& g, Panic* p) {
  g.sched = {p->retpc, p->sp, 0};
  const Program& program = runtime_->program();
  const Function& function = program.functions[program.function_of[code_index(p->retpc)]];
  const bool is_at_deferreturn = p->retpc == code_pc(function.deferreturn);
  g.returned = is_at_deferreturn || has(Defect::kRecoveryReentersBody) ? 0 : 1;
  if (is_at_deferreturn && has(Defect::kResumeBehindDeferreturn)) ++g.sched.pc;
  for (g.panic = p->link; g.panic != 0; g.panic = record_at<Panic>(g.panic)->link) {
    const auto* older = record_at<Panic>(g.panic);
    if (older->start_sp >= g.sched.sp || has(Defect::kAbortedPanicLinked)) break;
    if (!goes_on(older, p)) continue;
    g.sched = {older->start_pc, older->start_sp, 0};
    g.returned = 0;
    if (has(Defect::kGoexitUnlinkedByRecovery)) g.panic = older->link;
    break;
  }
  if (!g.stack.contains(g.sched.sp)) {
    runtime_->fail("throw", "recovery", "sp", "bad recovery: sp is not on the stack");
    return Flow::kUnwind;
  }
  g.unwind_to = g.distance(g.sched.sp);
  if (Observer* observer = runtime_->observer()) {
    observer->resumed_after_recovery(g, {.frame = g.sched.sp, .pc = g.sched.pc});
  }
  return Flow::kUnwind;
}

Any Go122::gorecover(G& g, Address argp) {
  if (g.panic == 0) return {};
  const auto* p = record_at<const Panic>(g.panic);
  if (!may_recover(p)) return {};
  if (p->argp == argp) return recover_newest(g);
  if (!has(Defect::kRecoverThroughInlined)) return {};
  // A wrapper that has its callee inlined hands the right to recover to what the callee calls.
  const Program& program = runtime_->program();
  const Stkframe frame = frame_at(program, g.sched.pc, g.sched.sp);
  const Stkframe caller = frame_at(program, *at(frame.varp), frame.argp);
  return is_inlined(caller) && p->argp == caller.argp ? recover_newest(g) : Any{};
}

// Whether the newest panic or Goexit is a panic that nobody has recovered.
bool Go122::may_recover(const Panic* p) const {
  return (p->goexit == 0 || has(Defect::kRecoverIgnoresGoexit)) &&
         (p->recovered == 0 || has(Defect::kRecoverTwice));
}

bool Go122::is_inlined(const Stkframe& frame) const {
  const Program& program = runtime_->program();
  const Stkframe caller = frame_at(program, *at(frame.varp), frame.argp);
  if (caller.fn->kind != FunctionKind::kWrapper) return false;
  const std::span<const Instruction> code(program.code);
  const auto body = code.subspan(frame.fn->entry, frame.fn->end - frame.fn->entry);
  return std::ranges::none_of(
      body, [](const Instruction& instruction) { return instruction.opcode == Opcode::kRecover; });
}

Any Go122::recover_newest(G& g) {
  auto* p = record_at<Panic>(g.panic);
  p->recovered = 1;
  ++runtime_->stats().recovers;
  if (Observer* observer = runtime_->observer()) observer->recovered(g, unwinding(g.panic));
  return p->arg;
}

void Go122::enter_wrapper(G& g, Address argp, Address callee_argp) {
  if (g.panic == 0 || has(Defect::kWrapperHidesRecover)) return;
  auto* p = record_at<Panic>(g.panic);
  if (p->argp == argp) runtime_->store_pointer(address_of(&p->argp), callee_argp);
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
    if (call(g, taken) == Flow::kContinue) {
      auto* p = record_at<Panic>(g.sched.sp);
      if (p->recovered != 0) return recovery(g, p);
      continue;
    }
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
    const Address bits = slot_of(sp, open.bits);
    Taken taken;
    if (open.count != 0 && *at(bits) != 0) {
      taken = take_open(g, bits, slot_of(sp, open.first_slot), sp, DeferRunner::kDeferreturn);
      if (has(Defect::kOpenBitClearedLate)) clear_highest(bits);
    }
    if (!taken.is_there && g.defer != 0 &&
        (record_at<Defer>(g.defer)->sp == sp || has(Defect::kDeferreturnRunsOuterFrame))) {
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
