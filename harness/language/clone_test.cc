#include "harness/language/clone.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

constexpr const char* kFolders[] = {"seeds", "defects", "truth"};

// The original's text and arena are gone before the test reads the copy, so a sanitizer reports
// anything that the two still share.
TEST(Clone, EqualsEveryNestOfTheCorpusAndOutlivesIt) {
  for (const char* folder : kFolders) {
    for (const auto& path : corpus_files(folder)) {
      Arena kept;
      Nest* copy = nullptr;
      {
        const std::string text = read_text(path);
        Arena arena;
        Diagnostic diagnostic;
        const Nest* nest = load(text, arena, diagnostic);
        ASSERT_NE(nest, nullptr) << path;
        copy = clone(*nest, kept);
        EXPECT_TRUE(equal(*nest, *copy)) << path;
      }
      Diagnostic diagnostic;
      EXPECT_TRUE(check(*copy, kept, diagnostic)) << to_string(diagnostic, path.string());
      const std::string text = read_text(path);
      EXPECT_TRUE(equal(*copy, *load_good(text, kept))) << path;
    }
  }
}

TEST(Clone, LeavesWhatTheCheckerFillsIn) {
  Arena arena;
  const Nest* nest = load_good(
      "package main\n\nfunc main() {\n\tx := 1\n\tdefer func() {\n\t\ttrace(x)\n\t}()\n}\n", arena);
  const Nest* copy = clone(*nest, arena);
  EXPECT_TRUE(copy->all.empty());
  EXPECT_EQ(copy->main, nullptr);
  const Function& main = *copy->functions[0];
  EXPECT_TRUE(main.variables.empty());
  EXPECT_FALSE(main.has_defer);
  const Variable& x = *main.body.statements[0]->variable;
  EXPECT_EQ(x.type, Type{});
  EXPECT_FALSE(x.captured);
  const Expression& call = *main.body.statements[1]->value;
  EXPECT_EQ(call.function, nullptr);
  EXPECT_EQ(call.left->function->parent, nullptr);
}

TEST(Clone, SharesNoNode) {
  Arena arena;
  const Nest* nest = load_good("package main\n\nfunc main() {\n\ttrace(1)\n}\n", arena);
  const Nest* copy = clone(*nest, arena);
  copy->functions[0]->body.statements[0]->value->arguments[0]->value = 2;
  EXPECT_EQ(nest->functions[0]->body.statements[0]->value->arguments[0]->value, 1);
  EXPECT_FALSE(equal(*nest, *copy));
}

}  // namespace
}  // namespace stackquake
