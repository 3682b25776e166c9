#include "harness/language/printer.h"

#include <string>

#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

std::string printed(const Nest& nest) {
  std::string out;
  print(nest, out);
  return out;
}

std::string main_with(std::string_view statement) {
  return "package main\n\nfunc main() {\n\t" + std::string(statement) + "\n}\n";
}

// The canonical form of a text that only has to parse.
std::string reprinted(std::string_view text) {
  Arena arena;
  Diagnostic diagnostic;
  const Nest* nest = parse(text, arena, diagnostic);
  return nest == nullptr ? to_string(diagnostic, "nest") : printed(*nest);
}

// The text without its comments and the blank lines at its start, so that a file that gofmt has
// formatted can be compared with the printer's output.
std::string without_comments(const std::string& text) {
  std::string out;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
    const std::string line = text.substr(start, end - start);
    const bool comment = line.starts_with("//") && !line.starts_with("//quake:");
    if (!comment && (line != "\n" || !out.empty())) out += line;
    start = end;
  }
  return out;
}

// Each text is written as gofmt writes it, so printing must not change it.
TEST(PrinterTest, StatementsComeOutAsGofmtWritesThem) {
  constexpr std::string_view kStatements[] = {
      "var x int",
      "var x [1024]int = y",
      "x := make(chan *node, 3)",
      "x = make(chan int)",
      "x++",
      "x -= y - 1",
      "_ = x",
      "c <- x + 1",
      "x = <-c",
      "<-c",
      "return",
      "return x - 1",
      "defer f(1, &x, &a[1], &n.val)",
      "go f()",
      "runtime.Gosched()",
      "panic(1)",
      "f(func() {}, func(a int, p *int) int {\n\t\treturn a\n\t}(1, nil), func() {\n\t\tf()\n\t})",
      "func() (r *node) {}()",
      "if x == 1 {\n\t} else if y != 2 {\n\t\tf()\n\t} else {\n\t}",
      "for i := x + 1; i < n-1; i++ {\n\t\t{\n\t\t}\n\t}",
      "select {\n\tcase c <- 1:\n\tcase x = <-c:\n\t\tf()\n\tcase <-d:\n\tdefault:\n\t\tf()\n\t}",
      "n = &node{}",
      "n.next = &node{val: x - 1, peer: &node{next: nil}}",
      "if n == (&node{val: 1}) && !(x == 1 || y == 2) {\n\t}",
  };
  for (const std::string_view statement : kStatements) {
    EXPECT_EQ(reprinted(main_with(statement)), main_with(statement));
  }
}

// The expected blanks are those of gofmt 1.19.
TEST(PrinterTest, BlanksInExpressionsAreGofmts) {
  constexpr std::string_view kExpressions[] = {
      "x = a + b",
      "x = a * b",
      "x = a*b + c",
      "x = (a + b) * c",
      "x = (a+b)*c - d",
      "x = a - (b - c)",
      "x = a*(b+c) - d",
      "x = a - -5",
      "x = -5 - a",
      "x = a + -5",
      "x = a * -5",
      "x = a*-5 + b",
      "x = a / *p",
      "x = a * b / *p",
      "x = a + b / *p",
      "x = a<<3 | b>>2&c",
      "x = a | b ^ c",
      "f(a- -5*b, c)",
      "f(a*b / *p * c, d)",
      "x = a[i+1]",
      "x = a[i*2+1] + b",
      "x = n - 1 + b[7]",
      "f(a + b)",
      "f(a+b, c)",
      "f(a-1, b*c+d)",
      "f(a - -5, b/2)",
      "f(g(a+b), c)",
      "f((a+b)*c, d)",
      "trace(want*100 + r)",
      "trace(code(recover()))",
      "if a+b < c*d {\n\t}",
      "if a < b && c == d+1 || !(e < f) {\n\t}",
      "if !(a == b) && (c == d || e == f) {\n\t}",
      "for i := a*b + c; i < a*b+c; i++ {\n\t}",
      "for i := 0; i < n.val/2; i++ {\n\t}",
  };
  for (const std::string_view expression : kExpressions) {
    EXPECT_EQ(reprinted(main_with(expression)), main_with(expression));
  }
}

