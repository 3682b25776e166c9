#include "harness/run/operations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "harness/run/nest_checker.h"
#include "harness/run/run_testing.h"

namespace stackquake {
namespace {

// With each right design, and all checks: an operation that a design gets wrong says nothing of its
// cost.
TEST(OperationsTest, EachIsANestThatEveryRightDesignRunsToItsEnd) {
  constexpr int64_t kLargestChecked = 16;
  for (const std::string_view design : right_designs()) {
    NestChecker checker(design);
    for (const TimedOperation& operation : all_operations()) {
      for (const int64_t size : operation.sizes) {
        if (size > std::max(kLargestChecked, operation.sizes.front())) continue;
        const std::string text = nest_of(operation, size, 3);
        Diagnostic diagnostic;
        const Nest* nest = checker.load(text, diagnostic);
        ASSERT_NE(nest, nullptr) << to_string(diagnostic, "nest") << "\n" << text;
        const runtime::RunResult& result = checker.run(options_of(nest->directives), Checks::kAll);
        EXPECT_FALSE(result.violation) << design << "\n" << text;
        EXPECT_EQ(result.outcome.kind, runtime::OutcomeKind::kExit) << design << "\n" << text;
      }
    }
  }
}

TEST(OperationsTest, NamesAreUniqueAndSizesRise) {
  std::set<std::string_view> names;
  for (const TimedOperation& operation : all_operations()) {
    EXPECT_TRUE(names.insert(operation.name).second) << operation.name;
    EXPECT_TRUE(std::is_sorted(operation.sizes.begin(), operation.sizes.end())) << operation.name;
    EXPECT_EQ(operation.name.find('/'), std::string_view::npos) << operation.name;
    EXPECT_EQ(operation.unit.empty(), operation.sizes.size() == 1) << operation.name;
  }
}

}  // namespace
}  // namespace stackquake
