#ifndef STACKQUAKE_HARNESS_STORY_TAPE_H_
#define STACKQUAKE_HARNESS_STORY_TAPE_H_

#include <cstdint>
#include <utility>

#include "harness/audit/shadow.h"
#include "harness/story/record_notes.h"
#include "harness/story/recorder.h"
#include "harness/story/recording.h"
#include "harness/story/state_maker.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// Makes the recording of one run. The run must have a shadow, which a Checker keeps: give
// observer() to Checker::run as the observer beside.
//
// The memory of a recording is bounded. Steps before `first_step` are only counted, and where the
// states together have more than kMostWords words, the oldest ones are dropped. Runs are
// repeatable, so whoever wants the last steps of a long run counts them in a run before.
class Tape {
 public:
  static constexpr uint64_t kMostSteps = 600;
  static constexpr uint64_t kMostWords = uint64_t{1} << 20;
  static constexpr uint64_t kCountOnly = UINT64_MAX;  // as the first step: no states at all

  Tape(runtime::Runtime& runtime, Shadow& shadow, uint64_t first_step);

  runtime::Observer& observer() { return recorder_; }

  // All steps of the run so far, those that were only counted included.
  uint64_t steps() const { return steps_; }

  // After the run.
  Recording take() { return std::move(recording_); }

 private:
  void take_event(Event event);
  void keep(Step step);
  const runtime::G* find(uint32_t goroutine) const;

  runtime::Runtime& runtime_;
  Recorder recorder_;
  RecordNotes notes_;
  StateMaker states_;
  Recording recording_;
  uint64_t first_step_;
  uint64_t steps_ = 0;
  uint64_t words_ = 0;
  bool is_collecting_ = false;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_TAPE_H_
