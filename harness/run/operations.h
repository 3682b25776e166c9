#ifndef STACKQUAKE_HARNESS_RUN_OPERATIONS_H_
#define STACKQUAKE_HARNESS_RUN_OPERATIONS_H_

// The operations by whose cost designs are compared: calls, deferred calls, panics, copies, …
//
// An operation is described once, as a piece of Go. Two programs are made from it: a nest, for the
// designs of the reference runtime, and a part of a benchmark for real Go toolchains. So both do
// the same. The piece has a function
//
//     func operate(times int)
//
// which does the operation `times` times. Of the built-ins of nests it uses move and frames alone,
// which the benchmark for Go has, too.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace stackquake {

struct TimedOperation {
  std::string_view name;  // "panic_at_depth"; stays as it is, because runs are compared by it
  std::string_view description;  // "a panic that is recovered N frames further out"
  std::string_view unit;         // what N counts; "" where there is one size only
  std::span<const int64_t> sizes;

  // How the cost of one operation should grow with N: "1" or "N".
  std::string_view complexity;

  // A goroutine is started for each operation. A run may start about a thousand of them.
  bool starts_goroutines = false;

  // It copies a stack, and nothing else of note: a memcpy of the same words is its limit.
  bool is_copy = false;

  std::string (*functions)(int64_t size);
};

// All of them. Views are valid for ever.
std::span<const TimedOperation> all_operations();

// The nest that does an operation of this size so many times.
std::string nest_of(const TimedOperation& operation, int64_t size, int64_t times);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_OPERATIONS_H_
