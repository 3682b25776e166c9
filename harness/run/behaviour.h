#ifndef STACKQUAKE_HARNESS_RUN_BEHAVIOUR_H_
#define STACKQUAKE_HARNESS_RUN_BEHAVIOUR_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime_under_test/result.h"

namespace stackquake {

// The observable behaviour of a program: its outcome and the traces of its goroutines. Two runs
// agree when their behaviours are equal. Which goroutine left which trace does not count.
struct Behaviour {
  runtime::Outcome outcome;
  std::vector<std::vector<int64_t>> traces;  // sorted; empty ones left out

  friend bool operator==(const Behaviour&, const Behaviour&) = default;
};

Behaviour behaviour_of(const runtime::RunResult& result);

// The traces of a behaviour, made from those of all goroutines: sorted, without the empty ones.
std::vector<std::vector<int64_t>> behaviour_traces(std::span<const std::vector<int64_t>> traces);

// "panic 1 [recovered] 2".
std::string to_string(const runtime::Outcome& outcome);

// "panic 1 [recovered] 2; traces [1 2] [3]".
std::string to_string(const Behaviour& behaviour);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_BEHAVIOUR_H_
