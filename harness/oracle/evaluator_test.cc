// Expressions, statements, calls and the limits of an evaluation. The corpus covers most of the
// language; these tests show single rules.

#include "harness/oracle/evaluator.h"
#include "harness/oracle/oracle_testing.h"

namespace stackquake {
namespace {

using EvaluatorTest = OracleTest;

constexpr size_t kMostKept = oracle::Evaluator::kKeptGoroutines * oracle::Evaluator::kKeptWords;

TEST_F(EvaluatorTest, IntegersWrapAndDivideTowardsZero) {
  expect(
      R"(func main() {
	low := -9223372036854775808
	one := -1
	trace(low / one)
	trace(low % one)
	trace(low - 1)
	seven := -7
	trace(seven / 2)
	trace(seven % 2)
	trace(seven >> 1)
	trace(one << 63)
	trace(seven & 12)
	trace(seven | 4)
	trace(seven ^ 3)
}
)",
      "exit; [-9223372036854775808 0 9223372036854775807 -3 -1 -4 -9223372036854775808 8 -3 -6]");
}

TEST_F(EvaluatorTest, EachFaultHasItsCode) {
  const auto fault = [&](const std::string& statement) {
    return behaviour(R"(func main() {
	var p *int
	var n *node
	var f func()
	var a [3]int
	i := 3
	z := 0
	_ = p
	_ = n
	_ = f
	_ = a
	_ = i
	_ = z
	)" + statement +
                     "\n}\n");
  };
  for (const char* statement : {"z = *p", "*p = 1", "z = n.val", "n.next = n", "f()", "p = &n.val",
                                "trace(n.val)", "if n.val == 0 {\n\t}"}) {
    EXPECT_EQ(fault(statement), "panic -1;") << statement;
  }
  for (const char* statement : {"z = a[i]", "a[i] = 1", "p = &a[i]", "i = -1\n\ta[i] = 2"}) {
    EXPECT_EQ(fault(statement), "panic -2;") << statement;
  }
  for (const char* statement : {"i = i / z", "i = i % z", "trace(i / z)"}) {
    EXPECT_EQ(fault(statement), "panic -3;") << statement;
  }
}

TEST_F(EvaluatorTest, FaultLeavesItsTargetAsItWas) {
  expect(R"(func give(x int) int {
	return x
}

func main() {
	x := 1
	a := 5
	z := 0
	defer func() {
		trace(code(recover()))
		trace(x)
	}()
	x = give(a / z)
}
)",
         "exit; [-3 1]");
}

TEST_F(EvaluatorTest, ConditionsStopWhereTheyAreDecided) {
  expect(R"(func main() {
	var n *node
	if n != nil && n.val == 1 {
		trace(1)
	}
	if n == nil || n.val == 1 {
		trace(2)
	}
	if !(n == nil) {
		trace(3)
	} else if n.val == 0 {
		trace(4)
	}
}
)",
         "panic -1; [2]");
}

TEST_F(EvaluatorTest, LoopsEvaluateTheirLimitEachTime) {
  expect(R"(func main() {
	n := 3
	for i := 0; i < n; i++ {
		trace(i)
		if i == 1 {
			n = 10
		}
		if i == 4 {
			n = 0
		}
	}
	for j := 5; j < 5; j++ {
		trace(j)
	}
}
)",
         "exit; [0 1 2 3 4]");
}

TEST_F(EvaluatorTest, ArraysAreCopiedAndCapturesAreShared) {
  expect(R"(func change(b [3]int) {
	b[0] = 9
	trace(b[0])
}

func main() {
	var a [3]int
	a[0] = 1
	b := a
	change(a)
	func() {
		a[1] = 7
		func() {
			a[2] = a[1] + 1
		}()
	}()
	trace(a[0])
	trace(a[2])
	trace(b[1])
}
)",
         "exit; [9 1 8 0]");
}

// Each activation has its own variables. A literal shares those of the activation that made it.
TEST_F(EvaluatorTest, LiteralsCaptureFromTheirOwnActivation) {
  expect(R"(func down(k int, f func()) {
	x := k
	g := func() {
		x += 10
		trace(x)
	}
	if k > 0 {
		down(k-1, g)
	}
	f()
	g()
}

func main() {
	down(2, func() {
		trace(0)
	})
}
)",
         "exit; [11 10 12 21 0 22]");
}

TEST_F(EvaluatorTest, PointersReachEveryKindOfVariable) {
  expect(R"(func set(p *int, x int) {
	*p = x
}

func change(k int) (r int) {
	set(&k, 3)
	set(&r, k+1)
	return
}

func main() {
	var a [4]int
	n := &node{val: 1}
	i := 2
	set(&a[i], 5)
	set(&a[3], 6)
	set(&n.val, 7)
	trace(a[2] + a[3])
	trace(n.val)
	trace(change(0))
	p := &a[2]
	if p == &a[i] {
		trace(8)
	}
}
)",
         "exit; [11 7 4 8]");
}

// ---- Limits ----

TEST_F(EvaluatorTest, DeepRecursionTakesNoNativeStack) {
  OracleOptions options;
  options.limit_bytes = 16777216;
  EXPECT_EQ(behaviour(R"(func down(k int) int {
	if k == 0 {
		return 1
	}
	return down(k - 1)
}

func main() {
	trace(down(50000))
}
)",
                      options),
            "exit; [1]");
}

