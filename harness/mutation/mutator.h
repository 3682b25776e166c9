#ifndef STACKQUAKE_HARNESS_MUTATION_MUTATOR_H_
#define STACKQUAKE_HARNESS_MUTATION_MUTATOR_H_

// The mutators. Each makes one random change of one kind to a nest.
//
// A mutator changes the tree in place and returns true. When it finds no place for its change, it
// leaves the tree alone and returns false.
//
// Before the change the tree has been checked. Afterwards it need not be valid: the mender repairs
// names and types, and check() refuses what the mender cannot repair. New nodes lie in the
// context's arena. They have either nothing of what the checker fills in, or exactly that.
//
// A new mutator needs a line in mutators.def and a file of its name.

#include <cstdint>
#include <string_view>

#include "harness/generator/generator.h"
#include "harness/generator/random.h"
#include "harness/language/arena.h"
#include "harness/language/builder.h"
#include "harness/language/tree.h"
#include "harness/mutation/site.h"

namespace stackquake {

// The source of pieces for splices.
class Donor {
 public:
  virtual ~Donor() = default;

  // A checked nest, other than the one that is changed, which the mutator may take apart. The
  // changed nest may call its functions; the mender adopts them.
  virtual Nest& take() = 0;
};

struct MutationContext {
  Nest& nest;
  Arena& arena;
  Random& random;
  Generator& generator;  // makes parts in `arena` with names that `nest` does not have
  Donor& donor;
  Site& site;  // for any use; reused, so that it keeps its storage
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
