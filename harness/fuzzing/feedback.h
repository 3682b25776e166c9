#ifndef STACKQUAKE_HARNESS_FUZZING_FEEDBACK_H_
#define STACKQUAKE_HARNESS_FUZZING_FEEDBACK_H_

#include <cstdint>

#include "harness/fuzzing/situations.h"
#include "harness/fuzzing/stack_survey.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// Watches a run and counts the situations that it comes into. The named ones are those of
// situations.def; the combinations are
//
//   at a copy         its reason, panics and Goexits in progress, kinds of frames
//                     the shape of the list of deferred calls: states, closures, sizes
//   at a collection   the same, for each goroutine
//   at a panic, a recover and a Goexit    what was in progress already, kinds of frames
//   at the start of a deferred call       who runs it, in what; its closure and size
//   where a goroutine blocks              in what, sudogs, where their elements lie
//
// It looks at events only, not at stores or instructions: beside the checks it costs little.
class Feedback final : public runtime::Observer {
 public:
  Feedback(runtime::Runtime& runtime, Situations& situations)
      : runtime_(runtime), situations_(situations), survey_(runtime) {}

  void goroutine_started(const runtime::G& g) override;
  void defer_started(const runtime::G& g, const runtime::Defer& d,
                     runtime::DeferRunner runner) override;
  void panicked(const runtime::G& g, const runtime::Panic& p) override;
  void panic_aborted(const runtime::G& g, const runtime::Panic& p) override;
  void recovered(const runtime::G& g, const runtime::Panic& p) override;
  void resumed_after_recovery(const runtime::G& g, const runtime::Defer& d) override;
  void goexit_called(const runtime::G& g) override;
  void blocked(const runtime::G& g) override;
  void stack_copied(const runtime::G& g, const runtime::StackCopy& copy) override;
  void collected(const runtime::Collection& collection) override;

 private:
  void count_progress();
  void count_frames(const runtime::G& g);
  void count_frame_words(const runtime::G& g, const SurveyedFrame& surveyed);
  void count_defers(const runtime::G& g);
  void count_deferred_arguments(const runtime::G& g, const runtime::Defer& d);
  void count_panics(const runtime::G& g);
  void count_sudogs(const runtime::G& g);
  // Where `word` points into the stack of `g`.
  void count_if_on_stack(const runtime::G& g, runtime::Word word, Situation situation);

  // A number for what is in progress on the stack that was looked at.
  uint64_t progress() const;
  // And for the newest deferred calls on its list.
  uint64_t shape_of_defers() const;
  uint64_t shape_of(const runtime::Defer& d) const;

  runtime::Runtime& runtime_;
  Situations& situations_;
  StackSurvey survey_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_FEEDBACK_H_
