#ifndef STACKQUAKE_HARNESS_AUDIT_OBSERVER_PAIR_H_
#define STACKQUAKE_HARNESS_AUDIT_OBSERVER_PAIR_H_

#include <cstdint>
#include <type_traits>

#include "runtime_under_test/observer.h"

namespace stackquake {

// Two observers of one run. Each event goes to the first, then to the second, even if the first has
// ended the run. Calls to final classes are inlined. If the static type is Observer itself, the
// observer may be of any class, and gets an event for every instruction.
template <class First = runtime::Observer, class Second = runtime::Observer>
class ObserverPair final : public runtime::Observer {
 public:
  template <class Class>
  static constexpr bool kFollows =
      std::is_same_v<Class, runtime::Observer> || Class::kFollowsInstructions;
  static constexpr bool kFollowsInstructions = kFollows<First> || kFollows<Second>;

  ObserverPair(First& first, Second& second) : first_(first), second_(second) {}

  void executing(const runtime::G& g, const runtime::Gobuf& registers) override {
    both([&](auto& observer) { observer.executing(g, registers); });
  }

  void stored_scalars(runtime::Address to, uint32_t words) override {
    both([&](auto& observer) { observer.stored_scalars(to, words); });
  }
  void stored_code(runtime::Address to) override {
    both([&](auto& observer) { observer.stored_code(to); });
  }
  void stored_pointer(runtime::Address to, runtime::Address target) override {
    both([&](auto& observer) { observer.stored_pointer(to, target); });
  }
  void stored_copy(runtime::Address to, runtime::Address from, uint32_t words) override {
    both([&](auto& observer) { observer.stored_copy(to, from, words); });
  }

  void allocated(runtime::Address object, uint32_t words, uint16_t type) override {
    both([&](auto& observer) { observer.allocated(object, words, type); });
  }
  void goroutine_started(const runtime::G& g) override {
    both([&](auto& observer) { observer.goroutine_started(g); });
  }
  void resumed(const runtime::G& g) override {
    both([&](auto& observer) { observer.resumed(g); });
  }
  void goroutine_ended(const runtime::G& g) override {
    both([&](auto& observer) { observer.goroutine_ended(g); });
  }
  void called(const runtime::G& g, const runtime::Function& function) override {
    both([&](auto& observer) { observer.called(g, function); });
  }
  void returning(const runtime::G& g, const runtime::Function& function) override {
    both([&](auto& observer) { observer.returning(g, function); });
  }
  void deferred(const runtime::G& g, const runtime::DeferredCall& d) override {
    both([&](auto& observer) { observer.deferred(g, d); });
  }
  void defer_freed(const runtime::G& g, const runtime::DeferredCall& d) override {
    both([&](auto& observer) { observer.defer_freed(g, d); });
  }
  void defer_started(const runtime::G& g, const runtime::DeferredCall& d,
                     runtime::DeferRunner runner) override {
    both([&](auto& observer) { observer.defer_started(g, d, runner); });
  }
  void panicked(const runtime::G& g, const runtime::Unwinding& p) override {
    both([&](auto& observer) { observer.panicked(g, p); });
  }
  void panic_aborted(const runtime::G& g, const runtime::Unwinding& p) override {
    both([&](auto& observer) { observer.panic_aborted(g, p); });
  }
  void recovered(const runtime::G& g, const runtime::Unwinding& p) override {
    both([&](auto& observer) { observer.recovered(g, p); });
  }
  void resumed_after_recovery(const runtime::G& g, const runtime::DeferredCall& d) override {
    both([&](auto& observer) { observer.resumed_after_recovery(g, d); });
  }
  void goexit_called(const runtime::G& g) override {
    both([&](auto& observer) { observer.goexit_called(g); });
  }
  void faulted(const runtime::G& g, int64_t code) override {
    both([&](auto& observer) { observer.faulted(g, code); });
  }
  void traced(const runtime::G& g, int64_t value) override {
    both([&](auto& observer) { observer.traced(g, value); });
  }
  void blocked(const runtime::G& g) override {
    both([&](auto& observer) { observer.blocked(g); });
  }
  void readied(const runtime::G& g) override {
    both([&](auto& observer) { observer.readied(g); });
  }
  void sudog_acquired(const runtime::G& g, const runtime::Sudog& sudog) override {
    both([&](auto& observer) { observer.sudog_acquired(g, sudog); });
  }
  void sudog_enqueued(const runtime::Sudog& sudog, const runtime::Waitq& queue) override {
    both([&](auto& observer) { observer.sudog_enqueued(sudog, queue); });
  }
  void sudog_released(const runtime::Sudog& sudog) override {
    both([&](auto& observer) { observer.sudog_released(sudog); });
  }
  void stack_allocated(const runtime::Stack& stack) override {
    both([&](auto& observer) { observer.stack_allocated(stack); });
  }
  void stack_freed(const runtime::Stack& stack) override {
    both([&](auto& observer) { observer.stack_freed(stack); });
  }
  void copying_stack(const runtime::G& g) override {
    both([&](auto& observer) { observer.copying_stack(g); });
  }
  void stack_copied(const runtime::G& g, const runtime::StackCopy& copy) override {
    both([&](auto& observer) { observer.stack_copied(g, copy); });
  }
  void collecting() override {
    both([&](auto& observer) { observer.collecting(); });
  }
  void collected(const runtime::Collection& collection) override {
    both([&](auto& observer) { observer.collected(collection); });
  }
  void safepoint(const runtime::G& g, uint64_t number) override {
    both([&](auto& observer) { observer.safepoint(g, number); });
  }
  void passed_safepoint(const runtime::G& g) override {
    both([&](auto& observer) { observer.passed_safepoint(g); });
  }
  void ended(const runtime::G* last) override {
    both([&](auto& observer) { observer.ended(last); });
  }

 private:
  template <typename Tell>
  void both(Tell tell) {
    tell(first_);
    tell(second_);
  }

  First& first_;
  Second& second_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_OBSERVER_PAIR_H_
