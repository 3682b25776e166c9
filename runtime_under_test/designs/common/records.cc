#include <cstddef>
#include <cstring>

#include "runtime_under_test/designs/common/defer_list_design.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

namespace {

// Words of stack that freedefer needed in the versions of Go in which it checked the stack.
constexpr uint32_t kWordsOfFreedefer = 16;

}  // namespace

void DeferListDesign::begin_run(Runtime& runtime) {
  runtime_ = &runtime;
  deferpool_.fill(0);
}

const DeferLayout& DeferListDesign::defer_layout() const {
  static constexpr std::string_view kNames[] = {"siz", "argp", "pc", "fn", "panic", "link"};
  static_assert(std::size(kNames) == Defer::kHeaderWords);
  static constexpr DeferLayout kLayout{
      .names = kNames,
      .argp = offsetof(Defer, argp) / kWordBytes,
      .fn = offsetof(Defer, fn) / kWordBytes,
      .panic = offsetof(Defer, panic) / kWordBytes,
      .link = offsetof(Defer, link) / kWordBytes,
  };
  return kLayout;
}

DeferredCall DeferListDesign::deferred_call(Address record) const {
  const auto* d = record_at<const Defer>(record);
  const DeferProgress running =
      d->panic != 0 ? DeferProgress::kRunByPanic : DeferProgress::kRunByGoexit;
  const DeferPlace on_stack = is_dabort(d) ? DeferPlace::kMark : DeferPlace::kFrame;
  return {.record = record,
          .place = in_heap(record) ? DeferPlace::kHeap : on_stack,
          .progress = d->started == 0 ? DeferProgress::kPending : running,
          .frame = d->argp,
          .pc = d->pc,
          .fn = d->fn,
          .link = d->link,
          .arguments = d->arguments(),
          .argument_words = static_cast<uint32_t>(d->siz) / uint32_t{kWordBytes}};
}

Defer* DeferListDesign::newdefer(G& g, int32_t siz) {
  const uint32_t pool = deferclass(siz);
  Address address = pool < kPools ? deferpool_[pool] : 0;
  if (address != 0 && runtime_->heap().find(address).start != address) {
    runtime_->fail("throw", "newdefer", "Defer", "a pooled Defer has been freed");
    deferpool_[pool] = address = 0;
  }
  if (address != 0) {
    deferpool_[pool] = record_at<Defer>(address)->link;
  } else {
    const uint32_t rounded = pool < kPools ? pool * 16 : static_cast<uint32_t>(siz);
    address = runtime_->newobject(Defer::kHeaderWords + rounded / kWordBytes, kTypeDefer);
  }
  auto* d = record_at<Defer>(address);
  if (wipes_freed_defers() && !has(Defect::kFreedeferUnwiped) &&
      (d->panic != 0 || d->fn != 0 || d->started != 0)) {
    runtime_->fail("throw", "newdefer", "Defer", "a pooled Defer is not clean");
  }
  d->siz = siz;
  runtime_->store_pointer(address_of(&d->link), g.defer);
  g.defer = address;
  return d;
}

void DeferListDesign::freedefer(G& g, Defer* d) {
  const DeferredCall call = deferred_call(d->address());
  if ((d->panic != 0 && !has(Defect::kStaleDeferPanic)) ||
      (d->fn != 0 && !keeps_fn_of_freed_defers())) {
    runtime_->fail("throw", "freedefer", "Defer", "a Defer is freed with its panic or fn set");
  }
  if (const uint32_t pool = deferclass(d->siz); pool < kPools) {
    wipe(d);
    runtime_->store_pointer(address_of(&d->link), deferpool_[pool]);
    deferpool_[pool] = d->address();
  } else if (!has(Defect::kFreedDeferKeepsLink)) {
    // A frame of an aborted panic or Goexit may still name the record. The record must not keep
    // the records behind it alive.
    runtime_->store_pointer(address_of(&d->link), 0);
  }
  if (Observer* observer = runtime_->observer()) observer->defer_freed(g, call);
}

void DeferListDesign::wipe(Defer* d) {
  if (has(Defect::kFreedeferUnwiped)) {
    d->started = 0;  // the other words keep their values: that is the defect
    return;
  }
  std::memset(d, 0, sizeof *d);
  if (Observer* observer = runtime_->observer()) {
    observer->stored_scalars(d->address(), Defer::kHeaderWords);
  }
}

// panic and fn are cleared first: a frame may still point to the record when it is off the list.
void DeferListDesign::drop(G& g, Defer* d) {
  if (!has(Defect::kStaleDeferPanic)) runtime_->store_pointer(address_of(&d->panic), 0);
  if (!keeps_fn_of_freed_defers()) runtime_->store_pointer(address_of(&d->fn), 0);
  g.defer = d->link;
  freedefer(g, d);
}

