// Nests of hand-overs are made to be compared with real Go, so no schedule may decide how most of
// them behave; and a nest that ends early, or never, compares little.

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "harness/generator/generator.h"
#include "harness/language/language.h"
#include "harness/oracle/oracle.h"

namespace stackquake {
namespace {

constexpr uint64_t kNestsOfHandOvers = 200;
constexpr uint32_t kSchedules = 8;

struct Behaviour {
  OracleOutcome outcome;
  std::vector<std::vector<int64_t>> traces;

  friend bool operator==(const Behaviour&, const Behaviour&) = default;
};

Behaviour behaviour(const Nest& nest, uint32_t seed, Oracle& oracle) {
  OracleOptions options = oracle_options(nest.directives, Level::kModern);
  options.seed = seed;
  options.preempts_anywhere = true;
  options.by_priority = seed % 2 == 0;
  options.direct_handoff = seed % 4 < 2;
  const OracleResult& result = oracle.evaluate(nest, options);
  Behaviour made{result.outcome, {result.traces().begin(), result.traces().end()}};
  std::erase_if(made.traces, [](const auto& trace) { return trace.empty(); });
  std::ranges::sort(made.traces);
  return made;
}

TEST(HandOvers, MostBehaveAlikeUnderAllSchedulesAndMostOfTheseExit) {
  Arena arena;
  Diagnostic diagnostic;
  Oracle oracle;
  uint64_t alike = 0;
  uint64_t exits = 0;
  for (uint64_t number = 0; number < kNestsOfHandOvers; ++number) {
    arena.reset();
    Random random(seed_of_nest(3, number));
    const GeneratorOptions options{
        .goroutines = true, .hand_overs = 100, .profile = kProfiles.at(number % 2)};
    Nest* nest = Generator(random, arena, options).nest();
    ASSERT_TRUE(check(*nest, arena, diagnostic)) << diagnostic.message;
    const Behaviour first = behaviour(*nest, 1, oracle);
    bool same = true;
    for (uint32_t seed = 2; same && seed <= kSchedules; ++seed) {
      same = behaviour(*nest, seed, oracle) == first;
    }
    alike += same ? 1 : 0;
    exits += same && first.outcome.kind == OracleOutcome::Kind::kExit ? 1 : 0;
  }
  EXPECT_GT(alike, kNestsOfHandOvers / 2);
  EXPECT_GT(exits, alike / 2);
}

}  // namespace
}  // namespace stackquake