TEST(PrinterTest, NeedlessParenthesesAndBlanksGo) {
  EXPECT_EQ(reprinted(main_with("x=((a)+((b*c)))")), main_with("x = a + b*c"));
  EXPECT_EQ(reprinted(main_with("if (a==b) {f(1,)}")), main_with("if a == b {\n\t\tf(1)\n\t}"));
  EXPECT_EQ(reprinted(main_with("x = - 5; (f())")), main_with("x = -5\n\tf()"));
}

TEST(PrinterTest, TheFileHasDirectivesImportAndFunctionsInOrder) {
  const std::string text =
      "//quake:stack=512 move=at:1,2\npackage main\n\nimport \"runtime\"\n\nfunc f(a int, c chan "
      "*node) (r *node) {\n"
      "\truntime.GC()\n\treturn\n}\n\nfunc main() {}\n";
  EXPECT_EQ(reprinted("// A nest.\n\n//quake:move=at:1,2\n//quake:stack=512\n" +
                      text.substr(text.find('\n') + 1)),
            text);
}

TEST(PrinterTest, PrintingTheCorpusGivesTheSameTreeAndText) {
  for (const char* folder : {"seeds", "truth"}) {
    for (const auto& file : corpus_files(folder)) {
      SCOPED_TRACE(file);
      const std::string text = read_text(file);
      Arena arena;
      const Nest* nest = load_good(text, arena);
      ASSERT_NE(nest, nullptr);
      const std::string out = printed(*nest);
      const Nest* again = load_good(out, arena);
      ASSERT_NE(again, nullptr);
      EXPECT_TRUE(equal(*nest, *again));
      EXPECT_EQ(out, printed(*again));
      if (std::string_view(folder) == "truth") {
        EXPECT_EQ(out, without_comments(text));
      }
    }
  }
}

TEST(EqualTest, EachDifferenceShows) {
  const std::string base = "x = a + b[1]";
  const auto same = [&](std::string_view other) {
    Arena arena;
    Diagnostic diagnostic;
    const std::string first = main_with(base);
    const std::string second = main_with(other);
    return equal(*parse(first, arena, diagnostic), *parse(second, arena, diagnostic));
  };
  EXPECT_TRUE(same("x=(a+b[ 1 ])"));
  for (const char* other :
       {"y = a + b[1]", "x = a - b[1]", "x = a + b[2]", "x = a + c[1]", "x = b[1] + a",
        "x += a + b[1]", "x := a + b[1]", "var x int = a + b[1]", "_ = a + b[1]",
        "{ x = a + b[1] }", "x = a + b[1]; return", "return a + b[1]"}) {
    EXPECT_FALSE(same(other)) << other;
  }
}

TEST(EqualTest, FilesAreToldApart) {
  const auto same = [](const std::string& first, const std::string& second) {
    Arena arena;
    Diagnostic diagnostic;
    return equal(*parse(first, arena, diagnostic), *parse(second, arena, diagnostic));
  };
  const std::string main = "package main\n\nfunc main() {}\n";
  EXPECT_FALSE(same(main, "//quake:stack=2048\n" + main));
  EXPECT_FALSE(same("//quake:move=at:1\n" + main, "//quake:move=at:2\n" + main));
  EXPECT_FALSE(same(main, "package main\n\nimport \"runtime\"\n\nfunc main() {}\n"));
  EXPECT_FALSE(same(main, "package main\n\nfunc main(a int) {}\n"));
  EXPECT_FALSE(same(main, "package main\n\nfunc main() int {}\n"));
  EXPECT_FALSE(
      same("package main\n\nfunc main() (a int) {}\n", "package main\n\nfunc main() int {}\n"));
  EXPECT_TRUE(same(main, "// x\n" + main));
}

}  // namespace
}  // namespace stackquake
