#include "runtime_under_test/records.h"

#include <gtest/gtest.h>

#include "runtime_under_test/object_type.h"

namespace stackquake::runtime {
namespace {

TEST(RecordsTest, CodesAreTheLanguages) {
  Word boxed = static_cast<Word>(int64_t{-42});
  EXPECT_EQ(code_of({}), 0);
  EXPECT_EQ(code_of({Any::kInt, address_of(&boxed)}), -42);
  for (int64_t code : {-1, -2, -3, -5, -6}) EXPECT_EQ(code_of(Any::error(code)), code);
}

TEST(RecordsTest, ErrorsHaveNoDataForACollectorToFollow) {
  EXPECT_EQ(Any::error(-1).data, 0u);
}

// The collector follows the words in the masks: bit i is the word at byte 8 * i.
TEST(RecordsTest, MasksNameThePointersThatMayKeepObjectsAlive) {
  const auto bit = [](size_t offset) { return uint64_t{1} << (offset / kWordBytes); };
  EXPECT_EQ(Defer::kPointerMask,
            bit(offsetof(Defer, fn)) | bit(offsetof(Defer, panic)) | bit(offsetof(Defer, link)));
  EXPECT_EQ(Sudog::kPointerMask & bit(offsetof(Sudog, g)), 0u);
  for (size_t offset : {offsetof(Sudog, selectdone), offsetof(Sudog, next), offsetof(Sudog, prev),
                        offsetof(Sudog, elem), offsetof(Sudog, waitlink)}) {
    EXPECT_NE(Sudog::kPointerMask & bit(offset), 0u) << offset;
  }
  const size_t recvq = offsetof(Hchan, recvq);
  const size_t sendq = offsetof(Hchan, sendq);
  EXPECT_EQ(Hchan::kPointerMask,
            bit(recvq) | bit(recvq + kWordBytes) | bit(sendq) | bit(sendq + kWordBytes));
}

TEST(RecordsTest, ArgumentsAndBuffersLieBehindTheHeader) {
  const Defer defer{};
  EXPECT_EQ(defer.arguments(), address_of(&defer + 1));
  const Hchan channel{};
  EXPECT_EQ(channel.buffer(), address_of(&channel + 1));
}

}  // namespace
}  // namespace stackquake::runtime
