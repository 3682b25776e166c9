#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_OPTIONS_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_OPTIONS_H_

#include <cstdint>
#include <vector>

namespace stackquake::runtime {

// When the copier is forced. Each of the first four takes in the ones before it.
enum class MovePolicy : uint8_t {
  kNone,
  kPrologue,   // at every prologue that checks the stack: functions, literals, gopanic, Goexit,
               // reflectcall …
  kCall,       // and at every call of a built-in
  kSafepoint,  // and at every other safepoint: allocation, defer, go, channel operation, recover,
               // function exit …
  kAt,         // at the safepoints that Options::move_at lists
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

// Steps of the interpreter that are enough for whatever the oracle sees to its end. Natural copies
// of stacks and allocations cost steps too, by size.
constexpr int64_t kFuel = 10'000'000;

constexpr uint32_t kMinStackBytes = 256;
constexpr uint32_t kMaxInitialStackBytes = 65536;
constexpr uint32_t kMaxStackLimitBytes = uint32_t{16} << 20;

// How one run is to be done. A value: equal options and an equal program give an equal run.
struct Options {
  uint32_t stack_bytes =
      2048;  // of a new goroutine; a power of two, kMinStackBytes to kMaxInitialStackBytes
  uint32_t limit_bytes =
      262144;  // a stack never gets larger; a power of two, stack_bytes to kMaxStackLimitBytes
  MovePolicy move = MovePolicy::kNone;
  GcPolicy gc = GcPolicy::kNone;
  PlacePolicy place = PlacePolicy::kFresh;
  PoisonMode poison = PoisonMode::kFill;
  int64_t fuel = kFuel;           // steps that the run may take
  uint32_t seed = 0;              // the scheduler's
  std::vector<uint64_t> move_at;  // safepoints, counted from 0 over the whole run; ascending
  std::vector<uint64_t> gc_at;

  friend bool operator==(const Options&, const Options&) = default;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_OPTIONS_H_
