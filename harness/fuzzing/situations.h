#ifndef STACKQUAKE_HARNESS_FUZZING_SITUATIONS_H_
#define STACKQUAKE_HARNESS_FUZZING_SITUATIONS_H_

// Situations that come up in runs. A fuzzer is rewarded for a new situation as for a new edge of
// the program. The report of a campaign lists how often each came up.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime_under_test/design.h"

namespace stackquake {

enum class Situation : uint8_t {
#define STACKQUAKE_SITUATION(enumerator, name, need) enumerator,
#include "harness/fuzzing/situations.def"
#undef STACKQUAKE_SITUATION
  kCount,
};
constexpr size_t kSituations = static_cast<size_t>(Situation::kCount);

// What a situation needs. Each is a bit.
enum SituationNeed : uint8_t {
  kNothing = 0,
  kGoroutines = 1,       // more than one
  kArguments = 2,        // deferred calls that keep arguments
  kRecordsInFrames = 4,  // DeferLowering::in_frame
  kOpenCoded = 8,        // DeferLowering::open_coded
  kStartedRecords = 16,  // records that stay on the list, and name the panic that runs their call
  kReflectcall = 32,     // a frame of reflectcall between gopanic and a deferred call
  kPanicArgp = 64,       // PanicLayout::argp
  kGoexitUnnamed = 128,  // the same records, and a Goexit is no Panic that they could name
};

// The needs that runs on a design meet.
uint8_t needs_met_by(const runtime::Design& design);

// The facts of situations.def about a situation.
struct SituationFacts {
  std::string_view name;
  SituationNeed need;
};
std::span<const SituationFacts, kSituations> all_situations();

// One byte for each situation, then bytes for combinations, which are found by hash. 4096 are few
// enough that the engine, which reads all of them after every run, takes no noticeable time.
constexpr size_t kSituationBytes = 4096;

// Counts the situations of runs, one run after another.
class Situations {
 public:
  // Counts in `bytes`, which must be zero and must outlive this object.
  explicit Situations(std::span<uint8_t, kSituationBytes> bytes) : bytes_(bytes) {}

  // Clears the counts of the last run. The cost depends on how many situations it had.
  void begin_run() {
    for (const uint16_t index : touched_) bytes_[index] = 0;
    touched_.clear();
  }

  void count(Situation situation, uint64_t times = 1) {
    if (times == 0) return;
    totals_[static_cast<size_t>(situation)] += times;
    add(static_cast<size_t>(situation), times);
  }

  // Notes a combination of facts. How often it comes up in a run does not matter.
  void mark(std::initializer_list<uint64_t> combination);

  // Runs may be on this design.
  void add_design(const runtime::Design& design) { needs_met_ |= needs_met_by(design); }

  // Whether any design so far meets the need.
  bool meets(SituationNeed need) const { return (needs_met_ & need) == need; }

  // The count in this run, at most 255.
  uint8_t of(Situation situation) const { return bytes_[static_cast<size_t>(situation)]; }

  // The number of different combinations in this run, as far as their hashes differ.
  size_t combinations() const;

  // The count in all runs.
  uint64_t total(Situation situation) const { return totals_[static_cast<size_t>(situation)]; }

 private:
  void add(size_t index, uint64_t times) {
    uint8_t& byte = bytes_[index];
    if (byte == 0) touched_.push_back(static_cast<uint16_t>(index));
    byte = static_cast<uint8_t>(std::min<uint64_t>(byte + times, 255));
  }

  std::span<uint8_t, kSituationBytes> bytes_;
  std::vector<uint16_t> touched_;
  std::array<uint64_t, kSituations> totals_{};
  uint8_t needs_met_ = 0;
};

// The bytes that libFuzzer treats like its own counters: an input is kept when a byte reaches a new
// magnitude. libFuzzer zeroes them before each run.
std::span<uint8_t, kSituationBytes> engine_counters();

// The inputs that a target has run.
struct FuzzTally {
  uint64_t executions = 0;
  uint64_t variations = 0;  // of these, not of the engine's inputs but of variations of them
  uint64_t valid = 0;       // inputs that were nests
  uint64_t rejected = 0;
};

// What a target has done so far.
struct FuzzProgress {
  FuzzTally tally;
  const Situations* situations = nullptr;  // null if the target counts none
  bool goroutines = false;                 // whether its inputs may have several goroutines
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_SITUATIONS_H_
