#ifndef STACKQUAKE_HARNESS_REDUCER_SIZE_H_
#define STACKQUAKE_HARNESS_REDUCER_SIZE_H_

#include <cstdint>
#include <tuple>

#include "harness/language/tree.h"

namespace stackquake::reducer {

// The size of a nest for a reader. Sizes are compared member by member. Names do not count. A size
// cannot fall for ever, so a reduction that accepts only smaller nests ends.
struct Size {
  uint64_t statements = 0;
  uint64_t nodes = 0;      // expressions, functions, parameters, cases, directives, keywords
  uint64_t magnitude = 0;  // of all numbers together

  friend bool operator==(const Size&, const Size&) = default;
  friend bool operator<(const Size& a, const Size& b) {
    return std::tie(a.statements, a.nodes, a.magnitude) <
           std::tie(b.statements, b.nodes, b.magnitude);
  }
};

// The size of a checked nest.
Size size_of(Nest& nest);

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_SIZE_H_
