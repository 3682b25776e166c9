#include "harness/run/file_names.h"

#include <gtest/gtest.h>

namespace stackquake {
namespace {

TEST(FileNamesTest, WhatATerminalObeysIsEscaped) {
  EXPECT_EQ(printable("a\x1b[31m\n.go"), "a\\x1b[31m\\x0a.go");
  EXPECT_EQ(printable("\x7f\x01"), "\\x7f\\x01");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\xc2\\x9b31m");
}

TEST(FileNamesTest, WhatIsNoUtf8IsEscaped) {
  EXPECT_EQ(printable("a\xff\x62"), "a\\xffb");
  EXPECT_EQ(printable("\xc3"), "\\xc3");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");
}

TEST(FileNamesTest, OtherNamesStay) {
  for (const char* name : {"", "a b\\c.go", "caf\xc3\xa9.go", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) {
    EXPECT_EQ(printable(name), name);
    EXPECT_TRUE(is_utf8(name));
  }
  EXPECT_FALSE(is_utf8("a\xff"));
  EXPECT_TRUE(is_utf8("\x1b"));
}

TEST(FileNamesTest, HexadecimalHasAllBytes) {
  EXPECT_EQ(hexadecimal("a\xff\x01"), "61ff01");
}

}  // namespace
}  // namespace stackquake
