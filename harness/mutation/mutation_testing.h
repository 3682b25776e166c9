#ifndef STACKQUAKE_HARNESS_MUTATION_MUTATION_TESTING_H_
#define STACKQUAKE_HARNESS_MUTATION_MUTATION_TESTING_H_

// Shared by the tests of mutators: applies one mutator to a text.

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/language/nest_testing.h"
#include "harness/mutation/mender.h"
#include "harness/mutation/mutator.h"

namespace stackquake {

inline const Mutator& mutator_named(std::string_view name) {
  const auto* found = std::find_if(std::begin(kMutators), std::end(kMutators),
                                   [&](const Mutator& mutator) { return mutator.name == name; });
  EXPECT_NE(found, std::end(kMutators)) << name;
  return *found;
}

class MutationTest : public testing::Test, protected Donor {
 protected:
  // The result of one mutator on a text, mended and checked. Empty when it finds no place.
  std::optional<std::string> mutated(const Mutator& mutator, std::string_view text, uint64_t seed) {
    Random random(seed);
    arena_.reset();
    Nest& nest = *load_good(text, arena_);
    Generator generator(random, arena_);
    generator.avoid_names(nest);
    taken_ = nullptr;
    MutationContext context{nest, arena_, random, generator, *this, site_};
    if (!mutator.apply(context)) {
      EXPECT_EQ(printed(nest), canonical(text)) << mutator.name << " changed what it leaves alone";
      return std::nullopt;
    }
    Mender(arena_, random).mend(nest, taken_ ? taken_->functions : std::span<Function*>());
    Diagnostic diagnostic;
    const std::string out = printed(nest);
    if (!check(nest, arena_, diagnostic)) {
      ADD_FAILURE() << mutator.name << ", seed " << seed << ": " << diagnostic.message << "\n"
                    << out;
    }
    return out;
  }

  // All results of a mutator on a text, for the first `seeds` seeds.
  std::set<std::string> all(std::string_view name, std::string_view text, uint64_t seeds = 200) {
    std::set<std::string> results;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
      const auto result = mutated(mutator_named(name), text, seed);
      if (result) results.insert(*result);
    }
    return results;
  }

  static std::string printed(const Nest& nest) {
    std::string out;
    print(nest, out);
    return out;
  }

  static std::string canonical(std::string_view text) {
    Arena arena;
    return printed(*load_good(text, arena));
  }

  static std::string main_of(const std::string& statements) {
    return "package main\n\nfunc main() {\n" + statements + "}\n";
  }

  Nest& take() override {
    taken_ = load_good(donor_, arena_);
    return *taken_;
  }

  Arena arena_;
  Site site_;
  std::string donor_ = "package main\n\nfunc main() {\n\ttrace(77)\n}\n";
  Nest* taken_ = nullptr;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_MUTATION_MUTATION_TESTING_H_
