#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COPY_THEN_ADJUST_COPY_THEN_ADJUST_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COPY_THEN_ADJUST_COPY_THEN_ADJUST_H_

// The design of Go 1.4 with another copier. It moves the words first, and then adjusts them on the
// new stack, as Go 1.13 and later do; go1.4 adjusts them on the old stack and moves them last.
// Go 1.13 needs this order because a Defer may lie on the stack there: the list is only right where
// its records have been moved. Here all Defers lie in the heap, as in Go 1.4.
//
//      old stack      new stack       old stack      new stack       old stack      new stack
//   hi +--------+     +--------+      +--------+     +--------+      +--------+     +--------+ hi
//      | p ---+ |  +----- p    |      | p ---+ |     | p ---+ |      | fc fc  |     | p ---+ |
//      | x <--+----+  | x      |      | x <--+ |     | x <--+ |      | fc fc  |     | x <--+ |
//   sp +--------+     +--------+      +--------+     +--------+      | fc fc  |     +--------+ sp
//      | unused |     | fb fb  |      | unused |     | fb fb  |      | fc fc  |     | fb fb  |
//   lo +--------+     +--------+      +--------+     +--------+      +--------+     +--------+ lo
//
//      1. words are moved             2. pointers are adjusted       3. the old stack is freed
//
// In step 2 no address is followed before it has been adjusted: nothing on the old stack is read.
//
//   a record's fn      is adjusted before its arguments: the closure leads to their map, and may be
//                      on the stack. go1.4 does these two in the other order
//   a record's argp    before the walk of the frames, which compares it with their sp
//   G::stack, its sp   before the walk of the frames, which begins there
//   words of a Panic   with the frame of its gopanic; nothing else in the copy reads them
//
// An adjuster that takes notes gets the same words on a stack that was not moved. All addresses
// agree there, too.
//
// The new stack is never empty while pointers are adjusted. So its unused part is filled with fb
// (Poison::kCopying) from the beginning, and fd (kAdjusting) does not occur.
//
// Records, panics, Goexit and walks are those of go1.4, and so are their defects. The copier of
// go1.4 has five more, which are not here:
//
//   onstack-abort-defer, adjustpanics-moved-chain, traceback-walks-panics
//                      could not show: they follow links to the new stack too early, and here the
//                      words are there already
//   nil-defer-copier, closure-on-stack-skips-args
//                      were in the code by which Go's copier found deferred arguments; this copier
//                      leaves that to tracebackdefers

#include <cstdint>
#include <string_view>

#include "runtime_under_test/designs/go1.4/go14.h"

namespace stackquake::runtime {

class CopyThenAdjust : public Go14 {
 public:
  using Go14::Go14;

  std::string_view name() const override { return "copy-then-adjust"; }

  uint64_t copystack(G& g, uint32_t bytes) override;
  void adjust_pointers(G& g, Adjuster& adjuster) override;

 protected:
  virtual void adjustdefers(G& g, Adjuster& adjuster);
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_COPY_THEN_ADJUST_COPY_THEN_ADJUST_H_
