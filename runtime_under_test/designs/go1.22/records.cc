#include <cstddef>
#include <cstring>

#include "runtime_under_test/adjust.h"
#include "runtime_under_test/designs/common/walks.h"
#include "runtime_under_test/designs/go1.22/go122.h"
#include "runtime_under_test/poison.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

const DeferLayout& Go122::defer_layout() const {
  static constexpr std::string_view kNames[] = {"heap", "sp", "pc", "fn", "link"};
  static_assert(std::size(kNames) == kDeferWords &&
                sizeof(Defer) == size_t{kDeferWords} * kWordBytes);
  static constexpr DeferLayout kLayout{
      .names = kNames,
      .argp = offsetof(Defer, sp) / kWordBytes,
      .fn = offsetof(Defer, fn) / kWordBytes,
      .link = offsetof(Defer, link) / kWordBytes,
  };
  return kLayout;
}

DeferredCall Go122::deferred_call(Address record) const {
  const auto* d = record_at<const Defer>(record);
  return {.record = record,
          .place = in_heap(record) ? DeferPlace::kHeap : DeferPlace::kFrame,
          .frame = d->sp,
          .pc = d->pc,
          .fn = d->fn,
          .link = d->link,
          .arguments = defer_layout().arguments(record)};
}

void Go122::begin_run(Runtime& runtime) {
  runtime_ = &runtime;
  deferpool_ = 0;
}

// ---- The list ----

Go122::Defer* Go122::newdefer() {
  Address address = deferpool_;
  if (address != 0 && runtime_->heap().find(address).start != address) {
    runtime_->fail("throw", "newdefer", "Defer", "a pooled Defer has been freed");
    deferpool_ = address = 0;
  }
  if (address != 0) {
    deferpool_ = record_at<Defer>(address)->link;
  } else {
    address = runtime_->newobject(kDeferWords, kTypeDefer);
  }
  runtime_->store_scalar(address, 1);
  return record_at<Defer>(address);
}

// Completes the record of a call that the frame at `sp` defers, and puts it on the list.
void Go122::link(G& g, Defer* d, Address sp, Word pc) {
  runtime_->store_pointer(address_of(&d->sp), sp);
  runtime_->store_code(address_of(&d->pc), pc);
  runtime_->store_pointer(address_of(&d->link), g.defer);
  g.defer = d->address();
  g.returned = 0;
  ++runtime_->stats().defers;
  if (Observer* observer = runtime_->observer()) observer->deferred(g, deferred_call(g.defer));
}

// No copy and no collection may happen before the closure is in the record: no map covers it in the
// caller's frame.
void Go122::deferproc(G& g) {
  const Stkframe frame = frame_at(runtime_->program(), g.sched.pc, g.sched.sp);
  Defer* d = newdefer();
  runtime_->store_copy(address_of(&d->fn), frame.argp + kWordBytes, 1);
  link(g, d, frame.argp, *at(frame.varp));
}

void Go122::deferproc_stack(G& g) {
  const Stkframe frame = frame_at(runtime_->program(), g.sched.pc, g.sched.sp);
  link(g, record_at<Defer>(*at(frame.argp)), frame.argp, *at(frame.varp));
}

// The sp of the frame whose deferred call is the next on the list; 0 if there is none.
Address Go122::sp_of_next_record(const G& g) {
  if (g.defer == 0) return 0;
  const auto* d = record_at<const Defer>(g.defer);
  while (has(Defect::kNextFrameOfOldestRecord) && d->link != 0) {
    d = record_at<const Defer>(d->link);
    runtime_->charge(1);
  }
  return d->sp;
}

// Takes the head off the list, and gives its record back. Returns the closure.
Address Go122::pop(G& g, DeferRunner runner) {
  const DeferredCall call = deferred_call(g.defer);
  if (Observer* observer = runtime_->observer()) observer->defer_started(g, call, runner);
  if (has(Defect::kDeferPoppedLate) && runner != DeferRunner::kDeferreturn) return call.fn;
  g.defer = call.link;
  free_popped(g, call);
  return call.fn;
}

