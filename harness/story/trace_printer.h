#ifndef STACKQUAKE_HARNESS_STORY_TRACE_PRINTER_H_
#define STACKQUAKE_HARNESS_STORY_TRACE_PRINTER_H_

// Events for people: the output of `quake run --trace`.
//
//   g1    18    call runtime.gopanic
//   g1    18      panic with 1
//   g1    18      panic 1 starts body.func1
//
// A line has three parts: the running goroutine, its current line of the nest, and the event,
// indented by the number of frames on the stack. Functions of the runtime are called runtime.NAME.
// An event between the turns of goroutines has "--" in place of the goroutine. Equal runs give
// equal lines, byte for byte.

#include <cstdint>
#include <string>

#include "harness/story/event.h"

namespace stackquake {

// The event alone, without a line end: "panic 1 starts body.func1". Empty for events that
// no trace has: kGivenBack, kSudogBack, kCopying, kGoesOn, kCollecting and kRunEnds.
std::string to_string(const Event& event);

// The whole line with its line end; empty for those events.
std::string trace_line(const Event& event);

// "1 word", "2 words".
std::string counted(uint64_t count, const std::string& thing);

// "growth", "forced at safepoint 4".
std::string reason_of(const Event& copy);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STORY_TRACE_PRINTER_H_
