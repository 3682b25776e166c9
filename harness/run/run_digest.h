#ifndef STACKQUAKE_HARNESS_RUN_RUN_DIGEST_H_
#define STACKQUAKE_HARNESS_RUN_RUN_DIGEST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime_under_test/result.h"

namespace stackquake {

// What must be equal when a nest runs twice with the same options: how the run ends, what its
// goroutines trace, and every counter of stats.def.
struct RunDigest {
  std::string ending;    // "panic 1 [recovered] 2", or the signature of a violation
  uint64_t traces = 0;   // a hash of the traces, in the order in which goroutines started
  runtime::Stats stats;  // of a run with a violation these mean nothing

  friend bool operator==(const RunDigest&, const RunDigest&) = default;
};

RunDigest digest_of(const runtime::RunResult& result);

// Adds another run to a digest, for nests that run several times.
void add_run(RunDigest& digest, const RunDigest& run);

// A part of two digests that is not equal: its name, and both values as text.
struct DigestDifference {
  std::string_view name;  // "ending", "traces", or the name of a counter
  std::string one;
  std::string other;
};

// All differences, with the most telling ones first: the steps come last, because they differ
// whenever anything else does. If both runs do not end alike, that is the only difference.
std::vector<DigestDifference> differences(const RunDigest& one, const RunDigest& other);

// The violation of a check that two runs are equal, for two that are not. `check` is a literal;
// `when` begins the message: "run again in the same process".
runtime::Violation not_equal(std::string_view check, const std::string& when, const RunDigest& one,
                             const RunDigest& other);

// "copies 2 and 1, growths 1 and 0, steps 80 and 47".
std::string to_string(const std::vector<DigestDifference>& differences);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_RUN_DIGEST_H_
