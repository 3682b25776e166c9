#include "runtime_under_test/check.h"

#include <gtest/gtest.h>

namespace stackquake::runtime {
namespace {

TEST(CheckTest, FailsWithTheConditionAndThePlace) {
  const int limit = 3;
  EXPECT_DEATH(STACKQUAKE_CHECK(limit < 3), "check_test.cc:[0-9]+: check failed: limit < 3");
}

TEST(CheckTest, PassesWhereTheConditionHolds) {
  int evaluations = 0;
  STACKQUAKE_CHECK(++evaluations == 1);
  EXPECT_EQ(evaluations, 1);
}

}  // namespace
}  // namespace stackquake::runtime
