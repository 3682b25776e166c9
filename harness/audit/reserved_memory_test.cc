#include "harness/audit/reserved_memory.h"

#include <gtest/gtest.h>

#include <utility>

namespace stackquake {
namespace {

constexpr size_t kPage = 4096;

TEST(ReservedMemoryTest, IsZeroAndWholePages) {
  const ReservedMemory memory(kPage + 1);
  EXPECT_EQ(memory.bytes(), 2 * kPage);
  EXPECT_EQ(*memory.begin(), std::byte{0});
  EXPECT_EQ(*(memory.end() - 1), std::byte{0});
}

TEST(ReservedMemoryTest, CanBeLargerThanTheMachine) {
  const ReservedMemory memory(size_t{1} << 40);
  *memory.begin() = std::byte{1};
  *(memory.end() - 1) = std::byte{2};
  EXPECT_EQ(*memory.begin(), std::byte{1});
}

TEST(ReservedMemoryTest, ReleasesOnlyPagesThatLieWhollyBetween) {
  ReservedMemory memory(4 * kPage);
  for (std::byte* b = memory.begin(); b != memory.end(); ++b) *b = std::byte{1};
  memory.release(memory.begin() + kPage - 1, memory.begin() + 3 * kPage + 1);
  EXPECT_EQ(memory.begin()[kPage - 1], std::byte{1});
  EXPECT_EQ(memory.begin()[kPage], std::byte{0});
  EXPECT_EQ(memory.begin()[3 * kPage - 1], std::byte{0});
  EXPECT_EQ(memory.begin()[3 * kPage], std::byte{1});
  memory.release(memory.begin() + 1, memory.begin() + kPage - 1);
  EXPECT_EQ(memory.begin()[1], std::byte{1});
}

TEST(ReservedMemoryTest, MovesWithItsContent) {
  ReservedMemory from(kPage);
  *from.begin() = std::byte{7};
  std::byte* const start = from.begin();
  const ReservedMemory to = std::move(from);
  EXPECT_EQ(to.begin(), start);
  EXPECT_EQ(*to.begin(), std::byte{7});
}

}  // namespace
}  // namespace stackquake
