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
//  3. what they reach is marked, by the types of the objects; a pointer into a stack leads nowhere;
//  4. what is not marked is freed and poisoned.
//
// A mapped word that points into the heap but to no object, and one that holds a small number or
// poison, is a violation.
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
  void drain();
  void scan_object(const Heap::Object& object);
  void scan_conservatively(const Heap::Object& object);
  void invalid(std::string_view word, std::string_view content);

  Runtime& runtime_;
  uint64_t allocated_at_last_ = 0;
  std::vector<Heap::Object> marked_;  // marked, and not yet scanned
  std::vector<Address> freed_;
  RootVisitor* roots_ = this;
  std::string_view holder_;  // the function whose frame is being scanned
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_COLLECTOR_H_
