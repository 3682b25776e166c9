// Every nest of the corpus with a stated behaviour behaves as behaviours.json says, on every design
// that is right. This must hold however its stacks are moved, its heap is collected and dead memory
// is poisoned: here a copier or collector that loses a pointer shows itself.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "harness/audit/checker.h"
#include "harness/run/fnv_hash.h"
#include "harness/run/run_testing.h"
#include "harness/run/violation_text.h"
#include "harness/testing/corpus_folder.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

using runtime::GcPolicy;
using runtime::MovePolicy;
using runtime::Options;
using runtime::PlacePolicy;
using runtime::PoisonMode;

constexpr MovePolicy kMoves[] = {MovePolicy::kNone, MovePolicy::kPrologue, MovePolicy::kCall,
                                 MovePolicy::kSafepoint};
constexpr GcPolicy kCollections[] = {GcPolicy::kNone, GcPolicy::kAlloc, GcPolicy::kSafepoint};
constexpr PlacePolicy kPlaces[] = {PlacePolicy::kFresh, PlacePolicy::kReuse};
constexpr PoisonMode kPoisons[] = {PoisonMode::kNone, PoisonMode::kFill, PoisonMode::kAsan,
                                   PoisonMode::kProtect};
constexpr size_t kPlacesAndPoisons = std::size(kPlaces) * std::size(kPoisons);
constexpr uint32_t kSeeds[] = {0, 1, 7, 12345};

std::string options_text(const Options& options) {
  const auto number = [](auto value) { return std::to_string(static_cast<uint32_t>(value)); };
  return "stack=" + number(options.stack_bytes) + " move=" + number(options.move) +
         " gc=" + number(options.gc) + " place=" + number(options.place) +
         " poison=" + number(options.poison) + " sched=" + number(options.seed);
}

using Name = std::pair<std::string, std::string>;  // folder, nest

// Stacks and heap of all designs are the same, so their policies need not all be tried again with
// every policy of moves and collections. Only the oldest and the newest design try all pairs of
// them with each; the others try one, and the next nest tries another one.
constexpr std::string_view kTriedWholly[] = {"go1.4", "go1.26"};

uint64_t hash_of(const Name& name) {
  FnvHash hash;
  for (char c : name.second) hash.add(static_cast<uint8_t>(c));
  return hash.sum() >> 32;
}

// A design with all that runs nests on it. To make one takes longer than most tests.
struct Machine {
  explicit Machine(std::string_view design)
      : runtime(runtime::make_design(design)), checker(runtime), compiler(runtime.design()) {}

  runtime::Runtime runtime;
  Checker checker;
  Compiler compiler;
};

class CorpusTest : public testing::TestWithParam<std::tuple<std::string_view, Name>> {
 protected:
  CorpusTest()
      : machine_(machine_of(std::get<0>(GetParam()))),
        nest_(compile_corpus_nest(machine_.compiler, name().first, name().second)),
        stated_(stated_behaviour(name().first, name().second,
                                 machine_.runtime.design().goexit_goes_on() ? "modern" : "go1.4")) {
  }

  static void TearDownTestSuite() { shared_.reset(); }

  // That of the last test if it was of the same design.
  static Machine& machine_of(std::string_view design) {
    if (!shared_ || shared_->runtime.design().name() != design) {
      shared_.reset();  // there is one runtime in a process
      shared_.emplace(design);
    }
    return *shared_;
  }

  static const Name& name() { return std::get<1>(GetParam()); }

  void expect_stated(const Options& options) {
    const runtime::RunResult& result = machine_.checker.run(nest_.program, options);
    EXPECT_FALSE(result.violation.has_value())
        << to_string(*result.violation) << " with " << options_text(options);
    EXPECT_EQ(behaviour_of(result), stated_) << options_text(options);
  }

  // Runs with every combination of policies, on stacks that start with `stack_bytes`.
  void expect_stated_in_all_modes(uint32_t stack_bytes) {
    Options options = nest_.options;
    options.stack_bytes = stack_bytes;
    const bool is_sampled = std::ranges::count(kTriedWholly, std::get<0>(GetParam())) == 0;
    uint64_t tried = hash_of(name()) + stack_bytes;
    for (MovePolicy move : kMoves) {
      for (GcPolicy gc : kCollections) {
        ++tried;
        uint64_t number = 0;
        for (PlacePolicy place : kPlaces) {
          for (PoisonMode poison : kPoisons) {
            if (is_sampled && number++ != tried % kPlacesAndPoisons) continue;
            options.move = move;
            options.gc = gc;
            options.place = place;
            options.poison = poison;
            expect_stated(options);
            if (HasFailure()) return;
          }
        }
      }
    }
  }

  static inline std::optional<Machine> shared_;

  Machine& machine_;
  CompiledNest nest_;
  Behaviour stated_;
};

TEST_P(CorpusTest, BehavesAsStatedUnderItsOwnDirectives) {
  expect_stated(nest_.options);
}

TEST_P(CorpusTest, BehavesAsStatedInAllModes) {
  expect_stated_in_all_modes(nest_.options.stack_bytes);
}

TEST_P(CorpusTest, BehavesAsStatedInAllModesOnTheSmallestStacks) {
  expect_stated_in_all_modes(runtime::kMinStackBytes);
}

TEST_P(CorpusTest, BehavesAsStatedUnderEverySchedulerSeed) {
  for (uint32_t seed : kSeeds) {
    for (MovePolicy move : {MovePolicy::kNone, MovePolicy::kSafepoint}) {
      Options options = nest_.options;
      options.seed = seed;
      options.move = move;
      expect_stated(options);
    }
  }
}

// The forced modes test something only if they really copy and collect.
TEST_P(CorpusTest, ForcedModesCopyAndCollect) {
  Options options = nest_.options;
  options.move = MovePolicy::kSafepoint;
  options.gc = GcPolicy::kSafepoint;
  const runtime::Stats& stats = machine_.runtime.run(nest_.program, options).stats;
  EXPECT_GT(stats.forced_copies, 0u);
  EXPECT_GT(stats.collections, 0u);
}

INSTANTIATE_TEST_SUITE_P(Corpus, CorpusTest,
                         testing::Combine(testing::ValuesIn(right_designs()),
                                          testing::ValuesIn(corpus_names())),
                         [](const auto& test) {
                           std::string design(std::get<0>(test.param));
                           std::erase_if(design, [](char c) { return !std::isalnum(c); });
                           const Name& nest = std::get<1>(test.param);
                           return design + "_" + nest.first + "_" + nest.second;
                         });

TEST(BadCorpusTest, EveryNestIsRefusedAndTheNextOneRuns) {
  NestRunner runner("go1.4");
  Diagnostic diagnostic;
  const std::string good = "package main\n\nfunc main() {\n\ttrace(7)\n}\n";
  size_t refused = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus_folder() + "/bad")) {
    SCOPED_TRACE(entry.path());
    const std::string bad = read_corpus_file(entry.path());
    EXPECT_EQ(runner.load(bad, diagnostic), nullptr);
    EXPECT_NE(diagnostic.message, "");
    ++refused;
    ASSERT_NE(runner.load(good, diagnostic), nullptr);
    EXPECT_EQ(to_string(behaviour_of(runner.run({}))), "exit; traces [7]");
  }
  EXPECT_GT(refused, 0u);
}

}  // namespace
}  // namespace stackquake
