#include "harness/run/nest_checker.h"

#include <gtest/gtest.h>

#include "harness/audit/faulty_design_testing.h"
#include "harness/compiler/corpus_testing.h"
#include "harness/language/language.h"
#include "harness/run/behaviour.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

// Deferred calls run last in, first out, and a recovered panic lets the function return.
constexpr std::string_view kNest = R"(package main

func main() {
	defer trace(1)
	defer func() {
		trace(code(recover()))
	}()
	defer trace(3)
	panic(2)
}
)";
constexpr std::string_view kBehaviour = "exit; traces [3 2 1]";

class NestCheckerTest : public testing::Test {
 protected:
  const Nest& tree(std::string_view text) {
    Diagnostic diagnostic;
    return *load(text, arena_, diagnostic);
  }
  std::string behaviour() {
    runtime::Options options;
    options.move = runtime::MovePolicy::kSafepoint;
    const runtime::RunResult& result = checker_.run(options, Checks::kAll);
    return result.violation ? result.violation->message : to_string(behaviour_of(result));
  }

  Arena arena_;
  NestChecker checker_{"go1.4"};
};

TEST_F(NestCheckerTest, AdoptedTreesRunAndAreCheckedAsLoadedOnes) {
  Diagnostic diagnostic;
  ASSERT_NE(checker_.load("package main\n\nfunc main() {\n\ttrace(9)\n}\n", diagnostic), nullptr);
  checker_.adopt(tree(kNest));
  EXPECT_EQ(behaviour(), kBehaviour);
}

// The first object of the heap lies at a multiple of 48, which few addresses are.
TEST_F(NestCheckerTest, DoesNotAccuseANestThatDependsOnAddresses) {
  const std::string before =
      "package main\n\nfunc main() {\n\tm := &node{val: 1}\n"
      "\tx := addr(&m.val)\n\tvar a [2]int\n";
  checker_.adopt(tree(before + "\ta[x%48] = 1\n}\n"));
  EXPECT_EQ(behaviour(), "exit; no traces");
  EXPECT_TRUE(checker_.depends_on_addresses({}));
  checker_.adopt(tree(before + "\ta[x%8] = 1\n}\n"));
  EXPECT_FALSE(checker_.depends_on_addresses({}));
}

TEST_F(NestCheckerTest, EachDesignInItsTurn) {
  const Nest& nest = tree(kNest);
  for (int turn = 0; turn < 2; ++turn) {
    for (const std::string_view design : runtime::design_names()) {
      checker_.set_design(runtime::make_design(design));
      checker_.adopt(nest);
      EXPECT_EQ(checker_.runner().runtime().design().name(), design);
      EXPECT_EQ(behaviour(), kBehaviour) << design;
    }
  }
}

// The switched-on defects belong to the design that runs.
TEST_F(NestCheckerTest, DefectsGoWithTheirDesign) {
  const Nest& nest = tree(kNest);
  checker_.set_design(runtime::make_design("go1.4", {runtime::Defect::kPanicPopsDefer}));
  EXPECT_TRUE(checker_.runner().runtime().has(runtime::Defect::kPanicPopsDefer));
  checker_.set_design(runtime::make_design("go1.4"));
  EXPECT_FALSE(checker_.runner().runtime().has(runtime::Defect::kPanicPopsDefer));
  checker_.adopt(nest);
  EXPECT_EQ(behaviour(), kBehaviour);
}

// Each call needs a frame, and spoils the stack guard before the next one.
constexpr std::string_view kDeep = R"(//quake:stack=256
package main

func deep(n int) int {
	defer trace(n)
	if n == 0 {
		return 0
	}
	rest := deep(n - 1)
	return rest + 1
}

func main() {
	trace(deep(40))
}
)";

