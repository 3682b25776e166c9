#ifndef STACKQUAKE_HARNESS_RUN_BEHAVIOUR_H_
#define STACKQUAKE_HARNESS_RUN_BEHAVIOUR_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime_under_test/result.h"

namespace stackquake {

// What a program shows of itself: how it ended, and the multiset of its goroutines' traces. Two
// runs agree when their behaviours are equal.
struct Behaviour {
  runtime::Outcome outcome;
  std::vector<std::vector<int64_t>> traces;  // sorted; empty ones left out

  friend bool operator==(const Behaviour&, const Behaviour&) = default;
};

Behaviour behaviour_of(const runtime::RunResult& result);

// Of the traces of all goroutines, those of a behaviour.
std::vector<std::vector<int64_t>> behaviour_traces(std::span<const std::vector<int64_t>> traces);

// "panic 1 [recovered] 2; traces [1 2] [3]".
std::string to_string(const Behaviour& behaviour);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_BEHAVIOUR_H_
