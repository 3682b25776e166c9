#ifndef STACKQUAKE_HARNESS_STORY_STATE_MAKER_H_
#define STACKQUAKE_HARNESS_STORY_STATE_MAKER_H_

#include <span>

#include "harness/audit/shadow.h"
#include "harness/story/logged_stacks.h"
#include "harness/story/record_notes.h"
#include "harness/story/recording.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// Takes the state of a goroutine as it is in memory, with what the shadow says of its words and
// what the notes say of its records. All that it is made of must outlive it.
class StateMaker {
 public:
  StateMaker(runtime::Runtime& runtime, Shadow& shadow, LoggedStacks& stacks,
             const RecordNotes& notes)
      : runtime_(runtime), shadow_(shadow), stacks_(stacks), notes_(notes) {}

  // The state that an event of the kind `after` has left.
  State of(const runtime::G& g, EventKind after, std::span<const FunctionFacts> functions);

 private:
  void add_frames(const runtime::G& g, State& state);
  void add_words(const runtime::G& g, EventKind after, std::span<const FunctionFacts> functions,
                 State& state);
  void add_defers(const runtime::G& g, State& state);
  void add_calls(const runtime::G& g, State& state);
  void add_panics(const runtime::G& g, State& state);
  void add_record(const DeferNote& note, State& state);
  WordState word_at(runtime::Address address, ShadowWord shadow);
  static WordState head_at(runtime::Word value);

  runtime::Runtime& runtime_;
  Shadow& shadow_;
  LoggedStacks& stacks_;
  const RecordNotes& notes_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_STATE_MAKER_H_
