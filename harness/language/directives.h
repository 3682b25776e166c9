#ifndef STACKQUAKE_HARNESS_LANGUAGE_DIRECTIVES_H_
#define STACKQUAKE_HARNESS_LANGUAGE_DIRECTIVES_H_

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "harness/language/arena.h"
#include "harness/language/diagnostic.h"
#include "runtime_under_test/options.h"

namespace stackquake {

// Safepoints at which a copy or a collection is forced: ascending, without repeats. The nest's
// arena owns the list.
using SafepointList = std::span<const uint64_t>;

// The contents of a nest's //quake: lines. A key that is not written has the default below, and the
// printer leaves it out. `move` and `gc` are kAt exactly when the text gives them a list.
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

// The bit of a key in Directives::written.
constexpr uint32_t directive_bit(std::string_view key) {
  const auto* found = std::find(std::begin(kDirectiveKeys), std::end(kDirectiveKeys), key);
  return uint32_t{1} << (found - std::begin(kDirectiveKeys));
}

// Removes `finds`: a changed nest may no longer find the defects that its original finds.
inline void forget_finds(Directives& directives) {
  directives.finds = {};
  directives.written &= ~directive_bit("finds");
}

// Sets one key from its text. Returns false, with a message that names the allowed values, for an
// unknown key, a key that was written before, or a value that the key does not take. Lists are
// copied to `arena`. The rule that ties `limit` to `stack` is checked by finish_directives, when
// both are known.
bool set_directive(Directives& directives, std::string_view key, std::string_view value,
                   Arena& arena, std::string& message);

// Checks the rules that tie several keys together.
bool finish_directives(const Directives& directives, std::string& message);

// Appends "//quake:stack=2048 move=none", with the keys that were written, without a line end.
// Appends nothing when no key was written.
void print_directives(const Directives& directives, std::string& out);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_DIRECTIVES_H_
