#ifndef STACKQUAKE_HARNESS_MUTATION_NEST_MUTATOR_H_
#define STACKQUAKE_HARNESS_MUTATION_NEST_MUTATOR_H_

// Makes nests from nests: what a fuzzing engine calls in place of its own changes of bytes.
//
// A mutation parses the text, lets one to four mutators (mutator.h) change the tree one after the
// other, mends and checks the tree after each, and prints it. A change that is not a nest, changes
// nothing or gets too long is undone and another one tried. The result is evaluated once by the
// oracle, and refused when it takes too many steps: it would only slow the fuzzing down. Now and
// then the result is a nest of the generator instead.
//
// The same text, limit and seed give the same result, whatever came before. All storage is kept
// from one mutation to the next. Not thread-safe.

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "harness/generator/generator.h"
#include "harness/generator/random.h"
#include "harness/language/arena.h"
#include "harness/language/tree.h"
#include "harness/mutation/mender.h"
#include "harness/mutation/mutator.h"
#include "harness/mutation/site.h"
#include "harness/oracle/oracle.h"

namespace stackquake {

struct MutationOptions {
  bool goroutines = false;
  uint64_t max_steps = 1'200;  // of the oracle; fewer where directives make a step cost more
};

// What became of the changes that one mutator was asked for.
struct MutatorCounts {
  uint64_t accepted = 0;
  uint64_t no_place = 0;   // nothing in the nest to change
  uint64_t unchanged = 0;  // the text came out as it was
  uint64_t too_long = 0;
  uint64_t refused = 0;  // by check()
};

class NestMutator : private Donor {
 public:
  explicit NestMutator(MutationOptions options = {});
  NestMutator(const NestMutator&) = delete;
  NestMutator& operator=(const NestMutator&) = delete;

  // The results below are valid until the next call, at most `max_bytes` long, and nests that the
  // oracle is done with in the budget of steps. Where nothing fits in `max_bytes`, the empty text.

  // A changed nest. What is cut away from a text that is too long is left to chance. A text that is
  // no nest gives a generated one. Where no change can be found, the text itself comes back, if it
  // is in the budget.
  std::string_view mutate(std::string_view text, size_t max_bytes, uint32_t seed);

  // The first nest with a piece of the second one in it. Where either is no nest, a mutation of
  // the other.
  std::string_view cross_over(std::string_view a, std::string_view b, size_t max_bytes,
                              uint32_t seed);

  // A new nest of the generator.
  std::string_view generate(size_t max_bytes, uint32_t seed);

  // The checked tree of the text that was returned last, so that an engine that hands it straight
  // back need not parse it; null for any other text. Positions in it mean nothing.
  const Nest* tree_of(std::string_view text) const;

  // By mutator, in the order of kMutators.
  std::span<const MutatorCounts> counts() const { return counts_; }

 private:
  enum class Step : uint8_t { kDone, kFailed };

  void begin(size_t max_bytes, uint64_t seed);
  bool load_text(std::string_view text);
  void undo();
  std::string_view result();
  std::string_view fall_back(std::string_view text);
  std::string_view generated();

  std::string_view mutated(std::string_view text);
  bool try_to_mutate(uint32_t changes);
  bool change();
  size_t choose_mutator();
  Step apply(const Mutator& mutator, MutatorCounts& counts);
  Step accept(MutatorCounts& counts);
  bool in_budget();

  Nest& take() override;
  Nest* parse_donor(std::string_view text);

  MutationOptions options_;
  Random random_{0};
  Arena arena_;        // of the tree
  Arena donor_arena_;  // of the tree that splices take from
  Mender mender_;
  Oracle oracle_;
  Site site_;
  size_t max_bytes_ = 0;
  Nest* nest_ = nullptr;
  std::string text_;       // of nest_, printed
  std::string candidate_;  // scratch
  std::string result_;
  const Nest* result_tree_ = nullptr;
  Nest* donor_ = nullptr;        // what take() has given for the change at hand
  std::string_view donor_text_;  // of cross_over; empty otherwise
  Nest* next_donor_ = nullptr;   // its tree, until somebody takes it
  std::array<MutatorCounts, std::size(kMutators)> counts_{};
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_MUTATION_NEST_MUTATOR_H_
