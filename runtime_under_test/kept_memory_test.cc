#include "runtime_under_test/kept_memory.h"

#include <gtest/gtest.h>

#include <vector>

#include "runtime_under_test/word.h"

namespace stackquake::runtime {
namespace {

TEST(KeptMemoryTest, AListKeepsItsMemoryUnlessThatIsUnusuallyMuch) {
  std::vector<Word> list(kKeptListBytes / sizeof(Word));
  clear_for_reuse(list);
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.capacity(), kKeptListBytes / sizeof(Word));
  list.resize(list.capacity() + 1);
  clear_for_reuse(list);
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.capacity(), 0u);
}

}  // namespace
}  // namespace stackquake::runtime
