#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_ADJUST_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_ADJUST_H_

// The small rewrites that a stack copy consists of, for designs to put together.

#include <cstdint>

#include "runtime_under_test/g.h"
#include "runtime_under_test/runtime.h"
#include "runtime_under_test/stack_allocator.h"
#include "runtime_under_test/traceback.h"

namespace stackquake::runtime {

// Rewrites pointers into `old_stack` so that they point to the same place of a stack that ends at
// `new_hi`. As a visitor of frames it rewrites the mapped words where they lie: Go's adjustframe.
//
// A mapped word that holds a small number or poison is a violation, as in Go.
//
// One that takes notes rewrites nothing and finds nothing wrong: it tells a visitor the words that
// it is handed.
class Adjuster final : public FrameVisitor {
 public:
  Adjuster(Runtime& runtime, Stack old_stack, Address new_hi)
      : runtime_(runtime), old_stack_(old_stack), delta_(new_hi - old_stack.hi) {}

  Adjuster(Runtime& runtime, RootVisitor& notes) : runtime_(runtime), delta_(0), notes_(&notes) {}

  void visit(const Stkframe& frame) override;

  // One word, in managed memory or a register.
  void adjustpointer(Word& word) {
    if (notes_ != nullptr) notes_->visit(word);
    if (!old_stack_.contains(word)) return;
    word += delta_;
    ++words_adjusted_;
  }

  // The closure of a function that stands at its entry.
  void adjustctxt(G& g) {
    if (!runtime_.has(Defect::kCtxtNotAdjusted)) adjustpointer(g.sched.ctxt);
  }

  // Where the channel operation that the goroutine is blocked in reads or writes.
  void adjustsudogs(G& g);

  uint64_t words_adjusted() const { return words_adjusted_; }

 private:
  void use_map_at_return_pc(const Stkframe& frame, FrameMaps& maps) const;
  void leave_words_below_elements(const Stkframe& frame, FrameMaps& maps) const;
  void adjustslot(const Function& function, Word& word);

  Runtime& runtime_;
  Stack old_stack_;
  Word delta_;
  RootVisitor* notes_ = nullptr;
  Address highest_element_ = 0;  // of the sudogs that were adjusted
  uint64_t words_adjusted_ = 0;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_ADJUST_H_
