#ifndef STACKQUAKE_HARNESS_FUZZING_TOLD_RUNS_H_
#define STACKQUAKE_HARNESS_FUZZING_TOLD_RUNS_H_

// What earlier runs of a process leave behind must not change a later one. So some runs are told,
// and compared with another run of the same input:
//
//   - by the process itself, when the same input comes again;
//   - by whoever reads the told lines, with the run of a fresh process.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/run/run_digest.h"
#include "runtime_under_test/result.h"

namespace stackquake {

// A run that is told, with the inputs that ran last before it, oldest first.
struct ToldRun {
  std::string input;
  RunDigest run;
  std::vector<std::string> earlier;
};

// The runs of a process that are told, and the inputs that ran before them.
class ToldRuns {
 public:
  // Inputs that ran before a told one, and that are told with it.
  static constexpr size_t kEarlier = 8;

  // Notes that an input has run. Call it after the last input was told.
  void ran(std::string_view input);

  // Compares a run with an earlier run of the same input, if there was one: a violation of the
  // check `leftovers` says what differs.
  std::optional<runtime::Violation> compare(uint64_t hash, const RunDigest& run);

  // What is told of a run.
  ToldRun told(std::string_view input, const RunDigest& run) const;

 private:
  // A process that is told to remember every input remembers so many.
  static constexpr size_t kMostRemembered = 1 << 16;

  std::unordered_map<uint64_t, RunDigest> remembered_;
  std::deque<std::string> earlier_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_TOLD_RUNS_H_
