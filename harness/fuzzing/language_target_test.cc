#include "harness/fuzzing/language_target.h"

#include <gtest/gtest.h>

namespace stackquake {
namespace {

// The printer's own tests show that its promises are checked. This test shows that correct texts
// are not taken for findings, and that no text is rejected.
TEST(LanguageTargetTest, EveryTextIsOfUse) {
  LanguageTarget target;
  for (const std::string_view text :
       {"", "package main", "\xff\xfe", "package main\n\nfunc main() {\n}\n",
        "//quake:move=call\npackage main\nfunc main() { trace((1 + 2) * -3); { } }"}) {
    EXPECT_EQ(target.run_one(text), FuzzVerdict::kRan) << text;
  }
  const FuzzProgress progress = target.progress();
  EXPECT_EQ(progress.tally.executions, 5U);
  EXPECT_EQ(progress.tally.valid, 1U);
  EXPECT_EQ(progress.tally.rejected, 4U);
}

}  // namespace
}  // namespace stackquake
