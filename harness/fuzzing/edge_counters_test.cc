#include "harness/fuzzing/edge_counters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace stackquake {
namespace {

// Counters as the instrumentation makes them: the section's name is what EdgeCounters looks for.
__attribute__((section("__sancov_cntrs"), used)) std::array<uint8_t, 4> counters = {};

TEST(EdgeCounters, AreWhatTheyWereWhenTheyWereSaved) {
  EdgeCounters saved;
  counters = {1, 0, 200, 7};
  saved.save();
  counters = {2, 3, 201, 7};
  saved.restore();
  EXPECT_EQ(counters, (std::array<uint8_t, 4>{1, 0, 200, 7}));
}

TEST(EdgeCounters, AreRestoredAsTheyWereSavedLast) {
  EdgeCounters saved;
  counters = {1, 1, 1, 1};
  saved.save();
  counters = {2, 2, 2, 2};
  saved.save();
  counters.fill(3);
  saved.restore();
  EXPECT_EQ(counters, (std::array<uint8_t, 4>{2, 2, 2, 2}));
}

}  // namespace
}  // namespace stackquake
