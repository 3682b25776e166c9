// The results of each pass for a tiny nest.

#include "harness/reducer/reducer_testing.h"

namespace stackquake::reducer {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(DropFunctionTest, CallsGoWithIt) {
  const std::string nest = nest_of(
      "func f() int { return 3 }\n"
      "func main() { f(); defer f(); x := f(); trace(x); trace(f()) }");
  EXPECT_THAT(made_by("drop-function", nest), ElementsAre(main_of("x := 0; trace(x); trace(0)")));
}

TEST(DropFunctionTest, MainStays) {
  EXPECT_THAT(made_by("drop-function", main_of("trace(1)")), IsEmpty());
}

TEST(DropStatementsTest, LargeChunksComeFirst) {
  const std::string nest = main_of("trace(1); trace(2); trace(3)");
  EXPECT_THAT(made_by("drop-statements", nest),
              ElementsAre(main_of(""), main_of("trace(3)"), main_of("trace(1); trace(2)"),
                          main_of("trace(2); trace(3)"), main_of("trace(1); trace(3)"),
                          main_of("trace(1); trace(2)")));
}

TEST(DropStatementsTest, ReachesIntoDeferredLiterals) {
  EXPECT_THAT(made_by("drop-statements", main_of("defer func() { trace(1) }()")),
              Contains(main_of("defer func() {}()")));
}

TEST(DropStatementsTest, AFunctionWithAResultStillReturnsOne) {
  const std::string nest = nest_of("func f() *node { return &node{val: 1} }\nfunc main() { f() }");
  EXPECT_THAT(made_by("drop-statements", nest),
              Contains(nest_of("func f() *node { return nil }\nfunc main() { f() }")));
}

TEST(DropStatementsTest, WhatIsAssignedToAVariableThatNothingReadsGoesToo) {
  const std::string nest = main_of("x := 1; x = 2; trace(x)");
  EXPECT_THAT(made_by("drop-statements", nest), Contains(main_of("")));
}

TEST(DropDirectiveTest, AnyOfThemAndSafepointsOfLists) {
  const std::string rest = "\n" + main_of("trace(1)");
  EXPECT_THAT(
      made_by("drop-directive", "//quake:stack=512 move=at:3,5" + rest),
      ElementsAre("//quake:move=at:3,5" + rest, "//quake:stack=512" + rest,
                  "//quake:stack=512 move=at:5" + rest, "//quake:stack=512 move=at:3" + rest,
                  "//quake:stack=512 move=safepoint" + rest));
}

TEST(DropBranchTest, ElseAndCases) {
  EXPECT_THAT(made_by("drop-branch", main_of("x := 1; if x == 1 { trace(1) } else { trace(2) }")),
              ElementsAre(main_of("x := 1; if x == 1 { trace(1) }")));
  EXPECT_THAT(
      made_by("drop-branch",
              main_of("c := make(chan int); select { case <-c: trace(1)\ndefault: trace(2) }")),
      ElementsAre(main_of("c := make(chan int); select { case <-c: trace(1) }")));
}

TEST(UnwrapTest, LoopsRunOnce) {
  EXPECT_THAT(made_by("unwrap", main_of("for i := 2; i < 9; i++ { trace(i) }")),
              Contains(main_of("trace(2)")));
}

TEST(UnwrapTest, BothBranches) {
  EXPECT_THAT(
      made_by("unwrap", main_of("x := 1; if x == 1 { trace(1) } else { trace(2) }; trace(x)")),
      ElementsAre(main_of("x := 1; trace(1); trace(x)"),
                  main_of("x := 1; { trace(2) }; trace(x)")));
}

TEST(UnwrapTest, DeferredLiterals) {
  EXPECT_THAT(made_by("unwrap", main_of("defer func() { trace(1); return }()")),
              ElementsAre(main_of("trace(1)"), main_of("defer trace(1)"),
                          main_of("func() { trace(1); return }()")));
}

TEST(UnwrapTest, CallsThatAreArguments) {
  EXPECT_THAT(made_by("unwrap", main_of("trace(code(recover()))")),
              Contains(main_of("code(recover())")));
}

TEST(UnwrapTest, CasesOfASelectWithTheirCommunication) {
  const std::string nest = main_of(
      "c := make(chan int, 1); x := 0; select { case x = <-c: trace(x)\ncase c <- 1: }; trace(x)");
  EXPECT_THAT(made_by("unwrap", nest),
              Contains(main_of("c := make(chan int, 1); x := 0; x = <-c; trace(x); trace(x)")));
  EXPECT_THAT(made_by("unwrap", nest),
              Contains(main_of("c := make(chan int, 1); x := 0; c <- 1; trace(x)")));
}

TEST(InlineCallTest, ArgumentsBecomeVariablesWithNamesOfTheirOwn) {
  const std::string nest =
      nest_of("func f(x int, p *int) { *p = x }\nfunc main() { x := 1; f(2, &x); trace(x) }");
  EXPECT_THAT(made_by("inline-call", nest),
              ElementsAre(main_of("x := 1; x1 := 2; p := &x; *p = x1; trace(x)")));
}

TEST(InlineCallTest, WhatIsReturnedTakesTheCallsPlace) {
  const std::string nest =
      nest_of("func f() int { trace(1); return 2 }\nfunc main() { trace(f()) }");
  EXPECT_THAT(made_by("inline-call", nest), ElementsAre(main_of("trace(1); trace(2)")));
}

TEST(InlineCallTest, AFunctionThatCallsItselfOrIsCalledTwiceStays) {
  EXPECT_THAT(made_by("inline-call", nest_of("func f() { trace(1) }\nfunc main() { f(); f() }")),
              IsEmpty());
  const std::string recursive = nest_of("func f() { f() }\nfunc main() { trace(1) }");
  EXPECT_THAT(made_by("inline-call", recursive), ElementsAre(recursive));
}

TEST(DropVariableTest, ParametersWithTheirArguments) {
  const std::string nest =
      nest_of("func f(x int, y int) { trace(x); trace(y + 1) }\nfunc main() { f(1, 2) }");
  EXPECT_THAT(
      made_by("drop-variable", nest),
      ElementsAre(nest_of("func f(y int) { trace(y + 1) }\nfunc main() { f(2) }"),
                  nest_of("func f(x int) { trace(x) }\nfunc main() { f(1) }"),
                  nest_of("func f(y int) { trace(0); trace(y + 1) }\nfunc main() { f(2) }")));
}

TEST(DropVariableTest, LocalsAndCaptures) {
  const std::string nest = main_of("x := 1; x++; defer func() { trace(x); trace(2) }()");
  EXPECT_THAT(made_by("drop-variable", nest),
              ElementsAre(main_of("defer func() { trace(2) }()"),
                          main_of("defer func() { trace(0); trace(2) }()")));
}

TEST(DropResultTest, CallsStandAlone) {
  const std::string nest = nest_of(
      "func f() int { trace(1); return 2 }\nfunc main() { x := f(); trace(x); trace(f()) }");
  EXPECT_THAT(made_by("drop-result", nest), IsEmpty()) << "x would have no declaration";
  const std::string unused =
      nest_of("func f() int { trace(1); return 2 }\nfunc main() { _ = f(); trace(f()) }");
  EXPECT_THAT(made_by("drop-result", unused),
              ElementsAre(nest_of("func f() { trace(1); return }\nfunc main() { f(); f() }")));
}

TEST(SimplifyExpressionTest, LiteralsAndOperands) {
  EXPECT_THAT(made_by("simplify-expression", main_of("x := 7; trace(x + x)")),
              ElementsAre(main_of("trace(0)"), main_of("trace(1)"), main_of("x := 7; trace(x)"),
                          main_of("x := 7; trace(x)"), main_of("x := 7; trace(0 + x)"),
                          main_of("x := 7; trace(1 + x)"), main_of("x := 7; trace(x + 0)"),
                          main_of("x := 7; trace(x + 1)")));
}

TEST(SimplifyExpressionTest, FieldsOfNodes) {
  const std::string nest = main_of("n := &node{val: 3, next: nil}; trace(n.val)");
  EXPECT_THAT(made_by("simplify-expression", nest),
              Contains(main_of("n := &node{next: nil}; trace(n.val)")));
}

TEST(MergeDeclarationTest, TheFirstAssignmentDeclares) {
  EXPECT_THAT(made_by("merge-declaration", main_of("var x int; trace(1); x = 2; trace(x)")),
              ElementsAre(main_of("trace(1); x := 2; trace(x)")));
}

TEST(MergeDeclarationTest, NotWhenSomethingReadsTheVariableBefore) {
  EXPECT_THAT(made_by("merge-declaration", main_of("var x int; trace(x); x = 2; trace(x)")),
              IsEmpty());
}

TEST(LowerNumberTest, AtOnceByHalvesAndByOne) {
  EXPECT_THAT(made_by("lower-number", main_of("trace(9)")),
              ElementsAre(main_of("trace(1)"), main_of("trace(0)"), main_of("trace(4)"),
                          main_of("trace(8)")));
}

TEST(LowerNumberTest, NegativeNumbersGoTowardsZero) {
  EXPECT_THAT(made_by("lower-number", main_of("trace(-9)")),
              ElementsAre(main_of("trace(0)"), main_of("trace(9)")));
}

TEST(LowerNumberTest, ArraysThatAreAssignedToEachOtherStayEquallyLong) {
  const std::string nest = nest_of("func f(b [8]int) {}\nfunc main() { var a [8]int; f(a) }");
  EXPECT_THAT(made_by("lower-number", nest),
              Contains(nest_of("func f(b [4]int) {}\nfunc main() { var a [4]int; f(a) }")));
}

TEST(LowerNumberTest, StacksTowardsTheDefaultAndSafepointsTowardsZero) {
  const std::string rest = "\n" + main_of("");
  const auto made =
      made_by("lower-number", "//quake:stack=512 move=at:1,4 limit=262144 sched=1" + rest);
  EXPECT_THAT(made, Contains("//quake:stack=1024 move=at:1,4 limit=262144 sched=1" + rest));
  EXPECT_THAT(made, Contains("//quake:stack=512 move=at:0,4 limit=262144 sched=1" + rest));
  EXPECT_THAT(made, Contains("//quake:stack=512 move=at:1,2 limit=262144 sched=1" + rest));
  EXPECT_THAT(made, Contains("//quake:stack=512 move=at:1,4 limit=262144 sched=0" + rest));
}

// For every nest of the corpus each pass comes to an end, and its results can be printed. Some
// results of each pass are nests.
TEST(AllPassesTest, MakeNestsOfTheCorpus) {
  for (const Pass& pass : all_passes()) {
    size_t made = 0;
    for (const auto& file : corpus_files("seeds")) {
      made += made_by(pass.name, read_text(file)).size();
    }
    EXPECT_GT(made, 0U) << pass.name;
  }
}

}  // namespace
}  // namespace stackquake::reducer
