#include <algorithm>

#include "harness/oracle/evaluator.h"

namespace stackquake::oracle {

namespace {

// The words of stack, roughly, that a runtime's own functions take for a panic or a Goexit.
constexpr uint32_t kUnwindingWords = 24;

// A runtime stores the value of a panic in the heap.
constexpr uint64_t kPanicHeapWords = 1;

}  // namespace

void Evaluator::panic(Value value) {
  if (value.first == kNilAny) return finish(Kind::kNilpanic);
  push_unwinding({.value = value});
}

void Evaluator::goexit() {
  push_unwinding({.is_goexit = true});
}

void Evaluator::push_unwinding(Unwinding unwinding) {
  unwinding.depth = static_cast<uint32_t>(running_->activations.size());
  running_->unwindings.push_back(unwinding);
  running_->unwinds = true;
  allocated_words_ += kPanicHeapWords;
  charge(kUnwindingWords);
  take_words(kUnwindingWords);
}

void Evaluator::pop_unwinding() {
  running_->unwindings.pop_back();
  give_words_back(kUnwindingWords);
}

// ---- Running deferred calls ----

// Lets the newest panic or Goexit handle the next deferred call.
void Evaluator::unwind() {
  Goroutine& goroutine = *running_;
  if (goroutine.deferred.empty()) return out_of_deferred_calls();
  const Deferred& newest = goroutine.deferred.back();
  if (newest.started_by == kNoUnwinding) return run_newest_deferred();
  // An older panic or Goexit was running this call and will not go on: the call has led here.
  goroutine.unwindings[newest.started_by].aborted = true;
  goroutine.deferred.pop_back();
}

// The call stays in the list until it returns. Only then is it known who ran it to its end.
void Evaluator::run_newest_deferred() {
  Goroutine& goroutine = *running_;
  const auto runner = static_cast<uint32_t>(goroutine.unwindings.size() - 1);
  const bool may_recover = !goroutine.unwindings.back().is_goexit;
  Deferred& newest = goroutine.deferred.back();
  newest.started_by = runner;
  goroutine.unwinds = newest.is_builtin;
  note(OracleEvent::kDeferredByUnwinding);
  run_deferred(newest, Return::kToUnwinding, may_recover ? runner : kNoUnwinding);
  if (fault_ != kNoError) {
    note(OracleEvent::kNilDeferredCall);
    push_unwinding({.value = error_any(fault_)});
    fault_ = kNoError;
  } else if (newest.is_builtin) {
    goroutine.deferred.pop_back();
  }
}

void Evaluator::deferred_call_returned() {
  const uint32_t owner = running_->deferred.back().owner;
  running_->deferred.pop_back();
  if (running_->unwindings.back().recovered) {
    resume_after_recovery(owner);
  } else {
    running_->unwinds = true;
  }
}

// Called when the newest panic or Goexit has no deferred calls left.
void Evaluator::out_of_deferred_calls() {
  if (running_->unwindings.back().is_goexit) {
    if (running_->number == 1) main_has_exited_ = true;
    return end_running();
  }
  for (const Unwinding& one : running_->unwindings) {
    if (one.is_goexit || one.forgotten) continue;
    result_.outcome.chain.push_back({to_int(one.value.second), one.recovered});
  }
  finish(Kind::kPanic);
}

// ---- Recovery ----

// Only a function that was deferred and that a panic itself has called may recover that panic.
Value Evaluator::recover() {
  const uint32_t runner = running_->top().runner;
  if (runner == kNoUnwinding) {
    if (is_below_call_of_panic()) note(OracleEvent::kRecoverTooDeep);
    return {};
  }
  Unwinding& panic = running_->unwindings[runner];
  if (panic.recovered) return {};
  panic.recovered = true;
  if (std::ranges::any_of(running_->unwindings, &Unwinding::is_goexit)) {
    note(OracleEvent::kRecoveredDuringGoexit);
  }
  return panic.value;
}

bool Evaluator::is_below_call_of_panic() const {
  const Goroutine& goroutine = *running_;
  return std::ranges::any_of(goroutine.activations, [&](const Activation& activation) {
    return activation.runner != kNoUnwinding && !goroutine.unwindings[activation.runner].recovered;
  });
}

// The newest panic was recovered in a call that `owner` had deferred, so `owner` returns next. All
// panics and Goexits that began above it are over, with one exception: at the modern level a Goexit
// goes on instead.
void Evaluator::resume_after_recovery(uint32_t owner) {
  std::vector<Unwinding>& unwindings = running_->unwindings;
  while (!unwindings.empty() && unwindings.back().depth > owner) {
    if (options_.level == Level::kModern && unwindings.back().is_goexit) {
      note(OracleEvent::kGoexitResumed);
      cut_back(unwindings.back().depth);
      running_->unwinds = true;
      return;
    }
    pop_unwinding();
  }
  if (options_.level == Level::kGo14) forget_aborted();
  cut_back(owner + 1);
  leave_blocks();
  const Variable* result = frame_->plan->function->result;
  if (result != nullptr && !result->name.empty()) note(OracleEvent::kRecoveredWithResult);
}

// A Goexit that has aborted panics goes on. Go 1.4 removes such panics from its list only when a
// recovery finds them there.
void Evaluator::forget_aborted() {
  std::vector<Unwinding>& unwindings = running_->unwindings;
  for (size_t i = unwindings.size(); i-- > 0;) {
    if (unwindings[i].is_goexit) continue;
    if (!unwindings[i].aborted) return;
    unwindings[i].forgotten = true;
  }
}

}  // namespace stackquake::oracle
