// Which errors of one text are reported, and which are left out because they follow from others.

#include <string>

#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> reported(std::string_view text) {
  std::vector<std::string> lines;
  for (const Diagnostic& error : diagnose(text)) lines.push_back(to_string(error, ""));
  return lines;
}

TEST(DiagnoseTest, NothingIsWrongWithANest) {
  for (const auto& file : corpus_files("seeds")) {
    EXPECT_THAT(reported(read_text(file)), IsEmpty()) << file;
  }
}

TEST(DiagnoseTest, TheParserGoesOnAfterAStatement) {
  EXPECT_THAT(
      reported(in_main("panic(\"x\")\nx := 1.5\ntrace(1)\nif y := f(); y > 0 {\n\ttrace(y)\n}\n"
                       "switch x {\ncase 1:\n\ttrace(2)\n}\nf(1\ntrace(1)\nv, ok := <-c")),
      ElementsAre(HasSubstr(":4:7: strings"), HasSubstr(":5:6: floating-point numbers"),
                  HasSubstr(":7:6: expected { after the condition"), HasSubstr(":10:1: switch"),
                  HasSubstr(":14:4: expected ) after"), HasSubstr(":16:2: a list of variables")));
}

TEST(DiagnoseTest, TheParserGoesOnInsideOfLiteralsBlocksAndCases) {
  EXPECT_THAT(
      reported(in_main("defer func() {\n\ttrace(\"a\")\n\tx++ = 1\n}()\nselect {\ncase <-c:\n"
                       "\tbreak\ncase <-d:\n\tcontinue\n}\nif x < 1 {\n\tgoto l\n} else {\n"
                       "\tl:\n}\ny = *")),
      ElementsAre(HasSubstr(":5:8:"), HasSubstr(":6:6:"), HasSubstr(":10:2: break"),
                  HasSubstr(":12:2: continue"), HasSubstr(":15:2: goto"),
                  HasSubstr(":17:3: labels"), HasSubstr(":20:1:")));
}

TEST(DiagnoseTest, TheParserGoesOnAfterAFunction) {
  EXPECT_THAT(
      reported("package main\n\nimport (\n\t\"fmt\"\n)\n\ntype t struct {\n\tx int\n}\n\n"
               "func f(a string) {\n\ttrace(a)\n}\n\nvar x int\n\nfunc main() {\n\tf(\"a\")\n}\n"),
      ElementsAre(HasSubstr(":3:8:"), HasSubstr(":7:1: type"), HasSubstr(":11:10: string"),
                  HasSubstr(":15:1: a global"), HasSubstr(":18:4: strings")));
}

TEST(DiagnoseTest, TheParserGoesOnAfterADirective) {
  EXPECT_THAT(reported("//quake:stack=7 move=7\n//quake:gc=none\n//quake:gc=alloc\npackage main\n\n"
                       "func main() {\n\tgoto x\n}\n"),
              ElementsAre(HasSubstr(":1:9: stack="), HasSubstr(":3:9: "), HasSubstr(":7:2: goto")));
  EXPECT_THAT(
      reported("//quake:stack=8192 limit=4096\npackage main\n\nfunc main() {\n\tgoto x\n}\n"),
      ElementsAre(HasSubstr(":2:1: limit="), HasSubstr(":5:2: goto")));
  EXPECT_THAT(
      reported("//quake:x\n//quake:stack=8192 limit=4096\npackage main\n\nfunc main() {}\n"),
      ElementsAre(HasSubstr(":1:9: ")));
  EXPECT_THAT(reported(repeated(30, "//quake:x\n") + "package main\n\nfunc main() {}\n"),
              SizeIs(kMaxErrors));
}

