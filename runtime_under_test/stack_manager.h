#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_STACK_MANAGER_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_STACK_MANAGER_H_

#include <cstdint>

#include "runtime_under_test/g.h"
#include "runtime_under_test/observer.h"

namespace stackquake::runtime {

class Runtime;

// When stacks are copied, and to which size: morestack, newstack, shrinkstack. How is the design's
// business.
class StackManager {
 public:
  explicit StackManager(Runtime& runtime) : runtime_(runtime) {}

  void reset() { forced_bytes_ = 0; }

  // ---- On a goroutine's fiber; they switch to the system context. kUnwind: the run has ended ----

  // A prologue that needs a frame of `frame_words` words has found too little room, or is
  // preempted, or is the safepoint `number` at which something is forced. Afterwards the frame
  // fits.
  Flow morestack(G& g, uint32_t frame_words, uint64_t number);

  // The built-ins of the language: a new place of the same size; room for `words` words more; half
  // the size if at most a quarter is in use. They cost steps by the bytes of the stack and by the
  // frames and records that the copy looks at.
  Flow move(G& g);
  Flow grow(G& g, int64_t words);
  Flow shrink(G& g);

  // ---- On the system context ----

  // Copies to a new place because the options say so, while the allowance for that lasts.
  void force_move(G& g);

  // Halves a stack of which at most a quarter is in use, but never below the size that goroutines
  // begin with. Gives the work of the copy, in the units of Runtime::work.
  uint64_t shrinkstack(G& g);

 private:
  Flow make_room(G& g, uint32_t frame_words, uint64_t number);
  void preempt(G& g);
  void newstack(G& g, uint64_t frame_bytes);
  Flow double_stack(G& g);
  Flow leave_newstack(G& g, uint32_t bytes_before, Flow flow);
  uint64_t copystack(G& g, uint32_t bytes, CopyReason reason);
  bool fits(const G& g, uint64_t bytes) const;

  Runtime& runtime_;
  uint64_t forced_bytes_ = 0;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_STACK_MANAGER_H_
