#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_INTERPRETER_LOOP_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_INTERPRETER_LOOP_H_

// The interpreter's loop, as a template over the class of the observer. Include it to give an
// observer of your own a loop in which the calls to the observer are inlined:
//
//   class Shadow final : public Observer { … };
//   InterpreterLoop<Shadow> loop(runtime);
//   runtime.run(program, options, &shadow, loop);

#include "runtime_under_test/code.h"
#include "runtime_under_test/interpreter.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

template <class ObserverType>
class InterpreterLoop final : public Interpreter {
 public:
  explicit InterpreterLoop(Runtime& runtime) : runtime_(runtime) {}

  Flow execute(G& g, uint64_t base) override;

 private:
  // A copy of many words counts one step per so many words.
  static constexpr uint32_t kWordsPerStep = 8;

  static constexpr bool kWatched = ObserverType::kEnabled;

  ObserverType& watcher() { return *static_cast<ObserverType*>(runtime_.observer()); }

  void follow(const G& g, const Gobuf& registers) {
    if constexpr (ObserverType::kFollowsInstructions) watcher().executing(g, registers);
  }
  void wrote_scalars(const Word* to, uint32_t words = 1) {
    if constexpr (kWatched) watcher().stored_scalars(address_of(to), words);
  }
  void wrote_pointer(const Word* to) {
    if constexpr (kWatched) watcher().stored_pointer(address_of(to), *to);
  }
  void wrote_code(const Word* to) {
    if constexpr (kWatched) watcher().stored_code(address_of(to));
  }
  void wrote_copy(const Word* to, const Word* from, uint32_t words = 1) {
    if constexpr (kWatched) watcher().stored_copy(address_of(to), address_of(from), words);
  }

  // Whether the program may touch the word.
  bool accessible(Address address) {
    if (!in_managed_memory(address)) return false;
    switch (runtime_.options().poison) {
      case PoisonMode::kNone:
      case PoisonMode::kFill:
        return true;
      case PoisonMode::kAsan:
        return !is_poisoned_for_sanitizer(address);
      case PoisonMode::kProtect:
        return !in_stacks(address) || runtime_.stacks().accessible(address);
    }
    return false;
  }
  bool accessible(Address address, uint32_t words) {
    return accessible(address) && accessible(address + Address{words - 1} * kWordBytes);
  }

  // Whether a frame may return through the word at `sp`: it lies on the stack and holds a pc.
  bool returns_to_code(const G& g, const Word* sp) const {
    return g.stack.contains(address_of(sp)) && is_code(runtime_.program(), *sp);
  }

  // Whether a closure that may be called lies at the address.
  bool is_closure(Address address) {
    return accessible(address) && is_code(runtime_.program(), *at(address));
  }

  // Copies the whole argument block of the called function back, not only its results. `arguments`
  // are the arguments to reflectcall.
  void write_back(const Word* frame, const Word* arguments) {
    const auto words = static_cast<uint32_t>(arguments[2] / kWordBytes);
    if (words != 0) runtime_.store_copy(arguments[1], address_of(frame), words);
  }

  static int64_t at_slot(const G& g, uint16_t slot) {
    return static_cast<int64_t>(*at(g.slot_address(slot)));
  }

  Runtime& runtime_;
};

}  // namespace stackquake::runtime

#include "runtime_under_test/interpreter_execute.h"  // IWYU pragma: keep

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_INTERPRETER_LOOP_H_
