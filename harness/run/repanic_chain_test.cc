// What a chain of panics costs: each panics in a deferred call that the one before runs. In Go 1.14
// to 1.26 each walks over the frames of all before it; Go 1.27 skips them.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "harness/run/nest_checker.h"

namespace stackquake {
namespace {

uint64_t steps_of_chain(std::string_view design, int panics) {
  const std::string text =
      "package main\n\nfunc again(n int) {\n\tif n == 0 {\n\t\tpanic(1)\n\t}\n"
      "\tdefer func() {\n\t\tpanic(n)\n\t}()\n\tagain(n - 1)\n}\n\nfunc main() {\n"
      "\tdefer func() {\n\t\trecover()\n\t}()\n\tagain(" +
      std::to_string(panics) + ")\n}\n";
  NestChecker checker(design);
  Diagnostic diagnostic;
  const Nest* nest = checker.load(text, diagnostic);
  EXPECT_NE(nest, nullptr) << diagnostic.message;
  const runtime::RunResult& result = checker.run(options_of(nest->directives), Checks::kAll);
  EXPECT_FALSE(result.violation.has_value()) << design;
  return result.stats.steps;
}

// The second difference of the steps over three chains, each longer by the same number: 0 for a
// linear cost.
int64_t curvature(std::string_view design) {
  const auto steps = [&](int panics) {
    return static_cast<int64_t>(steps_of_chain(design, panics));
  };
  return steps(60) - 2 * steps(40) + steps(20);
}

TEST(RepanicChainTest, IsQuadraticWhereEachPanicWalksOverAllFrames) {
  EXPECT_GT(curvature("go1.14"), 200);
  EXPECT_GT(curvature("go1.18"), 200);
  EXPECT_GT(curvature("go1.22"), 200);
}

TEST(RepanicChainTest, IsLinearWhereWalkedFramesAreSkipped) {
  EXPECT_LT(curvature("go1.26"), 50);
  EXPECT_LT(curvature("go1.4"), 50);
}

}  // namespace
}  // namespace stackquake
