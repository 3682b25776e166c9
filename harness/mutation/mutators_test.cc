// Each mutator does what its name says, on nests small enough to see it. Wherever it is applied,
// the result is a nest.

#include <gmock/gmock.h>

#include "harness/mutation/mutation_testing.h"

namespace stackquake {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using MutatorsTest = MutationTest;

size_t count(std::string_view text, std::string_view piece) {
  size_t found = 0;
  for (size_t at = text.find(piece); at != text.npos; at = text.find(piece, at + 1)) ++found;
  return found;
}

MATCHER_P2(HasTimes, times, piece, "") {
  return count(arg, piece) == static_cast<size_t>(times);
}

TEST_F(MutatorsTest, MakeNestsOfTheWholeCorpus) {
  for (const Mutator& mutator : kMutators) {
    size_t different = 0;
    for (const auto& path : corpus_files("seeds")) {
      const std::string text = read_text(path);
      for (uint64_t seed = 0; seed < 2; ++seed) {
        const auto result = mutated(mutator, text, seed);
        if (result && *result != canonical(text)) ++different;
      }
    }
    EXPECT_GT(different, 5u) << mutator.name;
  }
}

TEST_F(MutatorsTest, InsertStatement) {
  const std::string text = main_of("\ttrace(77)\n");
  const auto results = all("insert_statement", text);
  EXPECT_GT(results.size(), 50u);
  EXPECT_THAT(results, Each(AllOf(HasSubstr("trace(77)"), Not(text))));
}

TEST_F(MutatorsTest, DeleteStatement) {
  EXPECT_THAT(all("delete_statement", main_of("\ttrace(1)\n\ttrace(2)\n")),
              testing::UnorderedElementsAre(main_of("\ttrace(1)\n"), main_of("\ttrace(2)\n"),
                                            "package main\n\nfunc main() {}\n"));
}

TEST_F(MutatorsTest, DuplicateStatement) {
  EXPECT_THAT(
      all("duplicate_statement", main_of("\tdefer trace(1)\n\ttrace(2)\n")),
      testing::UnorderedElementsAre(main_of("\tdefer trace(1)\n\tdefer trace(1)\n\ttrace(2)\n"),
                                    main_of("\tdefer trace(1)\n\ttrace(2)\n\tdefer trace(1)\n"),
                                    main_of("\tdefer trace(1)\n\ttrace(2)\n\ttrace(2)\n")));
}

TEST_F(MutatorsTest, MoveStatement) {
  EXPECT_THAT(all("move_statement", main_of("\t{\n\t\ttrace(1)\n\t}\n\ttrace(2)\n")),
              AllOf(Contains(main_of("\ttrace(2)\n\t{\n\t\ttrace(1)\n\t}\n")),
                    Contains(main_of("\t{\n\t\ttrace(1)\n\t\ttrace(2)\n\t}\n")),
                    Each(AllOf(HasTimes(1, "trace(1)"), HasTimes(1, "trace(2)")))));
}

TEST_F(MutatorsTest, WrapPutsStatementsIntoALiteralALoopOrAFunction) {
  EXPECT_THAT(
      all("wrap", main_of("\tx := 5\n\ttrace(x)\n")),
      AllOf(Contains(main_of("\tx := 5\n\tdefer func() {\n\t\ttrace(x)\n\t}()\n")),
            Contains(main_of("\tx := 5\n\tfunc() {\n\t\ttrace(x)\n\t}()\n")),
            Contains(main_of("\tx := 5\n\tfor i := 0; i < 3; i++ {\n\t\ttrace(x)\n\t}\n")),
            Contains(main_of("\tx := 5\n\tf1(x)\n") + "\nfunc f1(x int) {\n\ttrace(x)\n}\n"),
            Contains(main_of("\tx := 5\n\tdefer f1(x)\n") + "\nfunc f1(x int) {\n\ttrace(x)\n}\n"),
            Contains(HasSubstr("trace(code(recover()))"))));
}

TEST_F(MutatorsTest, Unwrap) {
  const std::string plain = main_of("\ttrace(1)\n");
  for (const std::string wrapped :
       {"\tdefer func() {\n\t\ttrace(1)\n\t}()\n",
        "\tfor i := 0; i < 3; i++ {\n\t\ttrace(1)\n\t}\n", "\t{\n\t\ttrace(1)\n\t}\n"}) {
    EXPECT_THAT(all("unwrap", main_of(wrapped), 3), testing::ElementsAre(plain)) << wrapped;
  }
}

TEST_F(MutatorsTest, SpliceBringsStatementsAndFunctions) {
  donor_ =
      "package main\n\nfunc f(n *node) {\n\ttrace(n.val)\n}\n\nfunc main() {\n\tmove()\n"
      "\tf(&node{val: 3})\n}\n";
  const auto results = all("splice", main_of("\ttrace(1)\n"));
  EXPECT_THAT(results, Contains(main_of("\tmove()\n\ttrace(1)\n")));
  EXPECT_THAT(results, Contains(main_of("\tf(&node{val: 3})\n\ttrace(1)\n") +
                                "\nfunc f(n *node) {\n\ttrace(n.val)\n}\n"));
}

TEST_F(MutatorsTest, ChangeLiteral) {
  EXPECT_THAT(all("change_literal", main_of("\ttrace(40)\n")),
              AllOf(Contains(main_of("\ttrace(41)\n")), Contains(main_of("\ttrace(39)\n")),
                    Contains(main_of("\ttrace(80)\n")), Contains(main_of("\ttrace(-40)\n"))));
}

TEST_F(MutatorsTest, ChangeVariableKeepsTheType) {
  const std::string text = main_of("\tx := 1\n\ty := 2\n\tp := &x\n\ttrace(x + y + *p)\n");
  EXPECT_THAT(all("change_variable", text),
              testing::UnorderedElementsAre(
                  main_of("\tx := 1\n\ty := 2\n\tp := &y\n\ttrace(x + y + *p)\n"),
                  main_of("\tx := 1\n\tp := &x\n\ttrace(x + x + *p)\n"),
                  main_of("\tx := 1\n\ty := 2\n\tp := &x\n\ttrace(y + y + *p)\n")));
}

TEST_F(MutatorsTest, ChangeOperator) {
  const auto results = all("change_operator", main_of("\tx := 1\n\ttrace(x + 2)\n"));
  EXPECT_THAT(results, Contains(main_of("\tx := 1\n\ttrace(x * 2)\n")));
  EXPECT_THAT(results, Contains(main_of("\tx := 1\n\ttrace(x << 2)\n")));
  EXPECT_THAT(all("change_operator", main_of("\tx := 1\n\tif x < 2 {\n\t}\n")),
              AllOf(Contains(HasSubstr("if x >= 2 {")), Contains(HasSubstr("if 2 < x {")),
                    Contains(HasSubstr("if !(x < 2) {"))));
}

TEST_F(MutatorsTest, ChangeCalleeKeepsTheSignature) {
  const std::string functions =
      "package main\n\nfunc f(x int) {}\n\nfunc g(x int) {}\n\nfunc h(p *int) {}\n\n";
  EXPECT_THAT(all("change_callee", functions + "func main() {\n\tf(1)\n}\n"),
              testing::ElementsAre(functions + "func main() {\n\tg(1)\n}\n"));
}

TEST_F(MutatorsTest, ReplaceExpression) {
  const auto results = all("replace_expression", main_of("\tx := 1\n\ttrace(x + 7)\n"));
  EXPECT_GT(results.size(), 20u);
  EXPECT_THAT(results, Each(HasSubstr("trace(")));
}

TEST_F(MutatorsTest, ChangeDirectiveSetsOneKey) {
  const auto results = all("change_directive", main_of(""));
  for (const std::string directive : {"stack=256", "move=safepoint", "move=at:", "gc=alloc",
                                      "gc=at:", "place=reuse", "limit=", "sched="}) {
    EXPECT_THAT(results, Contains(HasSubstr("//quake:" + directive)));
  }
}

TEST_F(MutatorsTest, SwapDefers) {
  EXPECT_THAT(all("swap_defers", main_of("\tdefer trace(1)\n\ttrace(2)\n\tdefer trace(3)\n")),
              testing::ElementsAre(main_of("\tdefer trace(3)\n\ttrace(2)\n\tdefer trace(1)\n")));
  EXPECT_THAT(all("swap_defers", main_of("\tdefer func() {\n\t\tdefer trace(1)\n\t}()\n")),
              IsEmpty());
}

TEST_F(MutatorsTest, ToggleDefer) {
  EXPECT_THAT(all("toggle_defer", main_of("\tdefer trace(1)\n")),
              testing::ElementsAre(main_of("\ttrace(1)\n")));
  EXPECT_THAT(all("toggle_defer", main_of("\ttrace(1)\n")),
              testing::ElementsAre(main_of("\tdefer trace(1)\n")));
}

TEST_F(MutatorsTest, ChangeEnding) {
  const auto results = all("change_ending", main_of("\tvar n *node\n\tpanic(5)\n\t_ = n\n"));
  EXPECT_THAT(results, Contains(AllOf(HasSubstr("\truntime.Goexit()\n"), Not(HasSubstr("panic")))));
  EXPECT_THAT(results, Contains(AllOf(HasSubstr("\treturn\n"), Not(HasSubstr("panic")))));
  EXPECT_THAT(results, Contains(AllOf(HasSubstr("\t_ = n.val\n"), Not(HasSubstr("panic")))));
  EXPECT_THAT(all("change_ending", main_of("")), Contains(HasSubstr("\tpanic(")));
}

TEST_F(MutatorsTest, ToggleRecover) {
  const std::string with = main_of("\tdefer func() {\n\t\ttrace(code(recover()))\n\t}()\n");
  EXPECT_THAT(all("toggle_recover", with), Contains(Not(HasSubstr("recover"))));
  EXPECT_THAT(all("toggle_recover", main_of("")), Contains(with));
}

TEST_F(MutatorsTest, ChangeSizeKeepsArraysEqualThatAreCopied) {
  const std::string text =
      "package main\n\nfunc f(a [8]int) {\n\ttrace(a[7])\n}\n\nfunc main() {\n"
      "\tvar a [8]int\n\tf(a)\n}\n";
  const auto results = all("change_size", text);
  EXPECT_GT(results.size(), 10u);
  EXPECT_THAT(results, Each(Not(HasSubstr("[8]int"))));
  EXPECT_THAT(results, Each(HasSubstr("\tf(a)\n")));
  EXPECT_THAT(all("change_size", main_of("\tgrow(64)\n")), Contains(main_of("\tgrow(63)\n")));
}

TEST_F(MutatorsTest, ChangeParametersChangesTheCallsToo) {
  const std::string text =
      "package main\n\nfunc f(x int, y int) {\n\ttrace(x)\n}\n\n"
      "func main() {\n\tf(1, 2)\n}\n";
  const auto results = all("change_parameters", text);
  EXPECT_THAT(results, Contains("package main\n\nfunc f(x int) {\n\ttrace(x)\n}\n\n"
                                "func main() {\n\tf(1)\n}\n"));
  EXPECT_THAT(results, Contains("package main\n\nfunc f(y int) {\n\ttrace(y)\n}\n\n"
                                "func main() {\n\tf(2)\n}\n"));
  EXPECT_THAT(results, Contains(AllOf(HasSubstr("f(x int, y int, p2 *node)"),
                                      HasSubstr("\tf(1, 2, nil)\n"))));
}

TEST_F(MutatorsTest, ChangeLoopBound) {
  const std::string text = main_of("\tfor i := 0; i < 3; i++ {\n\t}\n");
  EXPECT_THAT(all("change_loop_bound", text),
              AllOf(Contains(HasSubstr("i < 1;")), Contains(HasSubstr("i < 400;")),
                    Each(Not(HasSubstr("i < 3;")))));
}

TEST_F(MutatorsTest, AddSafepoint) {
  const auto results = all("add_safepoint", main_of("\ttrace(1)\n"), 400);
  for (const std::string call :
       {"move()", "runtime.GC()", "grow(64)", "shrink()", "trace(frames())"}) {
    EXPECT_THAT(results, Contains(HasSubstr("\t" + call + "\n\ttrace(1)\n")));
  }
  EXPECT_THAT(results, Contains(main_of("\tdefer move()\n\ttrace(1)\n")));
  EXPECT_THAT(results, Not(Contains(HasSubstr("defer trace"))));  // it would walk at once
}

TEST_F(MutatorsTest, DeepenRunsStatementsAtTheEndOfARecursion) {
  EXPECT_THAT(all("deepen", main_of("\tx := 5\n\ttrace(x)\n")),
              Contains(main_of("\tx := 5\n\tf1(3, x)\n") +
                       "\nfunc f1(n int, x int) {\n\tif n > 0 {\n\t\tf1(n-1, x)\n\t\treturn\n\t}\n"
                       "\ttrace(x)\n}\n"));
}

TEST_F(MutatorsTest, DeleteFunction) {
  const std::string rest = "func f(x int) {}\n\n";
  const std::string text =
      "package main\n\n" + rest + "func g(x int) {}\n\nfunc main() {\n\tf(1)\n\tg(2)\n}\n";
  EXPECT_THAT(all("delete_function", text),
              Contains("package main\n\n" + rest + "func main() {\n\tf(1)\n\tf(2)\n}\n"));
  EXPECT_THAT(all("delete_function", "package main\n\n" + rest + "func main() {\n\tf(1)\n}\n"),
              testing::ElementsAre("package main\n\nfunc main() {}\n"));
}

}  // namespace
}  // namespace stackquake
