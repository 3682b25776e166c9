#ifndef STACKQUAKE_HARNESS_FUZZING_FEEDBACK_H_
#define STACKQUAKE_HARNESS_FUZZING_FEEDBACK_H_

#include <cstdint>

#include "harness/fuzzing/situations.h"
#include "harness/fuzzing/stack_survey.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// Watches a run and counts the situations that come up in it. Each event counts named situations
// (situations.def) and marks combinations of these facts:
//
//   a copy                        its reason, the panics and Goexits in progress, kinds of frames;
//                                 the list of deferred calls: states, closures, sizes
//   a collection                  the same, for each goroutine
//   a panic, a recover, a Goexit  what was in progress already, kinds of frames
//   the start of a deferred call  its runner, what is in progress, its closure and size
//   a goroutine that blocks       what is in progress, its sudogs, and where their elements lie
//
// Feedback uses events only, no stores or instructions. Compared with the checks it costs little.
class Feedback final : public runtime::Observer {
 public:
  Feedback(runtime::Runtime& runtime, Situations& situations)
      : runtime_(runtime), situations_(situations), survey_(runtime) {}

  void goroutine_started(const runtime::G& g) override;
  void defer_started(const runtime::G& g, const runtime::DeferredCall& d,
                     runtime::DeferRunner runner) override;
  void panicked(const runtime::G& g, const runtime::Unwinding& p) override;
  void panic_aborted(const runtime::G& g, const runtime::Unwinding& p) override;
  void recovered(const runtime::G& g, const runtime::Unwinding& p) override;
  void resumed_after_recovery(const runtime::G& g, const runtime::DeferredCall& d) override;
  void goexit_called(const runtime::G& g) override;
  void blocked(const runtime::G& g) override;
  void stack_copied(const runtime::G& g, const runtime::StackCopy& copy) override;
  void collected(const runtime::Collection& collection) override;

 private:
  void count_progress();
  void count_frames(const runtime::G& g);
  void count_frame_words(const runtime::G& g, const SurveyedFrame& surveyed);
  void count_defers(const runtime::G& g);
  void count_deferred_arguments(const runtime::G& g, const runtime::DeferredCall& d);
  void count_panics(const runtime::G& g);
  void count_sudogs(const runtime::G& g);
  // Counts `situation` if `word` points into the stack of `g`.
  void count_if_on_stack(const runtime::G& g, runtime::Word word, Situation situation);

  // A number for the panics and Goexits on the stack that the survey looked at.
  uint64_t progress() const;
  // A number for the newest deferred calls on the list of that goroutine.
  uint64_t shape_of_defers() const;
  uint64_t shape_of(const runtime::DeferredCall& d) const;

  runtime::Runtime& runtime_;
  Situations& situations_;
  StackSurvey survey_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_FEEDBACK_H_
