#include "harness/sweep/sweep.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/compiler/corpus_testing.h"
#include "harness/run/nest_checker.h"
#include "harness/testing/corpus_folder.h"
#include "runtime_under_test/defects.h"

namespace stackquake {
namespace {

constexpr std::string_view kNest = R"(package main

func set(p *int) {
	*p = 42
}

func main() {
	var y int
	defer func() {
		trace(code(recover()))
		trace(y)
	}()
	defer set(&y)
	panic(1)
}
)";

class Log final : public SweepWatcher {
 public:
  void beginning(uint64_t run) override { begun.push_back(run); }
  void planned(uint64_t safepoints, uint64_t runs) override {
    this->safepoints = safepoints;
    planned_runs = runs;
  }
  void ran(uint64_t run, const Placement& placement, const runtime::RunResult& result) override {
    runs.insert(run);
    if (!result.violation) return;
    wrong.push_back(placement);
    checks.emplace(result.violation->check);
  }

  uint64_t safepoints = 0;
  uint64_t planned_runs = 0;
  std::vector<uint64_t> begun;
  std::set<uint64_t> runs;
  std::vector<Placement> wrong;
  std::set<std::string> checks;
};

Log swept(std::string_view text, const SweepPlan& plan, runtime::DefectSet defects = {}) {
  NestChecker checker("go1.4", defects);
  Diagnostic diagnostic;
  const Nest* nest = checker.load(text, diagnostic);
  EXPECT_NE(nest, nullptr) << diagnostic.message;
  Log log;
  if (nest != nullptr) sweep(checker, options_of(nest->directives), plan, log);
  return log;
}

// A defect that shows only where the stack is copied at one safepoint, and its nest.
constexpr std::string_view kDefect = "traceback-on-own-stack";

std::string nest_of_defect(std::string_view slug = kDefect) {
  return read_corpus_file(corpus_folder() + "/defects/" + std::string(slug) + ".go");
}

runtime::DefectSet with(std::string_view slug = kDefect) {
  runtime::DefectSet defects;
  defects.add(*runtime::find_defect(slug));
  return defects;
}

TEST(SweepTest, OneCopyAndOneCollectionAtEachSafepoint) {
  const Log log = swept(kNest, {});
  EXPECT_GT(log.safepoints, 5u);
  EXPECT_EQ(log.planned_runs, 1 + 2 * log.safepoints);
  EXPECT_EQ(log.runs.size(), log.planned_runs);
  EXPECT_EQ(log.begun.size(), log.planned_runs);
  EXPECT_TRUE(log.wrong.empty());
}

TEST(SweepTest, PairsComeOnTop) {
  const Log log = swept(kNest, {.pairs = true});
  const uint64_t s = log.safepoints;
  EXPECT_EQ(log.runs.size(), 1 + 2 * s + s * (s - 1) / 2 + s * s);
  EXPECT_TRUE(log.wrong.empty());
}

TEST(SweepTest, ADefectIsFoundAtTheOneCopyThatShowsIt) {
  const Log log = swept(nest_of_defect(), {}, with());
  ASSERT_EQ(log.wrong.size(), 1u);
  EXPECT_EQ(log.wrong[0].copies.size(), 1u);
  EXPECT_TRUE(log.wrong[0].collections.empty());
  EXPECT_EQ(log.checks, std::set<std::string>{"bad-traceback"});
  EXPECT_EQ(log.runs.size(), 1 + 2 * log.safepoints);
  EXPECT_TRUE(swept(nest_of_defect(), {}).wrong.empty());
}

TEST(SweepTest, TheNestsOwnPoliciesDoNotCount) {
  const std::string nest = "package main\n\nfunc main() {\n\tdefer trace(1)\n\trecover()\n}\n";
  const std::string always = "//quake:move=safepoint gc=safepoint\n" + nest;
  NestChecker checker("go1.4");
  for (const std::string& text : {nest, always}) {
    Diagnostic diagnostic;
    const Nest* loaded = checker.load(text, diagnostic);
    ASSERT_NE(loaded, nullptr) << diagnostic.message;
    Log log;
    sweep(checker, options_of(loaded->directives), {.most_runs = 0}, log);
    EXPECT_EQ(log.runs, std::set<uint64_t>{0});
    EXPECT_EQ(checker.runner().runtime().result().stats.forced_copies, 0u) << text;
    EXPECT_EQ(checker.runner().runtime().result().stats.collections, 0u) << text;
  }
}

TEST(SweepTest, ANestThatIsWrongAnywayRunsOnce) {
  const Log log = swept(nest_of_defect("goexit-reruns-started"), {.pairs = true},
                        with("goexit-reruns-started"));
  EXPECT_EQ(log.planned_runs, 1u);
  EXPECT_EQ(log.runs, std::set<uint64_t>{0});
  EXPECT_EQ(log.checks, std::set<std::string>{"bad-defer-chain"});
}

TEST(SweepTest, PartsTogetherMakeEachRunOnce) {
  const Log whole = swept(kNest, {.pairs = true});
  size_t sum = 0;
  std::set<uint64_t> runs;
  for (uint64_t part = 0; part < 3; ++part) {
    const Log log = swept(kNest, {.pairs = true, .part = part, .parts = 3});
    sum += log.runs.size();
    runs.insert(log.runs.begin(), log.runs.end());
  }
  EXPECT_EQ(sum, whole.runs.size());
  EXPECT_EQ(runs, whole.runs);
}

TEST(SweepTest, ASweepGoesOnBehindARun) {
  const Log log = swept(kNest, {.part = 1, .parts = 2, .from = 4});
  EXPECT_EQ(*log.runs.begin(), 5u);
  EXPECT_EQ(*log.runs.rbegin(), log.planned_runs - 2);
}

TEST(SweepTest, TooManyRunsAreToldAndNotMade) {
  const Log log = swept(kNest, {.pairs = true, .most_runs = 100});
  EXPECT_GT(log.planned_runs, 100u);
  EXPECT_EQ(log.runs, std::set<uint64_t>{0});
  EXPECT_EQ(log.begun, std::vector<uint64_t>{0});
}

TEST(SweepTest, ThePlacementOfARunIsTheOneWithWhichItRan) {
  NestChecker checker("go1.4");
  Diagnostic diagnostic;
  const Nest* nest = checker.load(kNest, diagnostic);
  ASSERT_NE(nest, nullptr);
  const runtime::Options options = options_of(nest->directives);
  EXPECT_EQ(placement_of(checker, options, {}, 0), Placement{});
  EXPECT_EQ(placement_of(checker, options, {}, 3)->copies, std::vector<uint64_t>{2});
  EXPECT_FALSE(placement_of(checker, options, {}, 1000));
}

}  // namespace
}  // namespace stackquake
