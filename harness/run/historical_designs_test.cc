// The designs of earlier times misbehave exactly where Go of that time did, and for the same
// reason.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/run/nest_checker.h"
#include "harness/run/run_testing.h"
#include "harness/run/violation_text.h"
#include "harness/testing/corpus_folder.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

using runtime::MovePolicy;
using runtime::Options;
using runtime::OutcomeKind;
using runtime::PoisonMode;

constexpr std::string_view kStaleForPanic = "stale-pointer:Defer run by panic:argument";
constexpr std::string_view kStaleForGoexit = "stale-pointer:Defer run by Goexit:argument";
constexpr std::string_view kUnexpectedArgp = "throw:adjustdefers:argp";
constexpr std::string_view kStartedTwice = "bad-defer-chain:started twice";

class HistoricalDesignTest : public testing::TestWithParam<std::string_view> {
 protected:
  HistoricalDesignTest() : checker_(GetParam()) {}

  // Runs the corpus of defects with its directives, and the other folders without forced copies:
  // real Go copies stacks only when they grow, or in a collection.
  const runtime::RunResult& run(const std::string& folder, const std::string& nest, Checks checks) {
    text_ = read_corpus_file(corpus_folder() + "/" + folder + "/" + nest + ".go");
    Diagnostic diagnostic;
    const Nest* loaded = checker_.load(text_, diagnostic);
    EXPECT_NE(loaded, nullptr) << diagnostic.message;
    finds_.assign(loaded->directives.finds.begin(), loaded->directives.finds.end());
    Options options = options_of(loaded->directives);
    if (folder != "defects") options.move = MovePolicy::kNone;
    if (checks == Checks::kNone) options.poison = PoisonMode::kNone;
    return checker_.run(options, checks);
  }

  std::string signature(const std::string& folder, const std::string& nest) {
    const runtime::RunResult& result = run(folder, nest, Checks::kAll);
    return result.violation ? result.violation->signature : "";
  }

  NestChecker checker_;
  std::string text_;
  std::vector<std::string> finds_;
};

// The reason for each wrong behaviour that behaviours.json records.
std::string_view reason(std::string_view design, const std::string& nest) {
  static const std::map<std::string, std::string_view> before_seed = {
      {"defer_ptrs_panic", kStaleForPanic}, {"panic_use_stack", kUnexpectedArgp}};
  static const std::map<std::string, std::string_view> seed = {
      {"goexit_after_recover", kStartedTwice},
      {"goexit_in_deferred_of_panic", kStartedTwice},
      {"goexit_in_panic", kStartedTwice}};
  const auto& reasons = design == "seed" ? seed : before_seed;
  const auto found = reasons.find(nest);
  return found == reasons.end() ? "none known" : found->second;
}

TEST_P(HistoricalDesignTest, IsAccusedWhereRealGoWasWrongAndNowhereElse) {
  const auto behaviours =
      nlohmann::json::parse(read_corpus_file(corpus_folder() + "/truth/behaviours.json"));
  for (const auto& [nest, levels] : behaviours.items()) {
    if (levels.at(std::string(GetParam())) != "as go1.4") {
      EXPECT_EQ(signature("truth", nest), reason(GetParam(), nest)) << nest;
      continue;
    }
    const runtime::RunResult& result = run("truth", nest, Checks::kAll);
    EXPECT_FALSE(result.violation) << nest << "\n" << to_string(*result.violation);
    EXPECT_EQ(behaviour_of(result), stated_behaviour("truth", nest, "go1.4")) << nest;
  }
}

TEST_P(HistoricalDesignTest, FindsTheDefectsThatItHasByConstruction) {
  const runtime::DefectSet built_in = runtime::built_in_defects(GetParam());
  size_t found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus_folder() + "/defects")) {
    if (entry.path().extension() != ".go") continue;
    const std::string nest = entry.path().stem();
    const std::string seen = signature("defects", nest);
    const bool has_one = std::any_of(finds_.begin(), finds_.end(), [&](const std::string& slug) {
      return built_in.has(*runtime::find_defect(slug));
    });
    if (!has_one) continue;
    EXPECT_NE(seen, "") << nest;
    ++found;
  }
  EXPECT_GT(found, 0u);
}

INSTANTIATE_TEST_SUITE_P(Designs, HistoricalDesignTest, testing::Values("before-seed", "seed"),
                         [](const auto& design) {
                           std::string name(design.param);
                           std::erase(name, '-');
                           return name;
                         });

