#include "harness/run/run_digest.h"

#include <gtest/gtest.h>

#include <utility>

namespace stackquake {
namespace {

using runtime::RunResult;

RunResult result_with(uint64_t copies, uint64_t steps, std::vector<int64_t> trace = {}) {
  RunResult result;
  result.stats.copies = copies;
  result.stats.steps = steps;
  result.trace_of(1) = std::move(trace);
  return result;
}

std::string compared(const RunResult& one, const RunResult& other) {
  return to_string(differences(digest_of(one), digest_of(other)));
}

TEST(RunDigestTest, EqualRunsHaveNoDifference) {
  EXPECT_EQ(compared(result_with(2, 80, {1, 2}), result_with(2, 80, {1, 2})), "");
}

TEST(RunDigestTest, CountersAreNamedAndTheStepsComeLast) {
  EXPECT_EQ(compared(result_with(2, 80), result_with(1, 47)), "copies 2 and 1, steps 80 and 47");
}

TEST(RunDigestTest, TracesCountWithTheirGoroutines) {
  RunResult one = result_with(0, 0, {1});
  RunResult other = result_with(0, 0);
  other.trace_of(2) = {1};
  ASSERT_EQ(differences(digest_of(one), digest_of(other)).size(), 1U);
  EXPECT_EQ(differences(digest_of(one), digest_of(other))[0].name, "traces");
}

TEST(RunDigestTest, DifferentEndsSayNothingOfTheCounters) {
  RunResult one = result_with(1, 10);
  RunResult other = result_with(2, 20);
  other.outcome.kind = runtime::OutcomeKind::kPanic;
  other.outcome.chain = {{1, true}, {2, false}};
  EXPECT_EQ(compared(one, other), "ending exit and panic 1 [recovered] 2");
  other.violation.emplace();
  other.violation->signature = "throw:newstack:";
  EXPECT_EQ(compared(one, other), "ending exit and throw:newstack:");
}

TEST(RunDigestTest, SeveralRunsMakeOneDigest) {
  RunDigest sum;
  add_run(sum, digest_of(result_with(2, 80, {1})));
  add_run(sum, digest_of(result_with(1, 47, {1})));
  EXPECT_EQ(sum.ending, "exit, exit");
  EXPECT_EQ(sum.stats.copies, 3U);
  RunDigest other;
  add_run(other, digest_of(result_with(2, 80, {1})));
  add_run(other, digest_of(result_with(1, 47, {2})));
  EXPECT_NE(sum.traces, other.traces);
}

}  // namespace
}  // namespace stackquake
