#ifndef STACKQUAKE_HARNESS_AUDIT_LIVE_WORDS_H_
#define STACKQUAKE_HARNESS_AUDIT_LIVE_WORDS_H_

// Which words of a goroutine are live pointers, by the shadow's own frames, deferred calls and
// panics and the compiler's maps. No walk of a design is asked.

#include <cstdint>
#include <vector>

#include "harness/audit/place.h"
#include "harness/audit/shadow.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/runtime.h"
#include "runtime_under_test/traceback.h"

namespace stackquake {

// A frame as a right walk must see it.
struct LiveFrame {
  runtime::Stkframe frame;  // continpc is 0 for a dead one
  bool faulted = false;
};

// Reads a goroutine that stands at a safepoint, and whose shadow is settled.
class LiveWords {
 public:
  LiveWords(const runtime::Runtime& runtime, Shadow& shadow) : runtime_(runtime), shadow_(shadow) {}

  // The frames from the innermost outwards, that of a function which stands at its entry included.
  // The base frame is none. False when a return address is no code of the frame that it must be of:
  // then `bad` is the last frame that was found.
  bool frames(const runtime::G& g, std::vector<LiveFrame>& out);

  // Appends every word that holds a live pointer, or nil in its place: the mapped words of live
  // frames, the pointers of Panics, and fn and arguments of deferred calls that have not begun.
  // Ascending within frames.
  void words(const runtime::G& g, const std::vector<LiveFrame>& frames, std::vector<Place>& out);

  // What an address of a goroutine's stack is: of which of the frames, and what in it.
  static Place place_on_stack(const std::vector<LiveFrame>& frames, runtime::Address address);

  // Appends fn, argp, panic and link of every record on the goroutine's list of deferred calls, and
  // the pointers of the sudogs that it waits with. Records that the shadow does not know end the
  // list: see RecordAudit.
  void record_words(const runtime::G& g, std::vector<Place>& out);

 private:
  void frame_words(const LiveFrame& live, uint32_t frames_out, std::vector<Place>& out) const;
  void panic_words(const GoroutineShadow& goroutine, std::vector<Place>& out) const;
  void deferred_words(const ShadowDefer& d, std::vector<Place>& out);
  const runtime::Function* deferred_function(const ShadowDefer& d);

  const runtime::Program& program() const { return runtime_.program(); }

  const runtime::Runtime& runtime_;
  Shadow& shadow_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_LIVE_WORDS_H_
