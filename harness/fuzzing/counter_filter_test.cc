#include "harness/fuzzing/counter_filter.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

namespace stackquake {
namespace {

using Counters = std::array<uint8_t, 19>;

Counters with(size_t index, uint8_t count) {
  Counters counters{};
  counters[index] = count;
  return counters;
}

TEST(KnownMagnitudes, ACounterIsNewOnce) {
  KnownMagnitudes known;
  EXPECT_TRUE(known.add(with(3, 1)));
  EXPECT_FALSE(known.add(with(3, 1)));
  EXPECT_TRUE(known.add(with(4, 1)));
}

TEST(KnownMagnitudes, CountersBehindTheLastWholeWordAreRead) {
  KnownMagnitudes known;
  EXPECT_TRUE(known.add(with(18, 1)));
  EXPECT_FALSE(known.add(with(18, 1)));
}

TEST(KnownMagnitudes, ZeroIsNothing) {
  KnownMagnitudes known;
  EXPECT_FALSE(known.add(Counters{}));
}

TEST(KnownMagnitudes, AreThoseOfLibFuzzer) {
  KnownMagnitudes known;
  for (const int first : {1, 2, 3, 4, 8, 16, 32, 128}) {
    EXPECT_TRUE(known.add(with(0, static_cast<uint8_t>(first)))) << first;
  }
  for (int count = 0; count < 256; ++count) {
    EXPECT_FALSE(known.add(with(0, static_cast<uint8_t>(count)))) << count;
  }
}

// One situation stands for all counters: the tests are built without edge counters.
TEST(CounterFilter, HidesWhatIsKnownAndShowsOneInSixteen) {
  CounterFilter filter;
  uint8_t& counter = engine_counters()[7];
  int shown = 0;
  for (int input = 0; input < 33; ++input) {
    counter = 1;
    filter.filter();
    shown += counter;
  }
  counter = 0;
  EXPECT_EQ(shown, 3);  // the first one, which was new, and two of the other 32
}

TEST(CounterFilter, ShowsWhatIsNew) {
  CounterFilter filter;
  uint8_t& counter = engine_counters()[7];
  for (const uint8_t count : {1, 2, 3}) {
    counter = count;
    filter.filter();
    EXPECT_EQ(counter, count);
  }
  counter = 0;
}

}  // namespace
}  // namespace stackquake
