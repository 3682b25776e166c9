#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_COLLECTOR_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_COLLECTOR_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime_under_test/design.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/heap.h"
#include "runtime_under_test/traceback.h"

namespace stackquake::runtime {

class Runtime;

// A precise mark-sweep collector. On the system context, with every goroutine at a safepoint:
//
//  1. Pools of records are dropped: what only they held is garbage.
//  2. Each goroutine's stack is shrunk if little of it is in use, then scanned: its live frames and
//     pending deferred calls by the same walks and maps as the copier's, and the pointers in its G.
//  3. What they reach is marked, by the types of the objects, before the next goroutine's turn
//     comes. A pointer into a stack leads nowhere, but is looked at when all else is marked: where
//     several threads mark at once, an address may have been loaded before the stack that it points
//     into is shrunk.
//  4. Stacks that were shrunk away from are freed. Objects that are not marked are poisoned and
//     freed.
//
// A mapped word that points into the heap but to no object, one that holds a small number or
// poison, and a word of an object that points to where nobody's stack is, is a violation.
class Collector final : private RootVisitor, private FrameVisitor {
 public:
  // Collections that neither the program nor the options ask for begin when as much has been
  // allocated since the last one as that has left alive and stacks take: so their time is in
  // proportion to what is allocated, which the program has paid for. They do not begin before
  // kTriggerBytes, and begin at the latest after kMostTriggerBytes, so that garbage never fills the
  // heap.
  static constexpr uint64_t kTriggerBytes = uint64_t{4} << 20;
  static constexpr uint64_t kMostTriggerBytes = uint64_t{64} << 20;

  explicit Collector(Runtime& runtime) : runtime_(runtime) {}

  void reset() { allocated_at_last_ = live_at_last_ = 0; }

  // Whether enough has been allocated for a collection.
  bool due() const;

  // Collects. On the system context. Gives the work that it took, in the units of Runtime::work.
  uint64_t collect();

  // Tells a visitor the words of the goroutine, of its frames and pending deferred calls that a
  // collection begins at, and marks nothing.
  void visit_roots(const G& g, RootVisitor& visitor);

 private:
  void visit(const Word& pointer) override;
  void visit(const Stkframe& frame) override;
  void mark_and_sweep();
  void mark_from_goroutines();
  void drain();
  void look_at_stack_addresses();
  void gather_stacks();
  void scan_object(const Heap::Object& object);
  void scan_conservatively(const Heap::Object& object);
  void invalid(std::string_view word, std::string_view content);

  Runtime& runtime_;
  uint64_t work_ = 0;  // of the collection in progress
  uint64_t allocated_at_last_ = 0;
  uint64_t live_at_last_ = 0;
  std::vector<Heap::Object> marked_;      // marked, and not yet scanned
  std::vector<Address> stack_addresses_;  // in words of objects, and not yet looked at
  std::vector<Stack> stacks_;             // that there are, ascending
  std::vector<Address> freed_;
  RootVisitor* roots_ = this;
  std::string_view holder_;  // the function whose frame is being scanned
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_COLLECTOR_H_
