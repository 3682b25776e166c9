#ifndef STACKQUAKE_HARNESS_MUTATION_MUTATOR_H_
#define STACKQUAKE_HARNESS_MUTATION_MUTATOR_H_

// The mutators: each makes one random change of one kind to a nest.
//
// A mutator changes the tree in place and returns true, or leaves it alone and returns false where
// it finds no place for its change. The tree has been checked before. Afterwards it need not be
// valid: the mender repairs the names and types of pieces that a mutator has moved, and what it
// cannot repair, check() refuses. New nodes lie in the context's arena and carry nothing of what
// the checker fills in, or just what it would.
//
// A new mutator gets a line in mutators.def and a file of its name.

#include <cstdint>
#include <string_view>

#include "harness/generator/generator.h"
#include "harness/generator/random.h"
#include "harness/language/arena.h"
#include "harness/language/builder.h"
#include "harness/language/tree.h"
#include "harness/mutation/site.h"

namespace stackquake {

// Where pieces for splices come from.
class Donor {
 public:
  virtual ~Donor() = default;

  // A checked nest to be taken apart, other than the one that is changed. Its functions may be
  // called from there on: the mender lets them move over.
  virtual Nest& take() = 0;
};

struct MutationContext {
  Nest& nest;
  Arena& arena;
  Random& random;
  Generator& generator;  // makes parts in `arena`, and knows the names of `nest`
  Donor& donor;
  Site& site;  // for any use; kept between mutations for its storage
  bool goroutines = false;
};

struct Mutator {
  std::string_view name;
  uint32_t weight;
  bool (*apply)(MutationContext& context);
};

#define STACKQUAKE_MUTATOR(name, weight) bool name(MutationContext& context);
#include "harness/mutation/mutators.def"
#undef STACKQUAKE_MUTATOR

constexpr Mutator kMutators[] = {
#define STACKQUAKE_MUTATOR(name, weight) {#name, weight, name},
#include "harness/mutation/mutators.def"
#undef STACKQUAKE_MUTATOR
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_MUTATION_MUTATOR_H_