void Go122::free_popped(G& g, const DeferredCall& call) {
  auto* d = record_at<Defer>(call.record);
  Observer* observer = runtime_->observer();
  if (!has(Defect::kFreedeferUnwiped)) {
    std::memset(d, 0, sizeof *d);
    if (observer != nullptr) observer->stored_scalars(call.record, kDeferWords);
  }
  if (call.place == DeferPlace::kHeap) {
    runtime_->store_pointer(address_of(&d->link), deferpool_);
    deferpool_ = call.record;
  }
  if (observer != nullptr) observer->defer_freed(g, call);
}

void Go122::goexit0(G& g) {
  g.defer = 0;
  if (!has(Defect::kGoexitKeepsGpanic)) g.panic = 0;
}

// ---- Walks, copies, collections ----

bool Go122::gentraceback(const G& g, FrameVisitor& visitor) {
  CursorWithoutList cursor(*runtime_);
  return walk_frames(*runtime_, g, visitor, cursor);
}

void Go122::tracebackdefers(const G& /*g*/, FrameVisitor& /*visitor*/) {}

// On the new stack, or one that is not copied: see go1.13 for the order.
void Go122::adjust_pointers(G& g, Adjuster& adjuster) {
  adjuster.adjustctxt(g);
  Address address = g.defer;
  if (!has(Defect::kGdeferNotAdjusted)) adjuster.adjustpointer(g.defer);
  if (!has(Defect::kDeferListBeforeHead)) address = g.defer;
  for (; address != 0; address = record_at<Defer>(address)->link) {
    ++runtime_->work;
    auto* d = record_at<Defer>(address);
    if (!has(Defect::kDeferFnNotAdjusted)) adjuster.adjustpointer(d->fn);
    if (!has(Defect::kDeferArgpNotAdjusted)) adjuster.adjustpointer(d->sp);
    if (!has(Defect::kDeferLinkNotAdjusted)) adjuster.adjustpointer(d->link);
  }
  if (!has(Defect::kGpanicNotAdjusted)) adjuster.adjustpointer(g.panic);
  adjuster.adjustsudogs(g);
  gentraceback(g, adjuster);
}

uint64_t Go122::copystack(G& g, uint32_t bytes) {
  return copy_then_adjust(*runtime_, *this, g, bytes);
}

void Go122::clearpools() {
  if (has(Defect::kFreedeferUnwiped)) return;
  // Each link is cut: a frame may still name a pooled record, and must keep only this one alive.
  while (deferpool_ != 0) {
    auto* d = record_at<Defer>(deferpool_);
    deferpool_ = d->link;
    runtime_->store_pointer(address_of(&d->link), 0);
  }
}

// The sp of a Panic points to where the function that its frame has called last has its parameters.
void Go122::visit_parameter(const Panic* p, RootVisitor& visitor) const {
  const Program& program = runtime_->program();
  const Instruction& call = program.code[code_index(p->pc) - 1];
  if (call.opcode != Opcode::kCall) return;
  const Function& called = program.functions[program.function_of[static_cast<size_t>(call.imm)]];
  const auto parameters = program.slots(called.entry_arguments);
  if (!parameters.empty() && parameters.front() == 0) visitor.visit(*at(p->sp));
}

void Go122::visit_roots(const G& g, RootVisitor& visitor) {
  for (Address address = g.panic; address != 0 && has(Defect::kPanicSpRevivesParameter);) {
    const auto* p = record_at<const Panic>(address);
    visit_parameter(p, visitor);
    address = p->link;
  }
  visitor.visit(g.defer);
  if (has(Defect::kFreedeferUnwiped)) visitor.visit(deferpool_);
  visit_records_in_frames<Defer>(*runtime_, g, visitor);
}

}  // namespace stackquake::runtime