class UnobservedTest : public testing::Test {
 protected:
  // Runs a nest on a faulty design with every check.
  const std::optional<runtime::Violation>& violation_in(std::string_view text) {
    checker_.emplace(std::make_unique<FaultyDesign>(faults_));
    Diagnostic diagnostic;
    const Nest* nest = checker_->load(text, diagnostic);
    if (nest == nullptr) ADD_FAILURE() << to_string(diagnostic, "nest");
    return checker_->run(options_of(nest->directives), Checks::kAll).violation;
  }

  Faults faults_;
  std::optional<NestChecker> checker_;
};

// The stack guard lies too low, so a prologue sees too late that its frame does not fit. With an
// observer each prologue asks morestack, which does not need the guard.
TEST_F(UnobservedTest, FindsAPrologueThatComparesWithAWrongGuard) {
  faults_.after_deferproc = [](runtime::G& g) { g.stackguard = g.stack.lo; };
  ASSERT_TRUE(violation_in(kDeep));
  EXPECT_EQ(violation_in(kDeep)->check, "observed-differs");
}

TEST_F(UnobservedTest, NamesTheNumberThatDiffers) {
  // Preempts 41 times, but not by the guard: only a prologue that asks morestack anyway sees it.
  faults_.after_deferproc = [](runtime::G& g) { g.preempt = true; };
  const auto& violation = violation_in(kDeep);
  ASSERT_TRUE(violation);
  EXPECT_EQ(violation->signature, "observed-differs:preemptions");
  EXPECT_NE(violation->message.find("preemptions 41 and "), std::string::npos)
      << violation->message;
}

TEST_F(UnobservedTest, IsSilentOnARightDesign) {
  const auto& violation = violation_in(kDeep);
  EXPECT_FALSE(violation) << violation->message;
}

// Designs with built-in defects included: for them, too, an observer must change nothing.
TEST(UnobservedCorpusTest, ObserverChangesNoRunOfTheCorpus) {
  for (const std::string_view design : runtime::design_names()) {
    NestChecker checker(design);
    for (const auto& [folder, name] : corpus_names()) {
      std::string path = corpus_folder();
      path.append("/").append(folder).append("/").append(name).append(".go");
      const std::string text = read_corpus_file(path);
      Diagnostic diagnostic;
      const Nest* nest = checker.load(text, diagnostic);
      ASSERT_NE(nest, nullptr) << name;
      const auto& violation = checker.run(options_of(nest->directives), Checks::kAll).violation;
      EXPECT_NE(violation ? violation->check : "", "observed-differs")
          << design << ", " << name << ": " << violation->message;
    }
  }
}

// Eleven frames of more than 20 words: more than a quarter of the limit, where the oracle gives up,
// and less than the limit.
constexpr std::string_view kPastAQuarter = R"(package main

func down(n int) {
	var pad [20]int
	_ = pad
	if n > 0 {
		down(n - 1)
	}
}

func main() {
	defer func() {
		trace(code(recover()))
	}()
	down(10)
	panic(2)
}
)";

TEST(DeepNestsTest, AreComparedWhereTheyDoNotOverflow) {
  Faults faults;
  Diagnostic diagnostic;
  NestChecker checker(std::make_unique<FaultyDesign>(faults));
  const auto signature = [&](uint32_t limit_bytes) -> std::string {
    runtime::Options options;
    options.limit_bytes = limit_bytes;
    const auto& violation = checker.run(options, Checks::kOracle).violation;
    return violation ? violation->signature : "";
  };
  ASSERT_NE(checker.load(kPastAQuarter, diagnostic), nullptr);
  EXPECT_EQ(signature(4096), "");
  faults.before_gorecover = [](runtime::G& g) {
    *runtime::at(runtime::record_at<runtime::Panic>(g.panic)->arg.data) = 3;
  };
  EXPECT_EQ(signature(65536), "behaviour-mismatch:traces");
  EXPECT_EQ(signature(4096), "behaviour-mismatch:traces");
}

}  // namespace
}  // namespace stackquake
