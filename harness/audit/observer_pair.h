#ifndef STACKQUAKE_HARNESS_AUDIT_OBSERVER_PAIR_H_
#define STACKQUAKE_HARNESS_AUDIT_OBSERVER_PAIR_H_

#include "runtime_under_test/observer.h"

namespace stackquake {

// Two observers of one run. Each event is told to the first, then to the second, also where the
// first has ended the run. Both are told of every instruction.
class ObserverPair final : public runtime::Observer {
 public:
  static constexpr bool kFollowsInstructions = true;

  ObserverPair(runtime::Observer& first, runtime::Observer& second)
      : first_(first), second_(second) {}

#define STACKQUAKE_BOTH(call) \
  {                           \
    first_.call;              \
    second_.call;             \
  }

  void executing(const runtime::G& g, const runtime::Gobuf& registers) override
      STACKQUAKE_BOTH(executing(g, registers))

          void stored_scalars(runtime::Address to, uint32_t words) override
      STACKQUAKE_BOTH(stored_scalars(to, words)) void stored_code(runtime::Address to) override
      STACKQUAKE_BOTH(stored_code(to)) void stored_pointer(runtime::Address to,
                                                           runtime::Address target) override
      STACKQUAKE_BOTH(stored_pointer(to, target)) void stored_copy(runtime::Address to,
                                                                   runtime::Address from,
                                                                   uint32_t words) override
      STACKQUAKE_BOTH(stored_copy(to, from, words))

          void allocated(runtime::Address object, uint32_t words, uint16_t type) override
      STACKQUAKE_BOTH(allocated(object, words,
                                type)) void goroutine_started(const runtime::G& g) override
      STACKQUAKE_BOTH(goroutine_started(g)) void resumed(const runtime::G& g) override
      STACKQUAKE_BOTH(resumed(g)) void goroutine_ended(const runtime::G& g) override
      STACKQUAKE_BOTH(goroutine_ended(g)) void called(const runtime::G& g,
                                                      const runtime::Function& function) override
      STACKQUAKE_BOTH(called(g,
                             function)) void returning(const runtime::G& g,
                                                       const runtime::Function& function) override
      STACKQUAKE_BOTH(returning(g, function)) void deferred(const runtime::G& g,
                                                            const runtime::Defer& d) override
      STACKQUAKE_BOTH(deferred(g, d)) void defer_freed(const runtime::G& g,
                                                       const runtime::Defer& d) override
      STACKQUAKE_BOTH(defer_freed(g, d)) void defer_started(const runtime::G& g,
                                                            const runtime::Defer& d,
                                                            runtime::DeferRunner runner) override
      STACKQUAKE_BOTH(defer_started(g, d, runner)) void panicked(const runtime::G& g,
                                                                 const runtime::Panic& p) override
      STACKQUAKE_BOTH(panicked(g, p)) void panic_aborted(const runtime::G& g,
                                                         const runtime::Panic& p) override
      STACKQUAKE_BOTH(panic_aborted(g, p)) void recovered(const runtime::G& g,
                                                          const runtime::Panic& p) override
      STACKQUAKE_BOTH(recovered(g, p)) void resumed_after_recovery(const runtime::G& g,
                                                                   const runtime::Defer& d) override
      STACKQUAKE_BOTH(resumed_after_recovery(g, d)) void goexit_called(const runtime::G& g) override
      STACKQUAKE_BOTH(goexit_called(g)) void faulted(const runtime::G& g, int64_t code) override
      STACKQUAKE_BOTH(faulted(g, code)) void traced(const runtime::G& g, int64_t value) override
      STACKQUAKE_BOTH(traced(g, value)) void blocked(const runtime::G& g) override
      STACKQUAKE_BOTH(blocked(g)) void readied(const runtime::G& g) override
      STACKQUAKE_BOTH(readied(g)) void sudog_acquired(const runtime::G& g,
                                                      const runtime::Sudog& sudog) override
      STACKQUAKE_BOTH(sudog_acquired(g, sudog)) void sudog_released(
          const runtime::Sudog& sudog) override
      STACKQUAKE_BOTH(sudog_released(sudog)) void copying_stack(const runtime::G& g) override
      STACKQUAKE_BOTH(copying_stack(g)) void stack_copied(const runtime::G& g,
                                                          const runtime::StackCopy& copy) override
      STACKQUAKE_BOTH(stack_copied(g, copy)) void collecting() override
      STACKQUAKE_BOTH(collecting()) void collected(const runtime::Collection& collection) override
      STACKQUAKE_BOTH(collected(collection)) void safepoint(const runtime::G& g,
                                                            uint64_t number) override
      STACKQUAKE_BOTH(safepoint(g, number)) void passed_safepoint(const runtime::G& g) override
      STACKQUAKE_BOTH(passed_safepoint(g)) void ended(const runtime::G* last) override
      STACKQUAKE_BOTH(ended(last))

#undef STACKQUAKE_BOTH

          private : runtime::Observer& first_;
  runtime::Observer& second_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_OBSERVER_PAIR_H_
