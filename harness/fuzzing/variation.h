#ifndef STACKQUAKE_HARNESS_FUZZING_VARIATION_H_
#define STACKQUAKE_HARNESS_FUZZING_VARIATION_H_

// Variations of a nest: the same program, with other copies and collections.
//
// To make an input, compile it and work out what it must do takes most of the time of fuzzing. To
// run it again takes a third as long. So an input that has run without a finding also runs as a few
// variations. A variation is an input of its own: it has a text, and the hash of that text decides
// about its run as about any other.

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/language/arena.h"
#include "harness/language/directives.h"

namespace stackquake {

// How far a run has gone.
struct RunExtent {
  uint64_t steps = 0;
  uint64_t safepoints = 0;
};

// Whether a run of this extent is worth varying: it has passed a safepoint, and is no long one.
bool can_vary(const RunExtent& extent);

// Other directives for the nest: of when copies and collections are forced and what becomes of
// freed stacks. What the oracle expects stays the same. Equal arguments give equal directives. A
// policy that would make the run take too long is not chosen. Lists are in `arena`.
Directives varied(const Directives& directives, const RunExtent& extent, uint64_t seed,
                  Arena& arena);

// The text with these directives in place of its own. Comments above the package clause go. The
// text must be a nest.
std::string with_directives(std::string_view text, const Directives& directives);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_FUZZING_VARIATION_H_
