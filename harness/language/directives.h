#ifndef STACKQUAKE_HARNESS_LANGUAGE_DIRECTIVES_H_
#define STACKQUAKE_HARNESS_LANGUAGE_DIRECTIVES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "harness/language/arena.h"
#include "harness/language/diagnostic.h"
#include "runtime_under_test/options.h"

namespace stackquake {

// Safepoints at which a copy or a collection is forced; ascending, without repeats. Owned by the
// nest's arena.
using SafepointList = std::span<const uint64_t>;

// What a nest's //quake: lines say. A key that is not written has the default below, and is not
// printed. move and gc hold kAt exactly when their list was given.
struct Directives {
  uint32_t stack = 2048;
  uint32_t limit = 262144;
  uint32_t sched = 0;
  runtime::MovePolicy move = runtime::MovePolicy::kNone;
  runtime::GcPolicy gc = runtime::GcPolicy::kNone;
  runtime::PlacePolicy place = runtime::PlacePolicy::kFresh;
  SafepointList move_at;
  SafepointList gc_at;
  std::span<const std::string_view> finds;  // slugs of defects, as written
  uint32_t written = 0;                     // bit i: key i of kDirectiveKeys was written
};

// The keys, in the order in which they are printed.
constexpr std::string_view kDirectiveKeys[] = {"stack", "move",  "gc",   "place",
                                               "limit", "sched", "finds"};

// Sets one key from its text. False, with a message that names what is allowed, when key or value
// is not: an unknown key, a key written before, a number that is out of range or no power of two.
// The rule that ties `limit` to `stack` is checked by finish_directives, when both are known. Lists
// go to `arena`.
bool set_directive(Directives& directives, std::string_view key, std::string_view value,
                   Arena& arena, std::string& message);

// Checks what only holds of all keys together.
bool finish_directives(const Directives& directives, std::string& message);

// "//quake:stack=2048 move=none" of the keys that were written, without a line end; empty when none
// was.
void print_directives(const Directives& directives, std::string& out);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_DIRECTIVES_H_
