#include "harness/oracle/cell_stack.h"

#include <gtest/gtest.h>

#include <vector>

namespace stackquake::oracle {
namespace {

TEST(CellStackTest, CellsStayWhereTheyAreWhileMoreAreTaken) {
  CellStack stack;
  std::vector<Word*> taken;
  for (Word i = 0; i < 2000; ++i) {
    taken.push_back(stack.take(100));
    taken.back()[0] = taken.back()[99] = i;
  }
  for (Word i = 0; i < 2000; ++i) {
    EXPECT_EQ(taken[i][0], i);
    EXPECT_EQ(taken[i][99], i);
  }
}

TEST(CellStackTest, WhatIsGivenBackIsTakenAgain) {
  CellStack stack;
  stack.take(10);
  const CellStack::Mark mark = stack.mark();
  const Word* small = stack.take(20);
  const Word* large = stack.take(100'000);
  stack.release(mark);
  EXPECT_EQ(stack.take(20), small);
  EXPECT_EQ(stack.take(100'000), large);
}

// A request that is larger than the next chunk skips that chunk.
TEST(CellStackTest, LargeRequestsFitBehindSmallChunks) {
  CellStack stack;
  const CellStack::Mark empty = stack.mark();
  for (int i = 0; i < 20; ++i) stack.take(400);
  stack.release(empty);
  Word* large = stack.take(5'000);
  large[4'999] = 7;
  Word* next = stack.take(10);
  next[9] = 8;
  EXPECT_EQ(large[4'999], 7u);
}

}  // namespace
}  // namespace stackquake::oracle
