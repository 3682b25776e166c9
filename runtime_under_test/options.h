#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_OPTIONS_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_OPTIONS_H_

#include <cstdint>
#include <vector>

namespace stackquake::runtime {

// When the copier is forced. Each of the first four includes those before it.
enum class MovePolicy : uint8_t {
  kNone,
  kPrologue,   // every prologue that checks the stack: functions, literals, gopanic, Goexit, …
  kCall,       // every call of a built-in
  kSafepoint,  // every safepoint: allocation, defer, go, channel operation, recover, return, …
  kAt,         // the safepoints that Options::move_at lists
};

// When the collector is forced.
enum class GcPolicy : uint8_t {
  kNone,
  kAlloc,      // at every allocation
  kSafepoint,  // at every safepoint
  kAt,         // at the safepoints that Options::gc_at lists
};

// What becomes of a freed stack's memory.
enum class PlacePolicy : uint8_t {
  kFresh,  // waits in a quarantine, so that a stale pointer meets poison rather than another stack
  kReuse,  // is handed out again at once
};

// What is done to memory that no pointer should reach any more, and to a new stack before its words
// are there.
enum class PoisonMode : uint8_t {
  kNone,
  kFill,     // filled with a pattern that says why the word is dead
  kAsan,     // and ASan-poisoned; sanitizer builds only
  kProtect,  // and old stacks made inaccessible
};

// Fuel is counted in steps. A run that has used its fuel ends with the outcome `fuel`. It costs
//
//      an instruction                  1 step
//      an allocation                   4, and 1 for every 4 words
//      a copy of an array, of          1 for every 8 words
//      arguments
//      a copy of a stack               32, 1 for every 256 bytes of the new stack, and 1 for each
//                                      frame, deferred call, waiting sudog and word of a deferred
//                                      call's arguments that the copy looks at
//      a walk: frames()                1 for every 2 frames and deferred calls
//      runtime.GC()                    32, 1 for every 64 bytes of heap and stacks in use, and 1
//                                      for each frame, deferred call, goroutine and object, and
//                                      for every 4 words of objects, that the collection looks at
//      a select                        1 for each case, 5 where it has to wait
//      a panic or a Goexit             64
//      a switch to another goroutine,  16
//      to wait or by Gosched
//
// so that no run takes long, whatever its nest does: under every check and in a sanitizer build a
// step takes less than half a microsecond. Copies and collections that the options force cost no
// fuel, but have an allowance; a program behaves alike with and without them. Neither do
// collections that the runtime begins by itself: allocations pay for them.
//
// This much is enough for whatever the oracle sees to its end.
constexpr int64_t kFuel = 10'000'000;

constexpr uint32_t kMinStackBytes = 256;
constexpr uint32_t kMaxInitialStackBytes = 65536;
constexpr uint32_t kMaxStackLimitBytes = uint32_t{16} << 20;

// How one run is to be done. A value: equal options and an equal program give an equal run.
struct Options {
  // Of a new goroutine's stack: a power of two from kMinStackBytes to kMaxInitialStackBytes.
  uint32_t stack_bytes = 2048;

  // That no stack passes: a power of two from stack_bytes to kMaxStackLimitBytes.
  uint32_t limit_bytes = 262144;

  MovePolicy move = MovePolicy::kNone;
  GcPolicy gc = GcPolicy::kNone;
  PlacePolicy place = PlacePolicy::kFresh;
  PoisonMode poison = PoisonMode::kFill;
  int64_t fuel = kFuel;  // steps that the run may take
  uint32_t seed = 0;     // the scheduler's; 0: goroutines run in turn, and none is preempted

  // Safepoints of kAt, counted from 0 over the whole run; ascending.
  std::vector<uint64_t> move_at;
  std::vector<uint64_t> gc_at;

  friend bool operator==(const Options&, const Options&) = default;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_OPTIONS_H_
