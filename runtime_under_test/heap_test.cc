#include "runtime_under_test/heap.h"

#include <gtest/gtest.h>

#include <vector>

#include "runtime_under_test/pages.h"
#include "runtime_under_test/poison.h"
#include "runtime_under_test/runtime_testing.h"

namespace stackquake::runtime {
namespace {

constexpr uint16_t kType = 5;

class HeapTest : public testing::Test {
 protected:
  HeapTest() { heap_.reset(PoisonMode::kFill); }

  Address allocate(uint32_t words) { return heap_.allocate(words, kType); }

  // Frees all objects except those in `kept`.
  std::vector<Address> keep_only(const std::vector<Address>& kept) {
    for (Address object : kept) heap_.mark(heap_.find(object));
    std::vector<Address> freed;
    heap_.sweep(freed);
    return freed;
  }

  const Memory memory_;
  Heap heap_;
};

TEST_F(HeapTest, RoundsUpToSizeClassesAndPages) {
  struct Case {
    uint32_t asked, got;
  };
  for (const Case& each : {Case{1, 1}, Case{3, 3}, Case{5, 6}, Case{512, 512}, Case{513, 1024},
                           Case{1025, 2048}, Case{8192, 8192}}) {
    const Heap::Object object = heap_.find(allocate(each.asked));
    EXPECT_EQ(object.words, each.got) << each.asked;
    EXPECT_EQ(object.type, kType);
  }
}

TEST_F(HeapTest, FindsAnObjectByAnyAddressInside) {
  for (uint32_t words : {3u, 1500u}) {
    const Address object = allocate(words);
    for (Address inside : {object, object + 1, object + Address{words - 1} * kWordBytes}) {
      EXPECT_EQ(heap_.find(inside).start, object) << words;
    }
    EXPECT_NE(heap_.find(object - 1).start, object);
  }
}

TEST_F(HeapTest, FindsNothingWhereNoObjectIs) {
  const Address object = allocate(3);
  for (Address nobodys : {Address{0}, Address{7}, object + Address{3} * kWordBytes,
                          kHeapBase + (size_t{1} << 20), kStackBase, ~Address{0}}) {
    EXPECT_EQ(heap_.find(nobodys).start, 0u) << std::hex << nobodys;
  }
}

TEST_F(HeapTest, ObjectsDoNotOverlap) {
  const Address first = allocate(4);
  const Address second = allocate(4);
  EXPECT_GE(second > first ? second - first : first - second, 4 * kWordBytes);
}

TEST_F(HeapTest, MarksOnce) {
  const Heap::Object object = heap_.find(allocate(2));
  EXPECT_TRUE(heap_.mark(object));
  EXPECT_FALSE(heap_.mark(object));
}

TEST_F(HeapTest, SweepFreesWhatIsNotMarkedAndClearsTheMarks) {
  const Address kept = allocate(2);
  const Address dead = allocate(2);
  const Address also_dead = allocate(2);
  EXPECT_EQ(keep_only({kept}), (std::vector<Address>{dead, also_dead}));
  EXPECT_EQ(heap_.find(dead).start, 0u);
  EXPECT_EQ(heap_.find(kept).start, kept);
  EXPECT_EQ(keep_only({}), std::vector<Address>{kept});
}

TEST_F(HeapTest, CountsBytes) {
  const Address kept = allocate(5);
  allocate(1);
  EXPECT_EQ(heap_.bytes_live(), 7 * kWordBytes);
  keep_only({kept});
  EXPECT_EQ(heap_.bytes_live(), 6 * kWordBytes);
  EXPECT_EQ(heap_.bytes_allocated(), 7 * kWordBytes);
}

TEST_F(HeapTest, PrefersFreshMemoryUntilTheSpanIsFull) {
  const Address freed = allocate(2);
  keep_only({});
  for (uint32_t i = 1; i < Heap::kSpanWords / 2; ++i) ASSERT_NE(allocate(2), freed) << i;
  EXPECT_EQ(allocate(2), freed);
}

TEST_F(HeapTest, ZeroesAReusedObject) {
  const Address freed = allocate(512);
  allocate(512);
  keep_only({});
  EXPECT_EQ(*at(freed), poison_word(Poison::kFreed));
  ASSERT_EQ(allocate(512), freed);
  EXPECT_EQ(*at(freed), 0u);
  EXPECT_EQ(*at(freed + Address{511} * kWordBytes), 0u);
}

TEST_F(HeapTest, ReusesALargeObjectsPagesForItsSizeOnly) {
  const Address freed = allocate(1500);
  const Address last_word = freed + Address{2047} * kWordBytes;
  keep_only({});
  EXPECT_EQ(*at(last_word), poison_word(Poison::kFreed));
  EXPECT_NE(allocate(1000), freed);
  EXPECT_EQ(allocate(2000), freed);
  EXPECT_EQ(*at(last_word), 0u);
}

TEST_F(HeapTest, WithoutPoisonAFreedObjectKeepsItsWords) {
  heap_.reset(PoisonMode::kNone);
  const Address freed = allocate(2);
  *at(freed) = 7;
  keep_only({});
  EXPECT_EQ(*at(freed), 7u);
}

TEST_F(HeapTest, AsanPoisonsAFreedObjectOnly) {
  heap_.reset(PoisonMode::kAsan);
  const Address kept = allocate(2);
  const Address freed = allocate(2);
  keep_only({kept});
  EXPECT_EQ(sanitizer_objects_to(freed), has_address_sanitizer());
  EXPECT_FALSE(sanitizer_objects_to(kept + kWordBytes));
  heap_.reset(PoisonMode::kFill);
  EXPECT_FALSE(sanitizer_objects_to(freed));
}

TEST_F(HeapTest, ResetForgetsObjectsAndWordsAndBeginsAtTheSameAddresses) {
  const Address small = allocate(2);
  const Address large = allocate(3000);
  *at(small) = *at(large + Address{2999} * kWordBytes) = 7;
  heap_.reset(PoisonMode::kFill);
  EXPECT_EQ(heap_.find(small).start, 0u);
  EXPECT_EQ(heap_.find(large).start, 0u);
  EXPECT_EQ(heap_.bytes_live(), 0u);
  EXPECT_EQ(allocate(2), small);
  EXPECT_EQ(allocate(3000), large);
  EXPECT_EQ(*at(small), 0u);
  EXPECT_EQ(*at(large + Address{2999} * kWordBytes), 0u);
}

TEST_F(HeapTest, IsFullWhileTheLargestObjectStillFits) {
  constexpr uint32_t kLargest = 8192;
  EXPECT_FALSE(heap_.full());
  while (!heap_.full()) allocate(kLargest);
  EXPECT_TRUE(in_heap(allocate(kLargest) + Address{kLargest - 1} * kWordBytes));
}

TEST_F(HeapTest, AResetGivesBackTheMemoryOfManyObjects) {
  constexpr uint32_t kObjects = 2000;
  constexpr uint32_t kWords = 1024;
  for (uint32_t i = 0; i < kObjects; ++i) *at(allocate(kWords)) = i + 1;
  void* const start = at(kHeapBase);
  const size_t bytes = size_t{kObjects} * kWords * kWordBytes;
  EXPECT_TRUE(has_resident_page(start, bytes));
  heap_.reset(PoisonMode::kFill);
  EXPECT_FALSE(has_resident_page(start, bytes));
  for (uint32_t i = 0; i < kObjects; ++i) EXPECT_EQ(*at(allocate(kWords)), 0u);
  EXPECT_EQ(heap_.bytes_live(), bytes);
}

}  // namespace
}  // namespace stackquake::runtime
