// Every file of corpus/bad says in a comment where it is wrong and why:
//
//   // want LINE:COLUMN "part of the message"

#include <cstdio>
#include <string>

#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

struct Want {
  Position position;
  std::string fragment;
};

Want want(const std::string& text) {
  Want want;
  const size_t start = text.find("// want ");
  if (start == std::string::npos) return want;
  std::sscanf(text.c_str() + start, "// want %u:%u", &want.position.line, &want.position.column);
  const size_t open = text.find('"', start) + 1;
  want.fragment = text.substr(open, text.find("\"\n", open) - open);
  return want;
}

TEST(BadNestsTest, EachIsRejectedWhereItSays) {
  for (const auto& file : corpus_files("bad")) {
    SCOPED_TRACE(file);
    const std::string text = read_text(file);
    const Want wanted = want(text);
    ASSERT_NE(wanted.position.line, 0u) << "no // want comment";
    ASSERT_FALSE(wanted.fragment.empty());
    Arena arena;
    Diagnostic diagnostic;
    EXPECT_EQ(load(text, arena, diagnostic), nullptr);
    EXPECT_EQ(diagnostic.position, wanted.position) << diagnostic.message;
    EXPECT_THAT(diagnostic.message, testing::HasSubstr(wanted.fragment));
    const std::vector<Diagnostic> errors = diagnose(text);
    ASSERT_FALSE(errors.empty());
    EXPECT_EQ(to_string(errors[0], ""), to_string(diagnostic, ""));
  }
}

TEST(BadNestsTest, ThereAreManyKinds) {
  EXPECT_GE(corpus_files("bad").size(), 35u);
}

}  // namespace
}  // namespace stackquake
