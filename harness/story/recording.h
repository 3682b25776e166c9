#ifndef STACKQUAKE_HARNESS_STORY_RECORDING_H_
#define STACKQUAKE_HARNESS_STORY_RECORDING_H_

// One run as data: its events in order, and the state of the goroutine after each of the last ones.
// All that explains a run is made from a recording, when the run is long over.
//
// A STATE has what a picture of a goroutine needs: the bounds of its stack, its frames, every word
// that is in use, its Defer records and Panics, and the heads of its lists. Places on a stack are
// named by their distance from the stack's high end in bytes, which a copy keeps.
//
// What a word must hold comes from the shadow; what it holds comes from memory. Where the two
// differ, the word is wrong.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "harness/audit/shadow_word.h"
#include "harness/story/event.h"
#include "runtime_under_test/deferred_call.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/stack_allocator.h"
#include "runtime_under_test/word.h"

namespace stackquake {

// A function of the program.
struct FunctionFacts {
  std::string name;         // as in Event::function
  bool is_nest = false;     // a function or literal of the nest
  bool is_shim = false;     // a built-in of the language
  bool is_wrapper = false;  // reflectcall
  std::string wraps;        // of a wrapper of a deferred call: the function that it calls
  uint32_t frame_words = 0;
  uint32_t argument_words = 0;

  // By slot: first the words of the frame from sp, then the word of the return pc, then those of
  // the arguments. "y", "a[2]", "&x" for the address of a captured variable, "box of x" for the
  // address of a variable's box; empty for a word that belongs to no variable.
  std::vector<std::string> words;
};

// A word of a stack or record.
struct WordState {
  runtime::Word value = 0;
  WordKind kind = WordKind::kDead;  // what the word is, whatever the runtime believes
  runtime::Address expected = 0;    // of a pointer: what it must hold; 0 if its target is gone
  std::string target;               // of a pointer into the heap: "node", "Defer"; of one to a
                                    // static closure, and of a pc: the function

  bool is_pointer() const { return kind >= WordKind::kStatic; }
  bool is_wrong() const { return is_pointer() && expected != 0 && value != expected; }
};

struct FrameState {
  uint32_t function = 0;     // index into Recording::functions
  uint32_t line = 0;         // of the nest, where the function is; 0 for one of the runtime
  uint64_t distance = 0;     // of sp
  bool is_deferred = false;  // a deferred call
  std::string run_by;        // of a deferred call: "panic 1", "Goexit", "deferreturn"
};

struct DeferState {
  runtime::Address address = 0;  // of the record; on the stack in some designs
  std::string function;          // "nil func()" for one
  uint32_t line = 0;             // of the defer statement
  uint64_t frame = 0;            // distance of the frame that deferred the call
  bool is_listed = false;        // on the goroutine's list
  bool is_on_stack = false;
  bool is_mark = false;           // lies in a frame of the runtime's own
  bool stands_for_frame = false;  // no call, but for all open-coded calls of the frame
  bool is_running = false;
  bool is_given_back = false;
  std::string run_by;            // of one that runs: "panic 1", "Goexit"
  std::string given_back_in;     // the function of the runtime that has given it back
  std::vector<WordState> words;  // by State::defer_layout: the header's, then the arguments'
};

// An open-coded deferred call that is pending. It has no record.
struct OpenCallState {
  std::string function;
  uint32_t line = 0;   // of the defer statement
  uint64_t frame = 0;  // distance of the frame that deferred the call
};

// A deferred call of any kind that was started, and has no frame yet.
struct StartingCallState {
  std::string function;
  uint32_t line = 0;   // of the defer statement; 0 if it is not known
  std::string run_by;  // "panic 1", "Goexit", "deferreturn"
};

struct PanicState {
  uint64_t distance = 0;  // of the record
  std::string value;
  uint32_t line = 0;
  bool is_linked = false;  // on the goroutine's chain
  bool is_aborted = false;
  bool is_recovered = false;
  bool is_gone = false;  // its frame is gone
};

struct State {
  uint32_t goroutine = 0;  // G::id
  runtime::Stack stack;
  uint64_t used = 0;               // bytes from sp to the high end
  std::vector<FrameState> frames;  // the outermost first
  std::vector<WordState> words;    // from sp up
  std::vector<DeferState> defers;  // the newest first; those that have been given back come last
  std::vector<OpenCallState> open_calls;  // the newest first
  std::optional<StartingCallState> starting;
  std::vector<PanicState> panics;  // the newest first
  runtime::DeferLayout defer_layout;
  runtime::PanicLayout panic_layout;
  WordState defer_head;  // G::defer
  WordState panic_head;  // G::panic

  // The word at this distance, a multiple of the word size; null if it is not in use.
  const WordState* word(uint64_t distance) const;

  // The distance of an address of the stack; nothing if it lies elsewhere.
  std::optional<uint64_t> distance_of(runtime::Address address) const;
};

// An event and the state that it leaves. A state may be missing: those of a long run are dropped,
// the oldest first, and an event between the turns of goroutines has none.
struct Step {
  Event event;
  std::optional<State> state;
};

struct Recording {
  std::vector<FunctionFacts> functions;
  std::deque<Step> steps;            // the last ones of the run
  uint64_t dropped_steps = 0;        // earlier ones
  std::optional<State> before_copy;  // of the last copy, as the copy began
  std::optional<Event> last_copy;    // that copy; nothing if the run ended within it
  bool is_copy_over = false;         // the goroutine has gone on after it
  Event last_sudog_release;          // a kSudogBack, if its value is set
  std::vector<Event> shrunk;         // copies that the collection at the end of the run has made
  std::optional<State> at_end;       // of the goroutine that ran last
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_RECORDING_H_
