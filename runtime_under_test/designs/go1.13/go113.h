#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_13_GO113_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_13_GO113_H_

// The design of Go 1.13.
//
// A defer statement outside of loops is executed at most once in a call of its function. So the
// compiler reserves the record of the deferred call in the frame, and fills in siz, fn and the
// arguments there; deferprocStack fills in the rest and links the record. Nothing is allocated, and
// no argument is copied. In loops deferproc makes a record in the heap, as in Go 1.4. The list
// weaves through both:
//
//      main's frame     Defer 1 <------------------------.
//      f's frame        Defer 2 --link-------------------'  <--link-- Defer 3, in the heap
//      g's frame                                                         ^
//                                                            G::defer ---'
//
// INVARIANTS, against copy-then-adjust, from which the design derives:
//
// - No map of a frame has the words of a record in it. While the call is pending or runs, copier
// and
//   collector find them by the list, and by nothing else. A record that is off the list must not be
//   used after anything that may copy the stack.
// - G::defer and the links may point into the stack. A copy adjusts a link before it follows it, on
//   the new stack: on the old one nothing is adjusted, and the new one must have been filled.
// - A record in the heap may be reached through one in a frame alone. The collector takes no frame
//   for the record's words, so it visits fn and link of each record in a frame.
// - A record in a frame is given back by zeroing its header. It goes to no pool.
// - A walk does not ask the list which frames continue after a fault. A frame that a fault
//   interrupted continues at its deferreturn if its function defers anything at all. What is live
//   at the deferreturn has been zeroed or set at the function's entry.
//
// Panics, recover and Goexit are those of Go 1.4: a recovery cancels a Goexit.
//
// Records with many words of arguments go to the heap, so that frames stay small; Go has no such
// bound.

#include <string_view>

#include "runtime_under_test/designs/copy-then-adjust/copy_then_adjust.h"

namespace stackquake::runtime {

class Go113 : public CopyThenAdjust {
 public:
  using CopyThenAdjust::CopyThenAdjust;

  std::string_view name() const override { return "go1.13"; }
  DeferLowering defer_lowering() const override { return {.in_frame = true}; }
  bool continues_wherever_it_defers() const override { return true; }

  void deferproc_stack(G& g) override;

  bool gentraceback(const G& g, FrameVisitor& visitor) override;
  void visit_roots(const G& g, RootVisitor& visitor) override;

 protected:
  void freedefer(G& g, Defer* d) override;
  void adjustdefers(G& g, Adjuster& adjuster) override;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_13_GO113_H_
