#include "harness/reducer/death.h"

#include <gtest/gtest.h>

namespace stackquake::reducer {
namespace {

// Statuses in the encoding of waitpid.
constexpr int kStatusOne = 1 << 8;
constexpr int kAborted = 6;

TEST(DeathTest, ASanitizersSummaryWithoutPlaces) {
  EXPECT_EQ(death_signature("==7==ERROR: AddressSanitizer: heap-use-after-free on 0x602\n"
                            "SUMMARY: AddressSanitizer: heap-use-after-free "
                            "/home/me/runtime_under_test/heap.cc:12:3 in sweep(int)\nmore\n",
                            kStatusOne),
            "AddressSanitizer: heap-use-after-free heap.cc in sweep(int)");
}

TEST(DeathTest, NumbersAndModules) {
  EXPECT_EQ(death_signature("SUMMARY: AddressSanitizer: SEGV (/lib/libc.so.6+0x7a1) at 0x12\n",
                            kStatusOne),
            "AddressSanitizer: SEGV (libc.so.6) at N");
}

TEST(DeathTest, WithoutASummaryTheSignalOrStatus) {
  EXPECT_EQ(death_signature("assertion failed\n", kAborted), "killed by signal 6");
  EXPECT_EQ(death_signature("", kStatusOne), "ended with status 1");
}

}  // namespace
}  // namespace stackquake::reducer