TEST(DiagnoseTest, TheParserGoesOnAfterThePackageClause) {
  EXPECT_THAT(reported("package other\n\nimport \"fmt\"\n\nfunc main() {\n\tgoto x\n}\n"),
              ElementsAre(HasSubstr(":1:9: expected package main"),
                          HasSubstr(":3:8: the only import"), HasSubstr(":6:2: goto")));
  EXPECT_THAT(reported("?\n//quake:x\npackage main\n\nfunc main() {\n\tgoto x\n}\n"),
              ElementsAre(HasSubstr(":1:1: the character ?"), HasSubstr(":2:9: "),
                          HasSubstr(":6:2: goto")));
  EXPECT_THAT(reported("/* A nest. */\npackage main\n\nfunc main() {\n\tgoto x\n}\n"),
              ElementsAre(HasSubstr(":1:1: /* */"), HasSubstr(":5:2: goto")));
  EXPECT_THAT(reported("func f() {\n\tgoto x\n}\n\nfunc main() {\n\tgoto x\n}\n"),
              ElementsAre(HasSubstr(":1:1: expected package main"), HasSubstr(":6:2: goto")));
  EXPECT_THAT(reported("package main\npackage main\n\nfunc main() {}\n"),
              ElementsAre(HasSubstr(":2:1: expected a function")));
}

TEST(DiagnoseTest, AFunctionAtTheStartOfALineIsTheNextOne) {
  EXPECT_THAT(
      reported("package main\n\nfunc f() {\n\tif x < 1 {\n\ttrace(1)\n}\n\nfunc g(a, b int) {\n"
               "\ttrace(1)\n}\n\nfunc main() {\n\tgoto x\n}\n"),
      ElementsAre(HasSubstr(":8:6: a function with a name"), HasSubstr(":8:9:"),
                  HasSubstr(":13:2: goto")));
}

TEST(DiagnoseTest, TheCheckerGoesOnAfterAStatement) {
  EXPECT_THAT(
      reported(in_main("x = 1\nvar p *int\np = 1\nfor i := 0; i < 3; i++ {\n\ty = i\n\tz = i\n}\n"
                       "func() {\n\tq = 1\n}()\n")),
      ElementsAre(HasSubstr(":4:1: x is not"), HasSubstr(":6:5: expected *int"),
                  HasSubstr(":8:2: y is not"), HasSubstr(":9:2: z is not"),
                  HasSubstr(":12:2: q is not")));
}

TEST(DiagnoseTest, TheCheckerGoesOnAfterAFunction) {
  EXPECT_THAT(
      reported("package main\n\nfunc f(a any) {\n\tx = 1\n}\n\nfunc f() {}\n\nfunc main() {\n"
               "\tvar x int\n\tvar y int\n}\n"),
      ElementsAre(HasSubstr(":7:6: function f"), HasSubstr(":3:8: a parameter"),
                  HasSubstr(":10:6: x is declared and not used"),
                  HasSubstr(":11:6: y is declared and not used")));
}

TEST(DiagnoseTest, ErrorsThatFollowFromAnotherAreLeftOut) {
  // Not reported: the uses of x, whose declaration is wrong; y is used only in a wrong statement.
  EXPECT_THAT(reported(in_main("x := true\ny := 1\ntrace(x)\nx = 2\nx()\nfunc() {\n\tz = y\n}()")),
              ElementsAre(HasSubstr(":4:6: true"), HasSubstr(":10:2: z is not")));
  // Not reported: a missing return. The wrong statement may be the return.
  EXPECT_THAT(reported("package main\n\nfunc f() int {\n\treturn true\n}\n\nfunc main() {}\n"),
              SizeIs(1));
  EXPECT_THAT(reported("package main\n\nimport \"runtime\"\n\nfunc main() {\n\ttrace(x)\n}\n"),
              SizeIs(1));
}

TEST(DiagnoseTest, AtMostTenAreReported) {
  EXPECT_THAT(reported(in_main(repeated(30, "goto x\n"))), SizeIs(kMaxErrors));
  EXPECT_THAT(reported(in_main(repeated(30, "x = 1\n"))), SizeIs(kMaxErrors));
  EXPECT_THAT(reported(in_main("func() {\n" + repeated(30, "x = 1\n") + "}()")),
              SizeIs(kMaxErrors));
  EXPECT_THAT(reported("package main\n\n" + repeated(30, "var x int\n")), SizeIs(kMaxErrors));
  EXPECT_THAT(reported("package main\r\n\r\nfunc main() {\r\n}\r\n"), SizeIs(1));
}

}  // namespace
}  // namespace stackquake
