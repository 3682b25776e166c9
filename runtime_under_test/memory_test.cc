#include "runtime_under_test/memory.h"

#include <gtest/gtest.h>

namespace stackquake::runtime {
namespace {

TEST(MemoryTest, HoldsWholeWordsOfTheRangeOnly) {
  EXPECT_FALSE(in_managed_memory(kDataBase - kWordBytes));
  EXPECT_TRUE(in_managed_memory(kDataBase));
  EXPECT_FALSE(in_managed_memory(kDataBase + 1));
  EXPECT_TRUE(in_managed_memory(kMemoryEnd - kWordBytes));
  EXPECT_FALSE(in_managed_memory(kMemoryEnd));
  EXPECT_FALSE(in_managed_memory(0));
}

TEST(MemoryTest, HeapAndStacksAreApart) {
  EXPECT_FALSE(in_heap(kHeapBase - kWordBytes));
  EXPECT_TRUE(in_heap(kHeapBase));
  EXPECT_TRUE(in_heap(kStackBase - kWordBytes));
  EXPECT_FALSE(in_heap(kStackBase));
  EXPECT_FALSE(in_stacks(kStackBase - kWordBytes));
  EXPECT_TRUE(in_stacks(kStackBase));
  EXPECT_FALSE(in_stacks(kMemoryEnd));
}

TEST(MemoryTest, ReadsAsZeroAtFirst) {
  const Memory memory;
  for (Address address : {kDataBase, kHeapBase, kStackBase, kMemoryEnd - kWordBytes}) {
    EXPECT_EQ(*at(address), 0u);
  }
}

// Both ways to clear, and ranges that do not begin or end at the boundary of a page.
class ClearTest : public testing::TestWithParam<size_t> {};

TEST_P(ClearTest, ZeroesTheBytesAndNoOthers) {
  const Memory memory;
  const Address start = kHeapBase + kPageBytes - kWordBytes;
  const Address end = start + GetParam();
  for (Address address : {start - kWordBytes, start, end - kWordBytes, end}) *at(address) = 7;
  Memory::clear(start, GetParam());
  EXPECT_EQ(*at(start - kWordBytes), 7u);
  EXPECT_EQ(*at(start), 0u);
  EXPECT_EQ(*at(end - kWordBytes), 0u);
  EXPECT_EQ(*at(end), 7u);
}

INSTANTIATE_TEST_SUITE_P(Bytes, ClearTest,
                         testing::Values(size_t{2} * kWordBytes, size_t{64} << 10,
                                         (size_t{16} << 20) + size_t{3} * kWordBytes));

TEST(MemoryDeathTest, ThereIsOneAtATime) {
  const Memory memory;
  EXPECT_EXIT(Memory(), testing::ExitedWithCode(3), "no address space for managed memory");
}

TEST(MemoryTest, ComesBackAtTheSamePlaceAndEmpty) {
  {
    const Memory first;
    *at(kStackBase) = 7;
  }
  const Memory second;
  EXPECT_EQ(*at(kStackBase), 0u);
}

}  // namespace
}  // namespace stackquake::runtime
