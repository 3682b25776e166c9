#ifndef STACKQUAKE_HARNESS_MUTATION_NEST_MUTATOR_H_
#define STACKQUAKE_HARNESS_MUTATION_NEST_MUTATOR_H_

// Makes nests from nests. A fuzzing engine calls it instead of changing bytes.
//
// A mutation takes these steps:
//   1. It parses the text, unless that is the last result, whose tree it has.
//   2. One to four mutators (mutator.h) change the tree, one after the other. After each, the tree
//      is mended, checked and printed. A change that is not a nest, changes nothing or makes the
//      text too long is undone, and another one is tried.
//   3. The oracle evaluates the result. A nest that takes too many steps is refused, because it
//      would only slow the fuzzing down, and make a process large.
// Now and then the result is a nest of the generator instead.
//
// The same text, limit and seed give the same result, whatever came before. All storage is reused
// for the next mutation. Not thread-safe.

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

  // Of the oracle; fewer if directives make a step cost more. A generated nest has about 1,200
  // steps of its own, and its panics, copies and collections cost as many again or more
  // (runtime_under_test/options.h says how much): a smaller budget refuses nests that have these.
  // The few large nests of the generator (Generator::scale), and mutations by a generator that is
  // at such a one, may take up to `most_scale` times as many.
  uint64_t max_steps = 2'500;
  uint32_t most_scale = kMostScale;
};

// The fate of the changes that one mutator was asked for.
struct MutatorCounts {
  uint64_t accepted = 0;
  uint64_t no_place = 0;   // it found nothing to change
  uint64_t unchanged = 0;  // the text was the same afterwards
  uint64_t too_long = 0;
  uint64_t refused = 0;  // by check()
};

class NestMutator : private Donor {
 public:
  explicit NestMutator(MutationOptions options = {});
  NestMutator(const NestMutator&) = delete;
  NestMutator& operator=(const NestMutator&) = delete;

  // The results of the next three functions are nests that the oracle finishes within the budget of
  // steps. They are at most `max_bytes` long, and valid until the next call. If no nest fits into
  // `max_bytes`, the result is the empty text.

  // A changed nest. A text that is too long loses random statements. For a text that is not a nest,
  // a generated nest. When no change works, the text itself, if it is within the budget.
  std::string_view mutate(std::string_view text, size_t max_bytes, uint32_t seed);

  // The first nest with a piece of the second one in it. If one of them is not a nest, a mutation
  // of the other.
  std::string_view cross_over(std::string_view a, std::string_view b, size_t max_bytes,
                              uint32_t seed);

  // A nest of the generator.
  std::string_view generate(size_t max_bytes, uint32_t seed);

  // The checked tree of the text that was returned last, so that a caller that runs that text at
  // once need not parse it. Null for any other text. Positions in the tree mean nothing.
  const Nest* tree_of(std::string_view text) const;

  // One for each mutator, in the order of kMutators.
  std::span<const MutatorCounts> counts() const { return counts_; }

 private:
  enum class Step : uint8_t { kDone, kFailed };

  bool begin(std::string_view text, size_t max_bytes, uint64_t seed);
  bool load_text(std::string_view text);
  void undo();
  std::string_view result();
  std::string_view fall_back(std::string_view text);
  std::string_view generated();
  GeneratorOptions generator_options(Profile profile) const;

  std::string_view mutated(std::string_view text);
  bool try_to_mutate(uint32_t changes);
  bool change();
  size_t choose_mutator();
  Step apply(const Mutator& mutator, MutatorCounts& counts);
  Step accept(MutatorCounts& counts);
  bool in_budget();
  bool ends(const OracleOptions& options);
  bool ends_with_any_addresses(OracleOptions options);
  const OracleResult& evaluated_with_room(OracleOptions options);

  Nest& take() override;
  Nest* parse_donor(std::string_view text);

  MutationOptions options_;
  Random random_{0};
  Arena arena_;        // of the tree
  Arena donor_arena_;  // of donors' trees; the tree may have parts of them
  Mender mender_;
  Oracle oracle_;
  Site site_;
  size_t max_bytes_ = 0;
  uint32_t scale_ = 1;  // a factor of the steps that the result may take
  Nest* nest_ = nullptr;
  std::string text_;       // of nest_, printed
  std::string candidate_;  // scratch
  std::string result_;
  const Nest* result_tree_ = nullptr;
  uint32_t reuses_ = 0;          // of a result's tree, since a text was last parsed
  Nest* donor_ = nullptr;        // the nest that take() gave for the current change
  std::string_view donor_text_;  // of cross_over; empty otherwise
  Nest* next_donor_ = nullptr;   // its tree, until take() gives it
  std::array<MutatorCounts, std::size(kMutators)> counts_{};
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_MUTATION_NEST_MUTATOR_H_