TEST_F(EvaluatorTest, ManyChainedPanicsTakeNoNativeStack) {
  OracleOptions options;
  options.limit_bytes = 16777216;
  const OracleResult& result = evaluate(R"(func main() {
	var f func()
	for i := 0; i < 20000; i++ {
		defer f()
	}
}
)",
                                        options);
  EXPECT_EQ(result.outcome.kind, OracleOutcome::Kind::kPanic);
  EXPECT_EQ(result.outcome.chain.size(), 20000u);
}

TEST_F(EvaluatorTest, RunsOutOfTheStepsItIsGiven) {
  const std::string text = "func main() {\n\tfor i := 0; i < 3; i++ {\n\t}\n\ttrace(1)\n}\n";
  OracleOptions options;
  options.max_steps = evaluate(text).steps;
  EXPECT_EQ(behaviour(text, options), "exit; [1]");
  --options.max_steps;
  EXPECT_EQ(kind_text(evaluate(text, options).outcome.kind), "fuel");
}

TEST_F(EvaluatorTest, EndlessProgramsRunOutOfFuelOrStack) {
  expect("func main() {\n\tx := 1\n\tfor i := 0; i < x; i++ {\n\t\tx++\n\t}\n}\n", "fuel;");
  expect("func again() {\n\tagain()\n}\n\nfunc main() {\n\tagain()\n}\n", "overflow;");
  expect("func main() {\n\tfor i := 0; i < 1000000; i++ {\n\t\tdefer trace(i)\n\t}\n}\n", "fuel;");
}

// A limit of 4,096 bytes is 512 words, and a quarter of it, 128 words, certainly fits.
TEST_F(EvaluatorTest, OverflowIsAQuarterOfTheLimit) {
  OracleOptions options;
  options.limit_bytes = 4096;
  const auto array_of = [&](int length) {
    return evaluate(
        "func main() {\n\tvar a [" + std::to_string(length) + "]int\n\ttrace(a[0])\n}\n", options);
  };
  EXPECT_EQ(array_of(100).outcome.kind, OracleOutcome::Kind::kExit);
  EXPECT_GE(oracle_.evaluate(*nest_, options).most_words, 100u);
  EXPECT_EQ(array_of(129).outcome.kind, OracleOutcome::Kind::kOverflow);
  EXPECT_EQ(behaviour("func main() {\n\tgrow(100)\n\tgrow(100)\n\tgrow(-5)\n}\n", options),
            "exit;");
  EXPECT_EQ(behaviour("func main() {\n\tgrow(129)\n}\n", options), "overflow;");
  EXPECT_EQ(behaviour("func main() {\n\tdefer grow(9223372036854775807)\n}\n", options),
            "overflow;");
}

// A collection costs steps for each goroutine of the run, and for no other.
TEST_F(EvaluatorTest, StepsDoNotDependOnEarlierRuns) {
  const std::string collects = "func main() {\n\truntime.GC()\n}\n";
  const uint64_t steps = evaluate(collects).steps;
  evaluate(
      "func w(c chan int) {\n\t<-c\n}\n\nfunc main() {\n\tc := make(chan int)\n"
      "\tfor i := 0; i < 20; i++ {\n\t\tgo w(c)\n\t}\n\truntime.Gosched()\n}\n");
  EXPECT_EQ(evaluate(collects).steps, steps);
}

// Goroutines are used again, and the cases of a select count when a stack grows.
TEST_F(EvaluatorTest, StepsDoNotDependOnTheSelectOfAnEarlierRun) {
  const std::string grows = "func main() {\n\tgrow(100)\n\tgrow(1000)\n}\n";
  const uint64_t steps = evaluate(grows).steps;
  evaluate(
      "func main() {\n\tc := make(chan int)\n\td := make(chan int)\n"
      "\tselect {\n\tcase <-c:\n\tcase <-d:\n\tdefault:\n\t}\n}\n");
  EXPECT_EQ(evaluate(grows).steps, steps);
}

TEST_F(EvaluatorTest, EvaluationAfterOneThatWasCutShortIsClean) {
  expect("func main() {\n\tvar c chan int\n\tdefer trace(1)\n\tdefer trace(2)\n\t<-c\n}\n",
         "deadlock;");
  expect("func main() {\n\ttrace(code(recover()))\n\ttrace(frames())\n}\n", "exit; [0 1]");
}

// What a run of many goroutines, or of a large one, has taken is given back.
TEST_F(EvaluatorTest, MemoryForLaterRunsHasABound) {
  const Nest* small = load_good("package main\n\nfunc main() {\n}\n", arena_);
  const Nest* crowded = load_good(R"(package main

func w(c chan int) {
	<-c
}

func main() {
	c := make(chan int)
	for i := 0; i < 500; i++ {
		go w(c)
	}
	<-c
}
)",
                                  arena_);
  const Nest* deep = load_good(R"(package main

func down(k int) {
	if k == 0 {
		return
	}
	defer down(k - 1)
}

func main() {
	down(30000)
}
)",
                               arena_);
  OracleOptions options;
  options.limit_bytes = 16777216;
  oracle::Evaluator evaluator;
  for (const Nest* large : {crowded, deep}) {
    evaluator.evaluate(*large, options);
    EXPECT_GT(evaluator.capacity(), kMostKept);
    evaluator.evaluate(*small, options);
    EXPECT_GT(evaluator.capacity(), 0u);
    EXPECT_LE(evaluator.capacity(), kMostKept);
  }
}

}  // namespace
}  // namespace stackquake
