#include "harness/story/recorder.h"

#include <utility>

#include "harness/audit/naming.h"
#include "runtime_under_test/memory.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/scheduler.h"
#include "runtime_under_test/traceback.h"

namespace stackquake {

using runtime::G;

namespace {

// The channel operation that the instruction before the pc stands for, or the built-in that walks
// the stack; "" for another one.
std::string operation_before(const runtime::Program& program, runtime::Word pc) {
  if (!runtime::is_code(program, pc) || pc == runtime::kCodeBase) return "";
  switch (program.code[runtime::code_index(pc) - 1].opcode) {
    case runtime::Opcode::kSend:
      return "chansend";
    case runtime::Opcode::kReceive:
      return "chanrecv";
    case runtime::Opcode::kClose:
      return "closechan";
    case runtime::Opcode::kSelect:
      return "selectgo";
    case runtime::Opcode::kFrames:
      return "frames";
    default:
      return "";
  }
}

// A list that is longer has a cycle.
constexpr uint32_t kMostSudogs = 4096;

const runtime::Sudog* sudog_at(runtime::Address address) {
  return runtime::in_heap(address) ? runtime::record_at<runtime::Sudog>(address) : nullptr;
}

// Whether another sudog of the same goroutine comes later in the queue.
bool is_followed_by_own(const runtime::Sudog& sudog) {
  const runtime::Sudog* next = sudog_at(sudog.next);
  for (uint32_t i = 0; next != nullptr && i < kMostSudogs; ++i, next = sudog_at(next->next)) {
    if (next->g == sudog.g) return true;
  }
  return false;
}

uint32_t sudogs_followed_by_own(const G& g) {
  uint32_t count = 0;
  const runtime::Sudog* sudog = sudog_at(g.waiting);
  for (uint32_t i = 0; sudog != nullptr && i < kMostSudogs; ++i) {
    count += is_followed_by_own(*sudog) ? 1 : 0;
    sudog = sudog_at(sudog->waitlink);
  }
  return count;
}

}  // namespace

// ---- Where ----

void Recorder::tell(const G& g, size_t depth, Event event) {
  event.goroutine = g.id;
  event.line = stacks_.line(runtime_.program(), g);
  event.depth = static_cast<uint32_t>(depth);
  sink_(std::move(event));
}

void Recorder::tell(const G& g, Event event) {
  stacks_.settle(g);
  tell(g, stacks_.depth(g), std::move(event));
}

void Recorder::tell(Event event) {
  const G* g = runtime_.scheduler().current();
  if (g != nullptr) return tell(*g, std::move(event));
  sink_(std::move(event));
}

std::string Recorder::type_at(runtime::Address object) const {
  const auto found = types_.find(object);
  return found == types_.end() ? "" : type_name(runtime_.program(), found->second);
}

// ---- Calls ----

void Recorder::called(const G& g, const runtime::Function& function) {
  stacks_.enter(runtime_.program(), g, function);
  tell(g, stacks_.depth(g) - 1, {.kind = EventKind::kCall, .function = name_of(function)});
}

void Recorder::returning(const G& g, const runtime::Function& function) {
  stacks_.settle(g);
  if (!stacks_.stands_in_innermost(g)) return;
  tell(g, stacks_.depth(g) - 1, {.kind = EventKind::kReturn, .function = name_of(function)});
}

void Recorder::traced(const G& g, int64_t value) {
  tell(g, {.kind = EventKind::kTrace, .number = static_cast<uint64_t>(value)});
}

// ---- Deferred calls and panics ----

void Recorder::deferred(const G& g, const runtime::DeferredCall& d) {
  std::string function = d.stands_for_frame
                             ? "the open-coded calls of " + function_at(runtime_.program(), d.pc)
                             : closure_name(runtime_, g, d.fn);
  tell(g, {.kind = EventKind::kDefer,
           .function = std::move(function),
           .address = d.record,
           .number = uint64_t{d.argument_words} * runtime::kWordBytes,
           .place = d.place,
           .frame = d.frame,
           .stands_for_frame = d.stands_for_frame});
}

void Recorder::defer_freed(const G& g, const runtime::DeferredCall& d) {
  tell(g, {.kind = EventKind::kGivenBack, .address = d.record, .place = d.place});
}

void Recorder::defer_started(const G& g, const runtime::DeferredCall& d,
                             runtime::DeferRunner runner) {
  std::string value;
  if (runner == runtime::DeferRunner::kPanic) {
    value = panic_value(runtime_, runtime_.design().unwinding(g.panic).value);
  }
  tell(g, {.kind = EventKind::kStart,
           .function = closure_name(runtime_, g, d.fn),
           .value = std::move(value),
           .address = d.record,
           .place = d.place,
           .runner = runner});
}

void Recorder::tell_panic(const G& g, EventKind kind, const runtime::Unwinding& p) {
  tell(g, {.kind = kind, .value = panic_value(runtime_, p.value), .address = p.record});
}

void Recorder::panicked(const G& g, const runtime::Unwinding& p) {
  if (p.kind == runtime::UnwindingKind::kGoexit) return;  // goexit_called tells of it
  tell_panic(g, EventKind::kPanic, p);
}

void Recorder::panic_aborted(const G& g, const runtime::Unwinding& p) {
  tell_panic(g, EventKind::kAborted, p);
}

void Recorder::recovered(const G& g, const runtime::Unwinding& p) {
  tell_panic(g, EventKind::kRecover, p);
}

void Recorder::resumed_after_recovery(const G& g, const runtime::DeferredCall& d) {
  tell(g, {.kind = EventKind::kResumed,
           .function = function_at(runtime_.program(), d.pc),
           .address = d.record});
}

void Recorder::goexit_called(const G& g) {
  tell(g, {.kind = EventKind::kGoexit});
}

void Recorder::faulted(const G& g, int64_t code) {
  tell(g, {.kind = EventKind::kFault, .number = static_cast<uint64_t>(code)});
}

// ---- Goroutines ----

void Recorder::goroutine_started(const G& g) {
  stacks_.clear(g);
  tell({.kind = EventKind::kGo,
        .function = function_at(runtime_.program(), g.sched.pc),
        .number = g.id,
        .new_stack = g.stack});
}

void Recorder::goroutine_ended(const G& g) {
  stacks_.clear(g);
  tell(g, {.kind = EventKind::kEnd});
}

void Recorder::blocked(const G& g) {
  tell(g, {.kind = EventKind::kWait,
           .value = operation_before(runtime_.program(), g.sched.pc),
           .number = sudogs_followed_by_own(g)});
}

void Recorder::readied(const G& g) {
  tell({.kind = EventKind::kWake, .number = g.id});
}

void Recorder::sudog_released(const runtime::Sudog& /*sudog*/) {
  const G* g = runtime_.scheduler().current();
  if (g == nullptr) return;
  tell(*g,
       {.kind = EventKind::kSudogBack, .value = operation_before(runtime_.program(), g->sched.pc)});
}

// ---- Memory ----

void Recorder::allocated(runtime::Address object, uint32_t words, uint16_t type) {
  types_[object] = type;
  tell({.kind = EventKind::kNew,
        .value = type_name(runtime_.program(), type),
        .address = object,
        .number = words});
}

void Recorder::safepoint(const G& /*g*/, uint64_t number) {
  safepoint_ = number;
}

void Recorder::copying_stack(const G& g) {
  tell(g, {.kind = EventKind::kCopying, .old_stack = g.stack});
}

void Recorder::stack_copied(const G& g, const runtime::StackCopy& copy) {
  has_copied_ = true;
  tell(g, {.kind = EventKind::kCopy,
           .value = operation_before(runtime_.program(), g.sched.pc),
           .number = runtime_.stats().copies,
           .reason = copy.reason,
           .safepoint = safepoint_,
           .old_stack = copy.old_stack,
           .new_stack = copy.new_stack,
           .bytes = copy.used_bytes,
           .adjusted = copy.words_adjusted});
}

void Recorder::passed_safepoint(const G& g) {
  if (std::exchange(has_copied_, false)) tell(g, {.kind = EventKind::kGoesOn});
}

void Recorder::collecting() {
  tell({.kind = EventKind::kCollecting});
}

void Recorder::collected(const runtime::Collection& collection) {
  Event event{.kind = EventKind::kCollection,
              .number = runtime_.stats().collections,
              .bytes = collection.live_bytes};
  for (const runtime::Address object : collection.freed) {
    event.freed.push_back({type_name(runtime_.program(), types_[object]), object});
  }
  tell(std::move(event));
}

void Recorder::ended(const G* last) {
  if (last != nullptr) {
    tell(*last, {.kind = EventKind::kRunEnds});
  } else {
    sink_({.kind = EventKind::kRunEnds});
  }
}

}  // namespace stackquake
