#include <cstddef>
#include <cstring>

#include "runtime_under_test/designs/common/defer_list_design.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

const PanicLayout& DeferListDesign::panic_layout() const {
  static constexpr std::string_view kNames[] = {"argp", "type of arg", "arg",
                                                "link", "recovered",   "aborted"};
  static_assert(std::size(kNames) == Panic::kWords);
  static constexpr PanicLayout kLayout{
      .names = kNames,
      .argp = offsetof(Panic, argp) / kWordBytes,
      .data = (offsetof(Panic, arg) + offsetof(Any, data)) / kWordBytes,
      .link = offsetof(Panic, link) / kWordBytes,
  };
  return kLayout;
}

Unwinding DeferListDesign::unwinding(Address record) const {
  const auto* p = record_at<const Panic>(record);
  return {.record = record,
          .value = p->arg,
          .argp = p->argp,
          .link = p->link,
          .recovered = p->recovered != 0,
          .aborted = p->aborted != 0};
}

Panic* DeferListDesign::begin_panic(G& g, Address panic) {
  const Stkframe frame = frame_at(runtime_->program(), g.sched.pc, g.sched.sp);
  auto* p = record_at<Panic>(panic);
  std::memset(p, 0, sizeof *p);
  if (Observer* observer = runtime_->observer()) {
    observer->stored_scalars(address_of(p), Panic::kWords);
  }
  runtime_->store_copy(address_of(&p->arg), frame.argp, 2);
  runtime_->store_pointer(address_of(&p->link), g.panic);
  g.panic = address_of(p);
  ++runtime_->stats().panics;
  if (Observer* observer = runtime_->observer()) observer->panicked(g, unwinding(address_of(p)));
  return p;
}

bool DeferListDesign::names_panic(const G& g, const Defer& d) {
  if (g.stack.contains(d.panic) && d.panic % kWordBytes == 0) return true;
  runtime_->fail("bad-dereference", "gopanic", "Defer.panic",
                 "the panic of a Defer is no Panic of the goroutine");
  return false;
}

// With the result 1 of deferproc the function goes to its epilogue.
void DeferListDesign::recovery(G& g, Panic* p, Word pc, Address argp) {
  g.panic = p->link;
  while (g.panic != 0 && record_at<Panic>(g.panic)->aborted != 0 &&
         !has(Defect::kAbortedPanicLinked)) {
    g.panic = record_at<Panic>(g.panic)->link;
  }
  if (!g.stack.contains(argp)) {
    runtime_->fail("throw", "recovery", "argp", "bad recovery: argp is not on the stack");
    return;
  }
  g.sched = {pc, argp, 0};
  g.returned = has(Defect::kRecoveryReentersBody) ? 0 : 1;
  g.unwind_to = g.distance(argp);
}

Any DeferListDesign::gorecover(G& g, Address argp) {
  if (g.panic == 0) return {};
  auto* p = record_at<Panic>(g.panic);
  if (p->recovered != 0 && !has(Defect::kRecoverTwice)) return {};
  if (p->argp != argp) return {};
  p->recovered = 1;
  ++runtime_->stats().recovers;
  if (Observer* observer = runtime_->observer()) observer->recovered(g, unwinding(address_of(p)));
  return p->arg;
}

void DeferListDesign::enter_wrapper(G& g, Address argp, Address callee_argp) {
  if (g.panic == 0) return;
  auto* p = record_at<Panic>(g.panic);
  if (p->argp == argp) runtime_->store_pointer(address_of(&p->argp), callee_argp);
}

// ---- The dabort, a Defer in gopanic's frame ----

void DeferListDesign::make_dabort(Address dabort, Address panic) {
  auto* d = record_at<Defer>(dabort);
  *d = {.siz = kWordBytes, .argp = kNoArgs};
  if (Observer* observer = runtime_->observer()) {
    observer->stored_scalars(dabort, Defer::kHeaderWords);
  }
  const auto abortpanic = static_cast<uint32_t>(RuntimeFunction::kAbortpanic);
  runtime_->store_pointer(address_of(&d->fn), static_funcval(abortpanic));
  runtime_->store_pointer(d->arguments(), panic);
}

void DeferListDesign::push_dabort(G& g, Defer* dabort) {
  runtime_->store_pointer(address_of(&dabort->link), g.defer);
  g.defer = dabort->address();
  if (Observer* observer = runtime_->observer())
    observer->deferred(g, deferred_call(dabort->address()));
}

}  // namespace stackquake::runtime
