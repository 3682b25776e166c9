#ifndef STACKQUAKE_HARNESS_STORY_TAPE_H_
#define STACKQUAKE_HARNESS_STORY_TAPE_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/audit/shadow.h"
#include "harness/story/recorder.h"
#include "harness/story/recording.h"
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
  // What is known of a record beside its words.
  struct DeferNote {
    uint32_t goroutine = 0;
    uint64_t distance = 0;  // of a mark on the stack
    DeferState state;
  };
  struct PanicNote {
    uint32_t goroutine = 0;
    PanicState state;
  };
  struct DeferredFrame {
    uint64_t distance = 0;
    std::string run_by;
  };

  void take_event(Event event);
  void note(const Event& event, const runtime::G* g);
  void note_deferred(const Event& event, const runtime::G& g);
  void note_started(const Event& event, const runtime::G& g);
  void note_given_back(const Event& event, const runtime::G& g);
  void note_unwound(const runtime::G& g);
  void note_ended(const Event& event);
  void note_called(const Event& event, const runtime::G& g);
  void note_collection(const Event& event);
  PanicNote* panic_at(const runtime::G& g, runtime::Address address);
  static bool is_at(const DeferNote& note, const runtime::G& g, runtime::Address address);
  DeferNote* defer_at(const runtime::G& g, runtime::Address address);

  State state_of(const runtime::G& g, EventKind after);
  void add_frames(const runtime::G& g, State& state);
  void add_words(const runtime::G& g, EventKind after, State& state);
  void add_defers(const runtime::G& g, State& state);
  void add_panics(const runtime::G& g, State& state);
  void add_record(const DeferNote& note, State& state);
  WordState word_at(runtime::Address address, ShadowWord shadow);
  WordState head_at(runtime::Word value);
  void keep(Step step);

  const runtime::G* find(uint32_t goroutine) const;

  runtime::Runtime& runtime_;
  Shadow& shadow_;
  Recorder recorder_;
  Recording recording_;
  uint64_t first_step_;
  uint64_t steps_ = 0;
  uint64_t words_ = 0;
  bool is_collecting_ = false;
  std::vector<DeferNote> defers_;                                   // the oldest first
  std::vector<PanicNote> panics_;                                   // the oldest first
  std::map<uint32_t, std::vector<DeferredFrame>> deferred_frames_;  // by goroutine
  std::map<uint32_t, std::string> starting_;  // what has started a call that has no frame yet
};

// The functions of a program, with the names of their words.
std::vector<FunctionFacts> function_facts(const runtime::Program& program);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_TAPE_H_
