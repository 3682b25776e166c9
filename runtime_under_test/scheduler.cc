#include "runtime_under_test/scheduler.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

namespace {

// A native stack must not end before the managed one does. The calls that nest deepest are Goexits
// in deferred calls that a Goexit runs: each takes at least 100 bytes of the managed stack and, in
// sanitizer builds, about 5,000 of the native one, hence 64 for 1. kMinNativeBytes is for what runs
// on a fiber without any such call. Only what is used costs memory.
constexpr size_t kNativeBytesPerStackByte = 64;
constexpr size_t kMinNativeBytes = size_t{512} << 10;

// Preemptions come 1 to 16 calls apart, evenly: a nest of a few functions meets some, and most
// calls of a longer one still run undisturbed.
constexpr uint32_t kMaxCallsBetweenPreemptions = 16;

// The queue keeps the entries that were picked, and drops them after so many. So it stays short
// even if it is never empty, and moving the at most kMaxGoroutines entries behind them is rare.
constexpr size_t kMostPicked = size_t{4} * kMaxGoroutines;

// The fuel for a switch between fibers, which takes longer than other instructions.
constexpr uint64_t kStepsPerSwitch = 16;

uint32_t rounded_up(uint32_t bytes, uint32_t at_least) {
  while (bytes < at_least) bytes *= 2;
  return bytes;
}

}  // namespace

void Scheduler::reset(const Options& options) {
  // The usual limit at least, so that most runs use stacks of one size.
  const size_t limit = std::max(options.limit_bytes, Options().limit_bytes);
  native_stacks_.set_bytes(kMinNativeBytes + limit * kNativeBytesPerStackByte);
  free_.clear();
  for (auto& g : gs_) {
    g->status = GStatus::kDead;
    g->stack = {};
    g->defer = g->panic = g->waiting = g->param = 0;
  }
  for (size_t i = gs_.size(); i > 0; --i) free_.push_back(static_cast<uint32_t>(i - 1));
  used_ = 0;
  runnable_.clear();
  first_ = 0;
  current_ = nullptr;
  request_ = {};
  started_ = 0;
  alive_ = 0;
  main_exited_ = false;
  random_state_ = options.seed;
}

uint32_t Scheduler::random(uint32_t bound) {
  if (runtime_.options().seed == 0) return 0;
  // SplitMix64.
  uint64_t z = random_state_ += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return static_cast<uint32_t>(((z ^ z >> 31) >> 32) * bound >> 32);
}

int64_t Scheduler::next_preemption() {
  if (runtime_.options().seed == 0) return std::numeric_limits<int64_t>::max();
  return 1 + random(kMaxCallsBetweenPreemptions);
}

// ---- The loop, on the system context ----

void Scheduler::run() {
  while (!runtime_.finished()) {
    if (current_ == nullptr) current_ = pick();
    if (current_ == nullptr) {
      out_of_goroutines();
      break;
    }
    resume(*current_);
    serve_request();
    if (current_->status != GStatus::kRunning) current_ = nullptr;
  }
  if (Observer* observer = runtime_.observer()) observer->ended(current_);
  end_all();
}

void Scheduler::resume(G& g) {
  g.status = GStatus::kRunning;
  if (Observer* observer = runtime_.observer()) observer->resumed(g);
  if (!g.fiber.running()) g.fiber.start(&Scheduler::entry, this);
  g.fiber.resume();
  if (!g.fiber.running() && !runtime_.finished()) goexit0(g);
}

void Scheduler::serve_request() {
  if (request_.call == nullptr) return;
  const Request request = request_;
  request_ = {};
  request.call(request.argument);
}

G* Scheduler::pick() {
  const auto waiting = static_cast<uint32_t>(runnable_.size() - first_);
  if (waiting == 0) return nullptr;
  std::swap(runnable_[first_], runnable_[first_ + random(waiting)]);
  G* g = gs_[runnable_[first_++]].get();
  if (first_ >= kMostPicked || first_ == runnable_.size()) {
    runnable_.erase(runnable_.begin(), runnable_.begin() + static_cast<ptrdiff_t>(first_));
    first_ = 0;
  }
  return g;
}

void Scheduler::out_of_goroutines() {
  runtime_.finish(main_exited_ && alive_ == 0 ? OutcomeKind::kGoexit : OutcomeKind::kDeadlock);
}

void Scheduler::end_all() {
  for (auto& g : gs_) {
    if (!g->fiber.running()) continue;
    current_ = g.get();
    g->fiber.resume();
  }
  current_ = nullptr;
}

void Scheduler::entry(void* scheduler) {
  auto& self = *static_cast<Scheduler*>(scheduler);
  self.runtime_.interpreter().execute(*self.current_, 0);
}

// ---- On a goroutine's fiber ----

Flow Scheduler::leave(G& g) {
  g.fiber.suspend();
  return runtime_.finished() ? Flow::kUnwind : Flow::kContinue;
}

