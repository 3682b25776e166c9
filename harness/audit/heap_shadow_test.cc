#include "harness/audit/heap_shadow.h"

#include <gmock/gmock.h>

#include "runtime_under_test/object_type.h"

namespace stackquake {
namespace {

using runtime::kHeapBase;
using runtime::kTypeDefer;
using runtime::kTypeNode;
using runtime::kWordBytes;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(HeapShadowTest, AnObjectHasAllItsWordsAndNoMore) {
  HeapShadow heap;
  const uint32_t serial = heap.allocated(kHeapBase, 3, kTypeNode).serial;
  EXPECT_EQ(heap.object_at(kHeapBase)->serial, serial);
  EXPECT_EQ(heap.object_at(kHeapBase + runtime::Address{2} * kWordBytes)->serial, serial);
  EXPECT_EQ(heap.object_at(kHeapBase + runtime::Address{3} * kWordBytes), nullptr);
  EXPECT_EQ(*heap.word(kHeapBase + kWordBytes), ShadowWord::scalar());
}

TEST(HeapShadowTest, AFreedObjectIsThereUntilAnotherOneIs) {
  HeapShadow heap;
  const uint32_t first = heap.allocated(kHeapBase, 3, kTypeNode).serial;
  heap.object(first)->freed = true;
  EXPECT_TRUE(heap.object_at(kHeapBase)->freed);
  const uint32_t second = heap.allocated(kHeapBase, 3, kTypeNode).serial;
  EXPECT_NE(first, second);
  EXPECT_EQ(heap.object_at(kHeapBase)->serial, second);
  EXPECT_TRUE(heap.object(first)->freed);
}

TEST(HeapShadowTest, SettlingDropsWhatHasBeenFreed) {
  HeapShadow heap;
  const uint32_t node = heap.allocated(kHeapBase, 3, kTypeNode).serial;
  const uint32_t record =
      heap.allocated(kHeapBase + runtime::Address{3} * kWordBytes, 6, kTypeDefer).serial;
  EXPECT_THAT(heap.living(), ElementsAre(node, record));
  EXPECT_THAT(heap.records(), ElementsAre(record));
  heap.object(record)->freed = true;
  heap.settle();
  EXPECT_THAT(heap.living(), ElementsAre(node));
  EXPECT_THAT(heap.records(), IsEmpty());
}

TEST(HeapShadowTest, NothingOfAnEarlierRunIsThere) {
  HeapShadow heap;
  const uint32_t earlier = heap.allocated(kHeapBase, 3, kTypeNode).serial;
  heap.reset();
  EXPECT_EQ(heap.object_at(kHeapBase), nullptr);
  EXPECT_EQ(heap.object(earlier), nullptr);
  EXPECT_THAT(heap.living(), IsEmpty());
  EXPECT_NE(heap.allocated(kHeapBase, 1, kTypeNode).serial, earlier);
  EXPECT_EQ(heap.object_at(kHeapBase + kWordBytes), nullptr);
}

}  // namespace
}  // namespace stackquake
