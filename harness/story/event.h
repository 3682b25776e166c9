#ifndef STACKQUAKE_HARNESS_STORY_EVENT_H_
#define STACKQUAKE_HARNESS_STORY_EVENT_H_

// An event of a run as data. It holds no pointer into the run, so it outlives the run.

#include <cstdint>
#include <string>
#include <vector>

#include "runtime_under_test/observer.h"
#include "runtime_under_test/stack_allocator.h"
#include "runtime_under_test/word.h"

namespace stackquake {

// The comment at each kind names the members of Event that it uses, beside those that all use.
enum class EventKind : uint8_t {
  kGo,          // function, number: the new goroutine; new_stack
  kEnd,         // of the goroutine
  kWait,        // value: the channel operation; number: sudogs of the goroutine in a queue where
                // another one of it waits
  kWake,        // number: the other goroutine
  kCall,        // function
  kReturn,      // function
  kTrace,       // number: the value
  kDefer,       // function, address: the record or slot, place, frame: sp of the frame that defers,
                // number: bytes of arguments, stands_for_frame
  kStart,       // of a deferred call: function, address: the record or slot, place, runner, value:
                // of the panic
  kGivenBack,   // of a Defer record or of a slot: address, place
  kSudogBack,   // a sudog is given back: value: "selectgo", or another channel operation
  kPanic,       // value, address: the Panic
  kAborted,     // value, address: the Panic
  kRecover,     // value, address: the Panic
  kResumed,     // after a recovery: function, address: the record of the recovering call
  kGoexit,      //
  kFault,       // number: the code
  kNew,         // value: the type, number: words, address: the object
  kCopying,     // a copy begins
  kCollecting,  // a collection begins
  kCopy,        // number: of the copy; reason, safepoint, old_stack, new_stack, bytes, adjusted;
                // value: "frames" if the built-in needed stack
  kGoesOn,      // the goroutine, after a copy at a safepoint
  kCollection,  // number: of the collection; bytes: live; freed
  kRunEnds,     // the goroutines are still there
};

// An object that a collection has freed.
struct FreedObject {
  std::string type;
  runtime::Address address = 0;
};

struct Event {
  EventKind kind = EventKind::kCall;
  uint32_t goroutine = 0;  // G::id of the goroutine concerned; 0 between the turns of goroutines
  uint32_t line = 0;       // of the nest, where the goroutine stands; 0 before its first call
  uint32_t depth = 0;      // frames of the goroutine, those of the runtime included

  std::string function;  // functions of the runtime are called runtime.NAME
  std::string value;
  runtime::Address address = 0;
  uint64_t number = 0;
  runtime::DeferPlace place = runtime::DeferPlace::kHeap;
  runtime::Address frame = 0;
  bool stands_for_frame = false;
  runtime::DeferRunner runner = runtime::DeferRunner::kDeferreturn;
  runtime::CopyReason reason = runtime::CopyReason::kForced;
  uint64_t safepoint = 0;
  runtime::Stack old_stack;
  runtime::Stack new_stack;
  uint64_t bytes = 0;
  uint64_t adjusted = 0;  // words
  std::vector<FreedObject> freed;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_EVENT_H_
