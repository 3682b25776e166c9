#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_SCHEDULER_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_SCHEDULER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "runtime_under_test/check.h"
#include "runtime_under_test/fiber.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/options.h"

namespace stackquake::runtime {

class Runtime;

// Owns the goroutines, and chooses which of them runs.
//
// One goroutine runs at a time, on its fiber. The loop that chooses it, and all work that may move
// stacks, run on the system context, as on Go's g0. With seed 0 goroutines run in the order in
// which they became runnable, until they block. Any other seed begins a random sequence, by which
// the scheduler chooses among the runnable goroutines and preempts them at prologues.
class Scheduler {
 public:
  explicit Scheduler(Runtime& runtime) : runtime_(runtime) {}

  // Forgets the last run, which must have ended: all fibers have returned.
  void reset(const Options& options);

  // Runs goroutines until the run is finished, then lets all remaining fibers return.
  void run();

  // Makes a goroutine that calls the closure `fn` with a copy of `siz` bytes of arguments, and
  // readies it. Ends the run if it has started kMaxGoroutines already.
  void newproc(Address fn, Address arguments, uint32_t siz);

  // ---- On a goroutine's fiber. kUnwind: the run has ended in the meantime ----

  // Runs `work()` on the system context. The goroutine continues afterwards, unless `work` has
  // changed its status.
  template <typename Work>
  Flow systemstack(G& g, Work&& work) {
    request_.argument = &work;
    request_.call = [](void* argument) {
      (*static_cast<std::remove_reference_t<Work>*>(argument))();
    };
    return leave(g);
  }

  // Waits until ready(g).
  Flow park(G& g);

  // Lets others run first: Gosched.
  Flow yield(G& g);

  // The goroutine stands at a prologue that is to be preempted: lets others run first.
  void preempt(G& g);

  // The goroutine has called Goexit, and its deferred calls have run: ends it. Always kUnwind.
  Flow goexit1(G& g);

  // The goroutine's function has returned: ends it, and the run if it is main's. Always kUnwind.
  Flow returned(G& g);

  // ---- On any context ----

  // A waiting goroutine may run again.
  void ready(G& g);

  // A runnable goroutine that is preempted goes to the end of the queue. On the system context.
  void requeue(G& g);

  // A number below `bound` from the seed's sequence; 0 with seed 0.
  uint32_t random(uint32_t bound);

  // The number of calls of the program's functions up to the next preemption, which comes at the
  // last of them; INT64_MAX if no preemption will come.
  int64_t next_preemption();

  // All goroutines of the run, dead ones included, by G::index.
  std::span<const std::unique_ptr<G>> goroutines() const { return {gs_.data(), used_}; }
  G& goroutine(Word index) {
    STACKQUAKE_CHECK(index < gs_.size());
    return *gs_[index];
  }
  G* current() { return current_; }

 private:
  struct Request {
    void (*call)(void*) = nullptr;
    void* argument = nullptr;
  };

  Flow leave(G& g);
  bool is_running(const G& g, std::string_view where);
  void serve_request();
  G* pick();
  void out_of_goroutines();
  void resume(G& g);
  void end_all();
  G& take_g();
  void goexit0(G& g);
  static void entry(void* scheduler);

  Runtime& runtime_;
  NativeStackPool native_stacks_;
  std::vector<std::unique_ptr<G>> gs_;
  size_t used_ = 0;                 // of gs_: the others are left from earlier runs
  std::vector<uint32_t> free_;      // dead goroutines; the one that ended last is reused first
  std::vector<uint32_t> runnable_;  // a queue: from first_ on
  size_t first_ = 0;
  G* current_ = nullptr;
  Request request_;
  uint32_t started_ = 0;
  uint32_t alive_ = 0;
  bool main_exited_ = false;
  uint64_t random_state_ = 0;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_SCHEDULER_H_
