#include "harness/language/arena.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace stackquake {
namespace {

TEST(ArenaTest, AfterAResetItAllocatesWhereItDidBefore) {
  Arena arena;
  void* const first = arena.allocate(Arena::kKeptBytes / 4, alignof(uint64_t));
  void* const second = arena.allocate(Arena::kKeptBytes / 4, alignof(uint64_t));
  arena.reset();
  EXPECT_EQ(arena.allocate(Arena::kKeptBytes / 4, alignof(uint64_t)), first);
  EXPECT_EQ(arena.allocate(Arena::kKeptBytes / 4, alignof(uint64_t)), second);
}

TEST(ArenaTest, AResetGivesBackWhatAnUnusuallyLargeTreeHasTaken) {
  Arena arena;
  for (size_t taken = 0; taken < 4 * Arena::kKeptBytes; taken += 1000) arena.allocate(1000, 8);
  EXPECT_GE(arena.bytes(), 4 * Arena::kKeptBytes);
  arena.reset();
  EXPECT_GT(arena.bytes(), 0u);
  EXPECT_LE(arena.bytes(), Arena::kKeptBytes);
  arena.allocate(2 * Arena::kKeptBytes, 8);
  arena.reset();
  EXPECT_LE(arena.bytes(), Arena::kKeptBytes);
  EXPECT_NE(arena.allocate(1, 1), nullptr);
}

}  // namespace
}  // namespace stackquake
