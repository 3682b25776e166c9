#include "harness/audit/named_words.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace stackquake {
namespace {

using runtime::Address;
using runtime::kHeapBase;
using runtime::kStackBase;

constexpr uint8_t kOne = 1;
constexpr uint8_t kOther = 2;

constexpr runtime::Stack kStack{kStackBase + 4096, kStackBase + 8192};
constexpr Address kPlaces[] = {
    kStack.lo, kStack.hi - 8,
    kStack.hi,  // of another stack
    kHeapBase, kHeapBase + runtime::kHeapBytes - 8,
    0x1000,  // the host's own memory
};

TEST(NamedWords, KnowsWhoHasNamedAWordWhereverItLies) {
  NamedWords words;
  words.begin(kStack);
  for (Address place : kPlaces) {
    EXPECT_EQ(words.names_of(place), 0) << place;
    EXPECT_EQ(words.name(place, kOne), 0) << place;
  }
  for (Address place : kPlaces) {
    EXPECT_EQ(words.name(place, kOther), kOne) << place;
    EXPECT_EQ(words.names_of(place), kOne | kOther) << place;
  }
}

TEST(NamedWords, TellsEachWordOnceInTheOrderOfFirstNaming) {
  NamedWords words;
  words.begin(kStack);
  for (Address word : {kStack.lo + 16, kHeapBase, kStack.lo + 16, kStack.lo}) {
    words.name(word, kOne);
  }
  const std::vector<Address> told(words.words().begin(), words.words().end());
  EXPECT_EQ(told, (std::vector<Address>{kStack.lo + 16, kHeapBase, kStack.lo}));
}

TEST(NamedWords, ForgetsWhenTheNextStackBegins) {
  NamedWords words;
  words.begin(kStack);
  for (Address place : kPlaces) words.name(place, kOne);
  const runtime::Stack next{kStack.lo + 1024, kStack.hi + 1024};
  words.begin(next);
  EXPECT_TRUE(words.words().empty());
  for (Address word = kStack.lo; word < next.hi; word += 8) {
    ASSERT_EQ(words.names_of(word), 0) << word - kStack.lo;
  }
  for (Address place : kPlaces) EXPECT_EQ(words.names_of(place), 0) << place;
}

}  // namespace
}  // namespace stackquake