// Only a running goroutine can wait, let others run, or end. Go checks the status as well.
bool Scheduler::is_running(const G& g, std::string_view where) {
  if (g.status == GStatus::kRunning) return true;
  runtime_.fail("throw", where, "status", "bad g status: a goroutine runs that is marked waiting");
  return false;
}

Flow Scheduler::park(G& g) {
  if (!is_running(g, "park")) return Flow::kUnwind;
  ++runtime_.stats().blocks;
  runtime_.charge(kStepsPerSwitch);
  g.status = GStatus::kWaiting;
  if (Observer* observer = runtime_.observer()) observer->blocked(g);
  return leave(g);
}

void Scheduler::preempt(G& g) {
  g.preempt = true;
  g.stackguard = kStackPreempt;
  runtime_.calls_until_preemption = next_preemption();
}

Flow Scheduler::yield(G& g) {
  if (!is_running(g, "gosched")) return Flow::kUnwind;
  runtime_.charge(kStepsPerSwitch);
  requeue(g);
  return leave(g);
}

Flow Scheduler::goexit1(G& g) {
  if (!is_running(g, "goexit")) return Flow::kUnwind;
  if (g.id == 1) main_exited_ = true;
  g.unwind_to = 0;
  return Flow::kUnwind;
}

Flow Scheduler::returned(G& g) {
  if (!is_running(g, "goexit")) return Flow::kUnwind;
  if (g.id == 1) runtime_.finish(OutcomeKind::kExit);
  g.unwind_to = 0;
  return Flow::kUnwind;
}

// ---- Goroutines begin and end ----

void Scheduler::ready(G& g) {
  if (g.status != GStatus::kWaiting) {
    return runtime_.fail("throw", "ready", "status",
                         "bad g status: a goroutine is readied that does not wait");
  }
  if (Observer* observer = runtime_.observer()) observer->readied(g);
  requeue(g);
}

void Scheduler::requeue(G& g) {
  g.status = GStatus::kRunnable;
  runnable_.push_back(g.index);
}

G& Scheduler::take_g() {
  if (free_.empty()) {
    gs_.push_back(std::make_unique<G>(native_stacks_));
    gs_.back()->index = static_cast<uint32_t>(gs_.size() - 1);
    free_.push_back(gs_.back()->index);
  }
  G& g = *gs_[free_.back()];
  free_.pop_back();
  used_ = std::max<size_t>(used_, g.index + 1);
  return g;
}

void Scheduler::newproc(Address fn, Address arguments, uint32_t siz) {
  if (started_ == kMaxGoroutines) {
    runtime_.finish(OutcomeKind::kFuel);
    return;
  }
  const Options& options = runtime_.options();
  const uint32_t bytes = rounded_up(options.stack_bytes, siz + kWordBytes + kStackGuard);
  if (bytes > options.limit_bytes) {
    runtime_.finish(OutcomeKind::kOverflow);
    return;
  }
  G& g = take_g();
  g.id = ++started_;
  ++alive_;
  ++runtime_.stats().goroutines;
  g.stack = runtime_.stacks().stackalloc(bytes, Poison::kCopying);
  if (runtime_.finished()) return;  // a check does not accept that stack
  g.stackguard = g.stack.lo + kStackGuard;
  // Not reset here: the lists of records. goexit0 of the goroutine that had this G before has done
  // it, as in Go.
  g.preempt = false;
  g.unwind_to = 0;
  g.returned = 0;
  g.sched.sp = g.stack.hi - siz - kWordBytes;
  if (siz != 0) std::memcpy(at(g.sched.sp + kWordBytes), at(arguments), siz);
  const Function& base = runtime_.program().runtime_function(RuntimeFunction::kGoexitBase);
  *at(g.sched.sp) = code_pc(base.entry + 1);
  g.sched.pc = *at(fn);
  g.sched.ctxt = fn;
  runtime_.result().trace_of(g.id);
  if (Observer* observer = runtime_.observer()) {
    observer->goroutine_started(g);
    observer->stored_code(g.sched.sp);
    observer->stored_copy(g.sched.sp + kWordBytes, arguments, siz / kWordBytes);
  }
  requeue(g);
}

void Scheduler::goexit0(G& g) {
  if (Observer* observer = runtime_.observer()) observer->goroutine_ended(g);
  runtime_.design().goexit0(g);
  g.waiting = g.param = 0;
  // Only stacks of the first size are of use to the next goroutine.
  const bool is_dropped = g.stack.bytes() != runtime_.options().stack_bytes &&
                          runtime_.has(Defect::kExitLeaksGrownStack);
  if (!is_dropped) runtime_.stacks().stackfree(g.stack);
  g.stack = {};
  g.status = GStatus::kDead;
  --alive_;
  free_.push_back(g.index);
}

}  // namespace stackquake::runtime
