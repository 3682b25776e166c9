#include "harness/fuzzing/language_target.h"

#include <gtest/gtest.h>

namespace stackquake {
namespace {

// That a printer which breaks its promise is found is the business of the printer's own tests; here
// it matters that nothing right is taken for a finding, and that texts are not thrown away.
TEST(LanguageTargetTest, EveryTextIsOfUse) {
  LanguageTarget target;
  for (const std::string_view text :
       {"", "package main", "\xff\xfe", "package main\n\nfunc main() {\n}\n",
        "//quake:move=call\npackage main\nfunc main() { trace((1 + 2) * -3); { } }"}) {
    EXPECT_EQ(target.run_one(text), FuzzVerdict::kRan) << text;
  }
  EXPECT_NE(target.situations().find(R"("executions":5,"valid":1,"rejected":4)"), std::string::npos)
      << target.situations();
}

}  // namespace
}  // namespace stackquake
