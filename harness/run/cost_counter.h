#ifndef STACKQUAKE_HARNESS_RUN_COST_COUNTER_H_
#define STACKQUAKE_HARNESS_RUN_COST_COUNTER_H_

// What a run makes a design do, in numbers that do not depend on the machine.

#include <cstdint>

#include "runtime_under_test/observer.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

struct Costs {
#define STACKQUAKE_COST(name) uint64_t name = 0;
#include "harness/run/costs.def"
#undef STACKQUAKE_COST

  friend bool operator==(const Costs&, const Costs&) = default;
};

// Calls visit(name, value) for every count, in the order of costs.def.
template <typename Visit>
void for_each_cost(const Costs& costs, Visit visit) {
#define STACKQUAKE_COST(name) visit(#name, costs.name);
#include "harness/run/costs.def"
#undef STACKQUAKE_COST
}

// Counts the costs of a run. Before a copy and a collection it asks the design for the words that
// it will look at. These walks are not counted themselves.
class CostCounter final : public runtime::Observer {
 public:
  explicit CostCounter(runtime::Runtime& runtime)
      : runtime_(runtime), frames_before_(runtime.frames_visited) {}

  // After the run.
  Costs costs() const;

  void allocated(runtime::Address object, uint32_t words, uint16_t type) override;
  void deferred(const runtime::G& g, const runtime::DeferredCall& d) override;
  void copying_stack(const runtime::G& g) override;
  void stack_copied(const runtime::G& g, const runtime::StackCopy& copy) override;
  void collecting() override;

 private:
  runtime::Runtime& runtime_;
  uint64_t frames_before_;
  Costs costs_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_COST_COUNTER_H_
