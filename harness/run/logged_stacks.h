#ifndef STACKQUAKE_HARNESS_RUN_LOGGED_STACKS_H_
#define STACKQUAKE_HARNESS_RUN_LOGGED_STACKS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime_under_test/code.h"
#include "runtime_under_test/g.h"

namespace stackquake {

// Which frames each goroutine has, as an observer sees them come: what a log needs to say how deep
// a call is and where in the nest it stands.
//
// A frame is named by the distance of its sp from the stack's high end, which a copy keeps. So what
// a recovery or Goexit has unwound needs no event of its own: frames that lie deeper than the
// registers are gone. Nothing is read from a stack but the return address of the innermost frame,
// so a log can be kept of a run whose stacks are broken.
class LoggedStacks {
 public:
  // `function` of `g` has made its frame.
  void enter(const runtime::Program& program, const runtime::G& g,
             const runtime::Function& function);

  // Forgets the frames that the registers of `g` have left behind. Comes before any question.
  void settle(const runtime::G& g);

  // Forgets all frames of `g`, which begins or ends.
  void clear(const runtime::G& g) { frames_of(g).clear(); }

  // Frames of the goroutine, those of the runtime included.
  size_t depth(const runtime::G& g) { return frames_of(g).size(); }

  // Whether the registers stand in the innermost frame that was entered, rather than at the entry
  // of a function or in one of the runtime's that observers are not told of.
  bool stands_in_innermost(const runtime::G& g);

  // The line of the nest at which the goroutine stands; in a function of the runtime, the line that
  // called it. 0 before the first call.
  uint32_t line(const runtime::Program& program, const runtime::G& g);

 private:
  struct Frame {
    uint64_t distance = 0;
    uint32_t called_from = 0;  // line
  };

  std::vector<Frame>& frames_of(const runtime::G& g);

  // The line that called the function in which the registers stand; 0 for one of the runtime's.
  static uint32_t caller(const runtime::Program& program, const runtime::G& g);

  std::vector<std::vector<Frame>> frames_;  // by G::index
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_LOGGED_STACKS_H_
