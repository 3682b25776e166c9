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
//  1. pools of records are dropped: what only they held is garbage;
//  2. each goroutine's stack is shrunk if little of it is in use, then scanned: its live frames and
//  pending deferred
//     calls by the same walks and maps as the copier's, and the pointers in its G;
//  3. what they reach is marked, by the types of the objects, before the next goroutine's turn
//  comes. A pointer into a stack leads nowhere, but is looked at when all else is marked: where
//  several mark at once, an address may have been loaded before the stack that it points into is
//  shrunk;
//  4. stacks that were shrunk away from are freed, and so is, and poisoned, what is not marked.
//
// A mapped word that points into the heap but to no object, one that holds a small number or
// poison, and a word of an object that points to where nobody's stack is, is a violation.
class Collector final : private RootVisitor, private FrameVisitor {
 public:
  // Collections that nobody forces begin when this much has been allocated since the last one, in
  // bytes.
  static constexpr uint64_t kTriggerBytes = uint64_t{4} << 20;

  explicit Collector(Runtime& runtime) : runtime_(runtime) {}

  void reset() { allocated_at_last_ = 0; }

  // Whether enough has been allocated for a collection.
  bool due() const;

  // Collects. On the system context.
  void collect();

  // Tells a visitor the words of the goroutine, of its frames and pending deferred calls that a
  // collection begins at, and marks nothing.
  void visit_roots(const G& g, RootVisitor& visitor);

 private:
  void visit(const Word& pointer) override;
  void visit(const Stkframe& frame) override;
  void mark_from_goroutines();
  void drain();
  void look_at_stack_addresses();
  bool is_on_a_stack(Address address) const;
  void scan_object(const Heap::Object& object);
  void scan_conservatively(const Heap::Object& object);
  void invalid(std::string_view word, std::string_view content);

  Runtime& runtime_;
  uint64_t allocated_at_last_ = 0;
  std::vector<Heap::Object> marked_;      // marked, and not yet scanned
  std::vector<Address> stack_addresses_;  // in words of objects, and not yet looked at
  std::vector<Address> freed_;
  RootVisitor* roots_ = this;
  std::string_view holder_;  // the function whose frame is being scanned
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_COLLECTOR_H_
