#include "runtime_under_test/result.h"

#include <gtest/gtest.h>

#include <set>

namespace stackquake::runtime {
namespace {

TEST(ResultTest, KeepsTracesByGoroutine) {
  RunResult result;
  result.trace_of(1).push_back(5);
  result.trace_of(3).push_back(7);
  ASSERT_EQ(result.traces().size(), 3u);
  EXPECT_EQ(result.traces()[0], std::vector<int64_t>{5});
  EXPECT_EQ(result.traces()[1], std::vector<int64_t>{});
  EXPECT_EQ(result.traces()[2], std::vector<int64_t>{7});
}

TEST(ResultTest, ClearForgetsEverything) {
  RunResult result;
  result.outcome = {OutcomeKind::kPanic, {{1, false}}};
  result.violation.emplace();
  result.stats.copies = 3;
  result.trace_of(2).push_back(5);
  result.clear();
  EXPECT_EQ(result.outcome, Outcome{});
  EXPECT_FALSE(result.violation.has_value());
  EXPECT_EQ(result.stats, Stats{});
  EXPECT_TRUE(result.traces().empty());
  EXPECT_TRUE(result.trace_of(2).empty());
}

TEST(ResultTest, OutcomesHaveDifferentNames) {
  std::set<std::string_view> names;
  for (int kind = 0; kind <= static_cast<int>(OutcomeKind::kNilpanic); ++kind) {
    names.insert(to_string(static_cast<OutcomeKind>(kind)));
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"exit", "panic", "goexit", "deadlock", "overflow",
                                               "fuel", "nilpanic"}));
}

}  // namespace
}  // namespace stackquake::runtime
