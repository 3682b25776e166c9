#ifndef STACKQUAKE_HARNESS_AUDIT_SHADOW_TESTING_H_
#define STACKQUAKE_HARNESS_AUDIT_SHADOW_TESTING_H_

// Goroutines made by hand, for tests of the shadow. They have registers and bounds, but no stack.

#include "runtime_under_test/code.h"
#include "runtime_under_test/fiber.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/memory.h"

namespace stackquake {

struct HandMadeGoroutine {
  static constexpr uint32_t kStackWords = 64;

  // The first stack lies at kStackBase, each `place` one stack's size higher.
  explicit HandMadeGoroutine(uint32_t index = 0, uint32_t place = 0) {
    g.index = index;
    g.id = index + 1;
    put(place);
  }

  void put(uint32_t place) {
    constexpr uint64_t kBytes = uint64_t{kStackWords} * runtime::kWordBytes;
    const uint64_t used = g.stack.hi - g.sched.sp;
    g.stack = {runtime::kStackBase + place * kBytes, runtime::kStackBase + (place + 1) * kBytes};
    g.sched.sp = g.stack.hi - used;
  }

  // The word that lies so many words below the high end.
  runtime::Address at(uint32_t distance) const {
    return g.stack.hi - runtime::Address{distance} * runtime::kWordBytes;
  }
  void set_sp(uint32_t distance) { g.sched.sp = at(distance); }

  runtime::NativeStackPool pool;
  runtime::G g{pool};
};

inline runtime::Function function_of(uint16_t frame_words) {
  runtime::Function function;
  function.name = "f";
  function.frame_words = frame_words;
  return function;
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_SHADOW_TESTING_H_