void DeferListDesign::deferproc(G& g) {
  // No copy and no collection may happen before the arguments are in the record: no map covers them
  // in the caller's frame.
  const Stkframe frame = frame_at(runtime_->program(), g.sched.pc, g.sched.sp);
  const Word* arguments = at(frame.argp);
  const auto siz = static_cast<int32_t>(arguments[0]);
  Defer* d = newdefer(g, siz);
  runtime_->store_copy(address_of(&d->fn), address_of(arguments + 1), 1);
  runtime_->store_code(address_of(&d->pc), *at(frame.varp));
  runtime_->store_pointer(address_of(&d->argp), frame.argp);
  if (siz != 0) {
    runtime_->store_copy(d->arguments(), address_of(arguments + 2),
                         static_cast<uint32_t>(siz) / kWordBytes);
  }
  g.returned = 0;
  ++runtime_->stats().defers;
  if (Observer* observer = runtime_->observer()) observer->deferred(g, deferred_call(d->address()));
}

Flow DeferListDesign::deferreturn(G& g) {
  if (g.defer == 0) return Flow::kContinue;
  auto* d = record_at<Defer>(g.defer);
  const Stkframe frame = frame_at(runtime_->program(), g.sched.pc, g.sched.sp);
  if (d->argp != frame.argp) return Flow::kContinue;
  if (Observer* observer = runtime_->observer()) {
    observer->defer_started(g, deferred_call(d->address()), DeferRunner::kDeferreturn);
  }
  if (d->siz != 0) {
    runtime_->store_copy(frame.argp, d->arguments(), static_cast<uint32_t>(d->siz) / kWordBytes);
  }
  const Address fn = d->fn;
  drop(g, d);
  Address varp = frame.varp;
  if (has(Defect::kDeferreturnSplits) && !check_stack_in_deferreturn(g, varp)) return Flow::kUnwind;
  if (has(Defect::kDeferreturnPreempted) && !preempt_in_deferreturn(g, varp)) return Flow::kUnwind;
  // As if the frame had called fn instead of deferreturn. fn returns to the call of deferreturn,
  // which is executed again.
  g.sched.sp = varp;
  runtime_->store_code(varp, *at(varp) - 1);
  g.sched.pc = code_pc(runtime_->program().runtime_function(RuntimeFunction::kJmpdefer).entry);
  g.sched.ctxt = fn;
  return Flow::kContinue;
}

bool DeferListDesign::check_stack_in_deferreturn(G& g, Address varp) {
  const Program& program = runtime_->program();
  if (Observer* observer = runtime_->observer()) {
    observer->called(g, program.runtime_function(RuntimeFunction::kDeferreturn));
  }
  const uint64_t number = runtime_->stats().safepoints++;
  if (runtime_->stack_manager().morestack(g, kWordsOfFreedefer, number) == Flow::kUnwind) {
    return false;
  }
  // varp is the address from before a copy.
  if (g.stack.contains(varp)) return true;
  runtime_->fail("bad-dereference", "deferreturn", "argp",
                 "the goroutine is to go on upon a stack that was freed");
  return false;
}

bool DeferListDesign::preempt_in_deferreturn(G& g, Address& varp) {
  const uint64_t distance = g.distance(varp);
  const Program& program = runtime_->program();
  if (Observer* observer = runtime_->observer()) {
    observer->called(g, program.runtime_function(RuntimeFunction::kDeferreturn));
  }
  const uint64_t number = runtime_->stats().safepoints++;
  if (runtime_->safepoint_slow(g, SafepointKind::kOther, number) == Flow::kUnwind) return false;
  varp = g.at_distance(distance);
  return true;
}

void DeferListDesign::goexit0(G& g) {
  g.defer = 0;
  if (!has(Defect::kGoexitKeepsGpanic)) g.panic = 0;
}

void DeferListDesign::clearpools() {
  if (has(Defect::kFreedeferUnwiped)) return;
  for (Address& head : deferpool_) {
    if (has(Defect::kPoolChainPinned)) head = 0;
    // Each link is cut: a frame of an aborted panic may still name a pooled record, and must keep
    // only this record alive.
    while (head != 0) {
      auto* d = record_at<Defer>(head);
      head = d->link;
      runtime_->store_pointer(address_of(&d->link), 0);
    }
  }
}

void DeferListDesign::visit_roots(const G& g, RootVisitor& visitor) {
  visitor.visit(g.defer);
  if (!has(Defect::kFreedeferUnwiped)) return;
  for (const Address& head : deferpool_) visitor.visit(head);
}

}  // namespace stackquake::runtime
