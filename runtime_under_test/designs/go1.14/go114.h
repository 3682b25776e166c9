#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_14_GO114_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_14_GO114_H_

// The design of Go 1.14 to 1.17: go1.18, whose deferred calls take arguments, as in go1.13.
//
// - The frame of an open-coded call has slots for its arguments, too. They are evaluated by the
//   defer statement and are live for the whole call of the function, as the slot of the closure is:
//
//      f's frame    arguments of the call with bit 1
//                   arguments of the call with bit 0
//                   closure of the call with bit 1
//                   closure of the call with bit 0
//                   bits 11
//
//   The end of the function calls the closure with the arguments. A panic lets reflectcall copy
//   them into its frame. Go copies them into the record first, since they do not lie together
//   there.
// - A Defer in a frame or in the heap has its arguments behind its header, and goes to the pool of
//   its size. deferreturn copies the arguments into the caller's frame, and jumps to the function.
// - reflectcall calls for gopanic, for Goexit, and for a deferreturn that runs an open record. So
//   this deferreturn has a frame, and checks the stack before it takes anything off the list.
//
// What go1.18 says of open records, panics and Goexit holds here, and its defects are those of this
// design, too. Go 1.14 and 1.15 had three of them, which concern the open records that a recovery
// gives back; here this is as in Go 1.16.

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime_under_test/designs/go1.18/go118.h"

namespace stackquake::runtime {

class Go114 : public Go118 {
 public:
  using Go118::Go118;

  std::string_view name() const override { return "go1.14"; }
  std::span<const RuntimeLayout> layouts() const override;
  DeferLowering defer_lowering() const override { return {.in_frame = true, .open_coded = true}; }

  Flow deferreturn(G& g) override;

 protected:
  Flow call(G& g, Address fn, Address arguments, uint32_t siz) override;
  uint16_t run_slot() const override;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_14_GO114_H_
