#ifndef STACKQUAKE_HARNESS_STORY_CAUSE_H_
#define STACKQUAKE_HARNESS_STORY_CAUSE_H_

// The cause of a violation, found by rules from the evidence: from the recorded events, from the
// state of the goroutine, from the history of the wrong word, and from what the design's walks say
// of the word. No rule asks which defects are switched on.
//
// Each rule looks for one way in which runtimes go wrong. The first one whose conditions all hold
// gives the cause. Where none holds, the sentence says no more than the check that fired.

#include <string>

#include "harness/story/evidence.h"
#include "runtime_under_test/word.h"

namespace stackquake {

struct Cause {
  // One sentence, with its full stop: what is wrong, where, and why. Variables and functions of the
  // nest stand in backquotes.
  std::string sentence;

  // The function of Go's runtime at fault: "gopanic", "adjustdefers"; empty if no rule names one.
  std::string function;

  // What a picture should mark where the violation itself names no word: an address of the heap, or
  // the head of the goroutine's chain of panics.
  runtime::Address wrong_address = 0;
  bool is_panic_head_wrong = false;
};

Cause find_cause(const Evidence& evidence);

// The wrong word as people name it: "argument `p` of the deferred call of `set`, which holds `&y`";
// empty if no word is wrong.
std::string wrong_word_name(const Evidence& evidence);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_CAUSE_H_
