#ifndef STACKQUAKE_HARNESS_STORY_CLUES_H_
#define STACKQUAKE_HARNESS_STORY_CLUES_H_

// What the rules for causes look at, and the words in which they tell what they find.

#include <cstddef>
#include <optional>
#include <string>

#include "harness/story/cause.h"
#include "harness/story/evidence.h"
#include "harness/story/word_names.h"

namespace stackquake {

// The evidence of a violation, with answers to what several rules ask. It refers to the evidence,
// which must outlive it.
struct Clues {
  // Nothing if there is no violation, or no goroutine's state before it.
  static std::optional<Clues> of(const Evidence& evidence);

  const Evidence& evidence;
  const runtime::Violation& violation;
  const State& state;  // the last one before the violation
  WordNames names;
  const DeferState* record;  // with the wrong word; null if it lies elsewhere

  // ---- The wrong word ----

  // Whether a copy has not adjusted the word, or would not.
  bool is_missed_by_copier() const;

  // Whether it is an argument in a Defer record, and which.
  bool is_argument() const;
  size_t argument() const;

  // The frame that it lies in, null if it lies elsewhere; the name of the frame's function.
  const FrameState* frame() const;
  std::string frame_name() const;

  // What the design's walks say of it; null if they were not asked.
  const Testimony* testimony() const { return evidence.testimony ? &*evidence.testimony : nullptr; }

  // ---- Records ----

  // The newest pending deferred call of a nil func(); null if there is none.
  const DeferState* pending_nil_func() const;

  // ---- Events ----

  // The last step of the violation's goroutine for whose event the predicate holds; null if there
  // is none.
  template <typename Predicate>
  const Step* last_step(Predicate predicate) const {
    const auto& steps = evidence.recording.steps;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
      if (step->event.goroutine == violation.goroutine && predicate(step->event)) return &*step;
    }
    return nullptr;
  }
  const Step* last_step(EventKind kind) const {
    return last_step([kind](const Event& event) { return event.kind == kind; });
  }

  // ---- In words ----

  // " in `main`, line 9"; empty if nothing of the nest ran.
  std::string where() const;

  // "argument `p` of the deferred call of `set`, the address of `y` of main,"; empty if no word is
  // wrong.
  std::string word_name() const;

  // "The argument … was not adjusted by copy 3 of the stack in line 9".
  std::string what() const;

  // The cause whose sentence is "WHAT, because REASON."
  Cause because(const std::string& reason, const std::string& function) const;
};

// `name`.
std::string quoted(const std::string& name);

// " in line 9"; empty for line 0.
std::string line_text(uint32_t line);

// The text with a capital at its beginning; names of functions keep their first letter.
std::string with_capital(std::string text);

// The function whose loop runs a deferred call.
std::string runner_function(const DeferState& record);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_CLUES_H_