// ---- Bugs that the change of 2014-09-16 fixed ----

class BeforeSeedTest : public HistoricalDesignTest {};

// The four tests of that change, in the same form.
TEST_P(BeforeSeedTest, FailsTheTestsOfTheChange) {
  EXPECT_EQ(signature("seeds", "defer_pointers_growth"), "") << "it never failed";
  EXPECT_EQ(signature("seeds", "defer_pointers_goexit"), kStaleForGoexit);
  EXPECT_EQ(signature("seeds", "defer_pointers_panic"), kStaleForPanic);
  EXPECT_EQ(signature("seeds", "panic_chain_growth"), kUnexpectedArgp);
}

// Real Go of that time did the same: at one depth the store goes to the old stack, and y stays 0.
TEST_P(BeforeSeedTest, LosesAStoreThroughAnArgument) {
  const Behaviour seen = behaviour_of(run("truth", "defer_ptrs_panic", Checks::kNone));
  const Behaviour right = stated_behaviour("truth", "defer_ptrs_panic", "go1.4");
  ASSERT_EQ(seen.traces.size(), 1u);
  ASSERT_EQ(seen.traces[0].size(), right.traces[0].size());
  size_t lost = 0;
  for (size_t i = 0; i < right.traces[0].size(); ++i) {
    if (seen.traces[0][i] == right.traces[0][i]) continue;
    EXPECT_EQ(seen.traces[0][i], 0);
    ++lost;
  }
  EXPECT_GT(lost, 0u);
}

// Counts the heap records that are deferred and those that are freed.
class Records final : public runtime::Observer {
 public:
  void deferred(const runtime::G&, const runtime::DeferredCall& d) override {
    runtime::in_heap(d.record) ? ++made : ++marks;
  }
  void defer_freed(const runtime::G&, const runtime::DeferredCall& d) override {
    if (runtime::in_heap(d.record)) ++freed;
  }
  size_t made = 0;
  size_t freed = 0;
  size_t marks = 0;  // mark records, which lie in frames of gopanic
};

// The record of an aborted panic can be freed only by a recovery.
TEST_P(BeforeSeedTest, GivesTheRecordsOfAbortedPanicsBack) {
  constexpr std::string_view kNest = R"(package main

func main() {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		panic(2)
	}()
	panic(1)
}
)";
  Diagnostic diagnostic;
  ASSERT_NE(checker_.load(kNest, diagnostic), nullptr);
  Records records;
  const runtime::RunResult& result = checker_.run({}, Checks::kAll, records);
  EXPECT_FALSE(result.violation);
  EXPECT_EQ(result.stats.aborted_panics, 1u);
  EXPECT_EQ(records.made, 2u);
  EXPECT_EQ(records.freed, 2u);
  EXPECT_EQ(records.marks, 3u) << "one for each call that a panic ran, that of abortpanic included";
}

INSTANTIATE_TEST_SUITE_P(Design, BeforeSeedTest, testing::Values("before-seed"));

// ---- Bugs that this change brought ----

class SeedTest : public HistoricalDesignTest {};

TEST_P(SeedTest, PassesTheTestsOfTheChange) {
  for (const std::string nest : {"defer_pointers_growth", "defer_pointers_goexit",
                                 "defer_pointers_panic", "panic_chain_growth"}) {
    EXPECT_EQ(signature("seeds", nest), "") << nest;
  }
}

// Real Go of that time did the same: a deferred call that calls Goexit runs until the stack is
// full.
TEST_P(SeedTest, RunsACallThatCallsGoexitAgainAndAgain) {
  const Behaviour right = stated_behaviour("truth", "goexit_in_panic", "go1.4");
  const Behaviour seen = behaviour_of(run("truth", "goexit_in_panic", Checks::kNone));
  EXPECT_EQ(seen.outcome.kind, OutcomeKind::kOverflow);
  EXPECT_GT(seen.traces.back().size(), right.traces.back().size());
  EXPECT_EQ(run("truth", "goexit_in_deferred_of_panic", Checks::kNone).outcome.kind,
            OutcomeKind::kOverflow);
}

INSTANTIATE_TEST_SUITE_P(Design, SeedTest, testing::Values("seed"));

}  // namespace
}  // namespace stackquake
