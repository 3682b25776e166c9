#ifndef STACKQUAKE_HARNESS_STORY_LOGGED_STACKS_H_
#define STACKQUAKE_HARNESS_STORY_LOGGED_STACKS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime_under_test/code.h"
#include "runtime_under_test/g.h"

namespace stackquake {

// The frames of each goroutine, tracked from an observer's events. A log needs them to say how deep
// a call is and at which line of the nest the goroutine is.
//
// A frame is identified by the distance of its sp from the high end of the stack, which no copy
// changes. Unwinding by a recovery or a Goexit needs no event: frames deeper than the current
// registers are gone. The only word read from a stack is the return address of the innermost frame,
// so the log also works for a run whose stacks are corrupt.
class LoggedStacks {
 public:
  // `g` has just made the frame of `function`.
  void enter(const runtime::Program& program, const runtime::G& g,
             const runtime::Function& function);

  // Forgets the frames that `g` has left. Call it before any of the queries below.
  void settle(const runtime::G& g);

  // Forgets all frames of `g`, which starts or ends.
  void clear(const runtime::G& g) { frames_of(g).clear(); }

  struct Frame {
    uint64_t distance = 0;     // of sp from the stack's high end, in bytes
    uint32_t called_from = 0;  // line of the call
    const runtime::Function* function = nullptr;
  };

  // The frames of the goroutine, including those of the runtime, the outermost first.
  const std::vector<Frame>& frames(const runtime::G& g) { return frames_of(g); }
  size_t depth(const runtime::G& g) { return frames_of(g).size(); }

  // Whether the registers are in the innermost frame that was entered. They are not at the entry of
  // a function, nor in those functions of the runtime that observers are not told about.
  bool stands_in_innermost(const runtime::G& g);

  // The current line of the nest; inside a function of the runtime, the line that called it. 0
  // before the first call.
  uint32_t line(const runtime::Program& program, const runtime::G& g);

 private:
  std::vector<Frame>& frames_of(const runtime::G& g);

  // The line that called the current function; 0 for a function of the runtime.
  static uint32_t caller(const runtime::Program& program, const runtime::G& g);

  std::vector<std::vector<Frame>> frames_;  // by G::index
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_LOGGED_STACKS_H_
