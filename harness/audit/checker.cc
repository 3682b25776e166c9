#include "harness/audit/checker.h"

#include <string>
#include <utility>

#include "harness/audit/observer_pair.h"
#include "runtime_under_test/interpreter_loop.h"

namespace stackquake {

using runtime::Function;
using runtime::G;

Checker::Checker(runtime::Runtime& runtime)
    : runtime_(runtime),
      live_words_(runtime, shadow_),
      reporter_(runtime, shadow_),
      word_audit_(shadow_, live_words_, reporter_),
      heap_audit_(runtime, shadow_, live_words_, reporter_),
      record_audit_(runtime, shadow_, live_words_, reporter_),
      content_audit_(runtime, shadow_, stack_books_, reporter_),
      stack_audit_(runtime, shadow_, stack_books_, reporter_),
      root_agreement_(runtime, shadow_, live_words_, reporter_),
      run_books_(runtime, reporter_),
      interpreter_(std::make_unique<runtime::InterpreterLoop<Checker>>(runtime)) {}

Checker::~Checker() = default;

const runtime::RunResult& Checker::run(const runtime::Program& program,
                                       const runtime::Options& options) {
  begin(program, options);
  return runtime_.run(program, options, this, *interpreter_);
}

const runtime::RunResult& Checker::run(const runtime::Program& program,
                                       const runtime::Options& options, runtime::Observer& beside) {
  ObserverPair<runtime::Observer, Checker> pair(beside, *this);
  runtime::InterpreterLoop<decltype(pair)> loop(runtime_);
  return run(program, options, pair, loop);
}

const runtime::RunResult& Checker::run(const runtime::Program& program,
                                       const runtime::Options& options, runtime::Observer& pair,
                                       runtime::Interpreter& loop) {
  begin(program, options);
  return runtime_.run(program, options, &pair, loop);
}

void Checker::begin(const runtime::Program& program, const runtime::Options& options) {
  if (program.edition == 0 || program.edition != audited_edition_) {
    wrong_map_ = pointer_map_audit_.audit(program);
    audited_edition_ = wrong_map_ ? 0 : program.edition;
  }
  shadow_.reset();
  stack_books_.reset(options.place);
  stack_audit_.reset();
  content_audit_.reset();
  record_audit_.reset();
  root_agreement_.reset();
  run_books_.reset();
}

// ---- Stores ----

void Checker::wrong(Access access, runtime::Address to) {
  std::string where = "runtime";
  if (const G* g = runtime_.scheduler().current();
      g != nullptr && runtime::is_code(runtime_.program(), g->sched.pc)) {
    const runtime::Stkframe frame = runtime::frame_at(runtime_.program(), g->sched.pc, g->sched.sp);
    where = signature_of(*frame.fn);
  }
  switch (access) {
    case Access::kFine:
      return;
    case Access::kFreed:
      return reporter_.other("bad-dereference", where + ":freed object",
                             "a load or store met an object that the collector has freed");
    case Access::kUnowned:
      return reporter_.other(
          "bad-dereference", where + ":nobody's memory",
          "a load or store met memory that no stack and no object owns, as a freed stack");
    case Access::kBeyond:
      return reporter_.other("bad-dereference", where + ":beyond",
                             "a load or store of several words goes on behind the end of a stack "
                             "or an object");
    case Access::kHeapToStack:
      return reporter_.object("heap-to-stack", where, to,
                              "a pointer into a stack was stored in a heap object");
    case Access::kNoTarget:
      return reporter_.object("wrong-pointer", where + ":made", to,
                              "a pointer was made to memory that no stack and no object owns");
  }
}

void Checker::allocated(runtime::Address object, uint32_t words, uint16_t type) {
  run_books_.allocated(words, type);
  heap_audit_.allocated(object, words);
  content_audit_.allocated(object, words);
  shadow_.heap().allocated(object, words, type);
}

// ---- Goroutines and frames ----

void Checker::goroutine_started(const G& g) {
  // A run has a result only once it has begun.
  if (wrong_map_) {
    runtime_.fail(*std::move(wrong_map_));
    wrong_map_.reset();
  }
  shadow_.begin_goroutine(g);
  record_audit_.goroutine_started(g);
  stack_audit_.changed(g);
  stack_audit_.started(g);
}

void Checker::resumed(const G& g) {
  shadow_.set_current(g);
}

void Checker::goroutine_ended(const G& g) {
  record_audit_.goroutine_ended(g);
  shadow_.end_goroutine(g);
}

void Checker::called(const G& g, const Function& function) {
  if (!stack_audit_.has_room(g, function)) return;
  run_books_.called(function);
  GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  goroutine.enter(g, function, shadow_.new_frame_serial());
  // What reflectcall does next, before anything can happen, is to copy the arguments into its
  // frame.
  if (!function.is_wrapper) return;
  goroutine.consume_running_defers();
  stack_audit_.wraps(g, function);
}

void Checker::blocked(const G& /*g*/) {
  run_books_.blocked();
}

void Checker::returning(const G& g, const Function& /*function*/) {
  shadow_.goroutine(g.index).leave(g);
}

// ---- Records ----

void Checker::deferred(const G& g, const runtime::DeferredCall& d) {
  record_audit_.deferred(g, d);
}

void Checker::defer_freed(const G& g, const runtime::DeferredCall& d) {
  record_audit_.defer_freed(g, d);
}

void Checker::defer_started(const G& g, const runtime::DeferredCall& d,
                            runtime::DeferRunner runner) {
  record_audit_.defer_started(g, d, runner);
}

void Checker::panicked(const G& g, const runtime::Unwinding& p) {
  if (p.kind == runtime::UnwindingKind::kPanic) run_books_.unwinding();
  record_audit_.panicked(g, p);
}

void Checker::panic_aborted(const G& g, const runtime::Unwinding& p) {
  record_audit_.panic_aborted(g, p);
}

void Checker::recovered(const G& g, const runtime::Unwinding& p) {
  record_audit_.recovered(g, p);
}

void Checker::resumed_after_recovery(const G& g, const runtime::DeferredCall& d) {
  GoroutineShadow& goroutine = shadow_.goroutine(g.index);
  const ShadowFrame* frame = goroutine.frame_with_sp(goroutine.distance_of(d.frame));
  if (frame != nullptr) goroutine.unwind_to(frame->serial);
}

void Checker::goexit_called(const G& /*g*/) {
  run_books_.unwinding();
}

void Checker::sudog_acquired(const G& /*g*/, const runtime::Sudog& sudog) {
  record_audit_.sudog_acquired(sudog);
}

void Checker::sudog_enqueued(const runtime::Sudog& sudog, const runtime::Waitq& queue) {
  record_audit_.sudog_enqueued(sudog, queue);
}

void Checker::sudog_released(const runtime::Sudog& sudog) {
  record_audit_.sudog_released(sudog);
}

// ---- Copies, collections, safepoints ----

void Checker::ask_if_new(const G& g) {
  shadow_.goroutine(g.index).settle(g);
  if (!root_agreement_.is_new(g)) return;
  record_audit_.lists(g);
  root_agreement_.compare(runtime_.scheduler().goroutine(g.index));
}

void Checker::stack_allocated(const runtime::Stack& stack) {
  stack_audit_.allocated(stack, stack_books_.allocated(stack));
  if (reporter_.silenced()) return;
  stack_books_.was_used() ? content_audit_.reused(stack) : content_audit_.fresh(stack);
}

void Checker::stack_freed(const runtime::Stack& stack) {
  stack_audit_.freed(stack_books_.freed(stack));
}

void Checker::copying_stack(const G& g) {
  shadow_.goroutine(g.index).settle(g);
  if (stack_audit_.stands(g) && record_audit_.can_be_followed(g)) word_audit_.before_copy(g);
  run_books_.copying();
}

void Checker::stack_copied(const G& g, const runtime::StackCopy& copy) {
  run_books_.copied(copy, shadow_.goroutine(g.index).frames().size());
  shadow_.moved(g);
  stack_audit_.changed(g);
  if (reporter_.silenced()) return;
  stack_audit_.copied(g, copy);
  content_audit_.copied(g);
  word_audit_.after_copy(g, copy);
  record_audit_.lists(g);
  record_audit_.some_given_back();
}

void Checker::collecting() {
  for (const auto& g : runtime_.scheduler().goroutines()) {
    if (g->status == runtime::GStatus::kDead) continue;
    shadow_.goroutine(g->index).settle(*g);
    if (!stack_audit_.stands(*g) || !record_audit_.can_be_followed(*g)) return;
  }
  stack_audit_.collecting();
  stack_books_.collecting();
  run_books_.collecting();
}

void Checker::collected(const runtime::Collection& collection) {
  run_books_.collected(collection);
  stack_books_.collected();
  stack_audit_.collected();
  heap_audit_.collected(collection);
  content_audit_.collected(collection);
  record_audit_.given_back();
  for (const auto& g : runtime_.scheduler().goroutines()) {
    if (g->status != runtime::GStatus::kDead) ask_if_new(*g);
  }
}

void Checker::passed_safepoint(const G& g) {
  ask_if_new(g);
}

void Checker::ended(const G* last) {
  if (reporter_.silenced()) return;
  const bool overflowed = runtime_.result().outcome.kind == runtime::OutcomeKind::kOverflow;
  if (overflowed && last != nullptr) stack_audit_.overflowed(*last);
  content_audit_.check();
  for (const auto& g : runtime_.scheduler().goroutines()) {
    if (g->status == runtime::GStatus::kDead || g.get() == last) continue;
    shadow_.goroutine(g->index).settle(*g);
    word_audit_.live(*g);
    record_audit_.lists(*g);
    stack_audit_.changed(*g);
  }
  record_audit_.given_back(last);
  record_audit_.queued();
  run_books_.ended();
}

}  // namespace stackquake
