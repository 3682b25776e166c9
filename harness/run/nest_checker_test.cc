#include "harness/run/nest_checker.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace stackquake
