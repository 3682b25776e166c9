#include "runtime_under_test/pages.h"

#include <gtest/gtest.h>

namespace stackquake::runtime {
namespace {

constexpr size_t kBytes = 100 * kPageBytes;

class PagesTest : public testing::Test {
 protected:
  ~PagesTest() override { unmap_pages(start_, kBytes); }

  std::byte* const start_ = reserve_pages(kBytes, "a test");
};

TEST_F(PagesTest, CostMemoryOnceTheyAreTouched) {
  EXPECT_FALSE(has_resident_page(start_, kBytes));
  start_[99 * kPageBytes] = std::byte{1};
  EXPECT_TRUE(has_resident_page(start_, kBytes));
  EXPECT_FALSE(has_resident_page(start_, 99 * kPageBytes));
}

TEST_F(PagesTest, DroppedOnesReadAsZerosAndCostNothing) {
  start_[5] = std::byte{1};
  drop_pages(start_, kBytes);
  EXPECT_FALSE(has_resident_page(start_, kBytes));
  EXPECT_EQ(start_[5], std::byte{0});
}

TEST_F(PagesTest, ForbiddenOnesAreInaccessibleUntilTheyAreAllowed) {
  forbid_pages(start_, kPageBytes);
  EXPECT_DEATH(start_[5] = std::byte{1}, "");
  start_[kPageBytes] = std::byte{1};
  allow_pages(start_, kPageBytes);
  start_[5] = std::byte{1};
}

// Addresses without a page can be neither protected nor dropped.
TEST_F(PagesTest, SayWhatTheSystemRefusesAndExit) {
  auto* nowhere = reinterpret_cast<void*>(0x1000);
  const auto status = testing::ExitedWithCode(3);
  EXPECT_EXIT(forbid_pages(nowhere, kPageBytes), status,
              "refuses to make pages inaccessible .4096 bytes.: Cannot allocate memory");
  EXPECT_EXIT(allow_pages(nowhere, kPageBytes), status, "refuses to make pages accessible");
  EXPECT_EXIT(drop_pages(nowhere, kPageBytes), status, "refuses to drop pages");
  EXPECT_EXIT(unmap_pages(start_ + 1, kPageBytes), status, "refuses to unmap pages");
  EXPECT_EXIT(reserve_pages(kBytes, "a test", start_), status, "no address space for a test");
  EXPECT_EXIT(reserve_pages(size_t{1} << 60, "a test"), status, "no address space for a test");
}

}  // namespace
}  // namespace stackquake::runtime
