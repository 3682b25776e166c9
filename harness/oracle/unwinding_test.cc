// Panics, recovers and Goexits. The expected behaviours follow from the Go specification of defer,
// panic and recover. Where it says nothing, they are those of the level's Go version.

#include "harness/oracle/oracle_testing.h"

namespace stackquake {
namespace {

using UnwindingTest = OracleTest;

// ---- Who may recover ----

TEST_F(UnwindingTest, DeferredFunctionRecovers) {
  expect(R"(func main() {
	defer func() {
		trace(code(recover()))
		trace(code(recover()))
	}()
	panic(5)
}
)",
         "exit; [5 0]");
}

TEST_F(UnwindingTest, FunctionCalledByTheDeferredOneDoesNot) {
  expect(R"(func helper() {
	trace(code(recover()))
}

func main() {
	defer func() {
		helper()
		func() {
			trace(code(recover()))
		}()
	}()
	panic(5)
}
)",
         "panic 5; [0 0]");
}

TEST_F(UnwindingTest, DeferredCallOfTheDeferredOneDoesNot) {
  expect(R"(func main() {
	defer func() {
		defer func() {
			trace(code(recover()))
		}()
	}()
	panic(5)
}
)",
         "panic 5; [0]");
}

TEST_F(UnwindingTest, DeferredCallsAfterARecoveryDoNot) {
  expect(R"(func body() {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		trace(code(recover()))
	}()
	panic(5)
}

func main() {
	body()
	trace(1)
}
)",
         "exit; [5 0 1]");
}

// ---- Panics on top of panics ----

TEST_F(UnwindingTest, ValuePanickedWithAgainIsTwoPanics) {
  expect(R"(func main() {
	defer func() {
		r := recover()
		panic(r)
	}()
	panic(7)
}
)",
         "panic 7 [recovered] 7;");
}

TEST_F(UnwindingTest, PanicInADeferredCallAbortsTheFirst) {
  expect(R"(func main() {
	defer func() {
		trace(code(recover()))
		trace(code(recover()))
	}()
	defer func() {
		panic(2)
	}()
	panic(1)
}
)",
         "exit; [2 0]");
}

TEST_F(UnwindingTest, ChainOfThreeIsToldOldestFirst) {
  expect(R"(func main() {
	defer func() {
		panic(3)
	}()
	defer func() {
		panic(2)
	}()
	panic(1)
}
)",
         "panic 1 2 3;");
}

TEST_F(UnwindingTest, RecoveredPanicStaysInTheChainUntilItsDeferredCallReturns) {
  expect(R"(func main() {
	defer func() {
		trace(code(recover()))
		panic(2)
	}()
	panic(1)
}
)",
         "panic 1 [recovered] 2; [1]");
}

TEST_F(UnwindingTest, PanicRecoveredInsideADeferredCallLeavesTheOuterOne) {
  expect(R"(func inner() {
	defer func() {
		trace(code(recover()))
	}()
	panic(2)
}

func main() {
	defer func() {
		inner()
		trace(code(recover()))
	}()
	panic(1)
}
)",
         "exit; [2 1]");
}

// A recovery in main's frame ends both panics: the second, recovered one and the first.
TEST_F(UnwindingTest, RecoveryOfTheSecondEndsTheFirst) {
  expect(R"(func body() {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		trace(code(recover()))
		panic(2)
	}()
	panic(1)
}

func main() {
	body()
	panic(3)
}
)",
         "panic 3; [1 2]");
}

TEST_F(UnwindingTest, NilPanicIsAnOutcomeOfItsOwn) {
  expect("func main() {\n\tr := recover()\n\tpanic(r)\n}\n", "nilpanic;");
}

// ---- Results ----

TEST_F(UnwindingTest, ResultsAfterARecovery) {
  expect(R"(func named() (r int) {
	defer func() {
		trace(code(recover()))
		r += 10
	}()
	r = 5
	panic(1)
}

func unnamed() int {
	defer func() {
		recover()
	}()
	panic(1)
}

func returned() (r int) {
	defer func() {
		recover()
	}()
	defer func() {
		panic(2)
	}()
	return 7
}

func main() {
	trace(named())
	trace(unnamed())
	trace(returned())
}
)",
         "exit; [1 15 0 7]");
}

// ---- Deferred calls ----

TEST_F(UnwindingTest, NilDeferredFunctionFaultsWhenItIsRun) {
  expect(R"(func main() {
	defer func() {
		trace(code(recover()))
	}()
	var f func()
	defer f()
	trace(1)
}
)",
         "exit; [1 -1]");
}

TEST_F(UnwindingTest, NilDeferredFunctionReplacesThePanicThatRunsIt) {
  expect(R"(func main() {
	defer func() {
		trace(code(recover()))
	}()
	var f func()
	defer f()
	panic(1)
}
)",
         "exit; [-1]");
}

TEST_F(UnwindingTest, ManyNilDeferredFunctionsAreAChain) {
  expect(R"(func main() {
	var f func()
	for i := 0; i < 3; i++ {
		defer f()
	}
	panic(1)
}
)",
         "panic 1 -1 -1 -1;");
}

TEST_F(UnwindingTest, DeferredCallsRunNewestFirstWithTheArgumentsOfTheirTime) {
  expect(R"(func main() {
	x := 10
	for i := 0; i < 3; i++ {
		defer trace(i)
		defer func(y int) {
			trace(x + y)
		}(i)
	}
	x = 20
}
)",
         "exit; [22 2 21 1 20 0]");
}

TEST_F(UnwindingTest, DeferredClosureIsTheOneOfItsTime) {
  expect(R"(func main() {
	g := func() {
		trace(1)
	}
	defer g()
	g = func() {
		trace(2)
	}
	g()
}
)",
         "exit; [2 1]");
}

TEST_F(UnwindingTest, DeferredArgumentsThatFaultDeferNothing) {
  expect(R"(func main() {
	defer func() {
		trace(code(recover()))
	}()
	var n *node
	defer trace(n.val)
}
)",
         "exit; [-1]");
}

// ---- Goexit ----

TEST_F(UnwindingTest, GoexitRunsDeferredCallsWithoutAPanic) {
  expect(R"(func main() {
	defer func() {
		trace(code(recover()))
	}()
	runtime.Goexit()
}
)",
         "goexit; [0]");
}

TEST_F(UnwindingTest, GoexitInADeferredCallPutsThePanicAside) {
  expect(R"(func main() {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		runtime.Goexit()
	}()
	panic(1)
}
)",
         "goexit; [0]");
}

TEST_F(UnwindingTest, PanicPutAsideIsToldWhenALaterOneCrashes) {
  expect(R"(func main() {
	defer func() {
		panic(2)
	}()
	defer func() {
		trace(code(recover()))
		runtime.Goexit()
	}()
	panic(1)
}
)",
         "panic 1 [recovered] 2; [1]");
}

// Go 1.4 drops aborted panics from the top of its list in every recovery.
TEST_F(UnwindingTest, RecoveryBehindAGoexitMakesGo14ForgetThePanicPutAside) {
  const std::string text = R"(func inner() {
	defer func() {
		trace(code(recover()))
	}()
	panic(2)
}

func main() {
	defer func() {
		inner()
		panic(3)
	}()
	defer func() {
		runtime.Goexit()
	}()
	panic(1)
}
)";
  EXPECT_EQ(behaviour(text, Level::kGo14), "panic 3; [2]");
  EXPECT_EQ(behaviour(text, Level::kModern), "panic 1 3; [2]");
}

TEST_F(UnwindingTest, GoexitInGoexitAbandonsTheCallAndRunsTheRestOnce) {
  expect(R"(func main() {
	defer trace(1)
	defer func() {
		defer trace(2)
		runtime.Goexit()
		trace(3)
	}()
	runtime.Goexit()
}
)",
         "goexit; [2 1]");
}

TEST_F(UnwindingTest, PanicRecoveredInsideADeferredCallOfAGoexitDisturbsNothing) {
  expect(R"(func main() {
	defer trace(1)
	defer func() {
		defer func() {
			trace(code(recover()))
		}()
		panic(2)
	}()
	runtime.Goexit()
}
)",
         "goexit; [2 1]");
}

TEST_F(UnwindingTest, UncaughtPanicOfAGoexitCrashes) {
  expect(R"(func main() {
	defer func() {
		panic(4)
	}()
	runtime.Goexit()
}
)",
         "panic 4;");
}

constexpr char kBypassed[] = R"(func body() {
	defer func() {
		trace(frames())
	}()
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		panic(3)
	}()
	exit()
}

func exit() {
	runtime.Goexit()
}

func main() {
	defer trace(9)
	body()
	trace(4)
}
)";

// The remaining frames: main, body, exit (which called Goexit), and the literal that counts.
TEST_F(UnwindingTest, GoexitGoesOnWhenAPanicIsRecovered) {
  EXPECT_EQ(behaviour(kBypassed, Level::kModern), "goexit; [3 4 9]");
}

TEST_F(UnwindingTest, RecoveryCancelsTheGoexitOfGo14) {
  EXPECT_EQ(behaviour(kBypassed, Level::kGo14), "exit; [3 3 4 9]");
}

constexpr char kBypassedTwice[] = R"(func body() {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		panic(2)
	}()
	defer func() {
		panic(1)
	}()
	runtime.Goexit()
}

func main() {
	defer trace(9)
	body()
	trace(4)
}
)";

TEST_F(UnwindingTest, GoexitGoesOnHoweverManyPanicsWereChained) {
  EXPECT_EQ(behaviour(kBypassedTwice, Level::kModern), "goexit; [2 9]");
  EXPECT_EQ(behaviour(kBypassedTwice, Level::kGo14), "exit; [2 4 9]");
}

TEST_F(UnwindingTest, NilFunctionDeferredBeforeAGoexitIsAPanicToo) {
  const std::string text = R"(func body() {
	defer func() {
		trace(code(recover()))
	}()
	var f func()
	defer f()
	runtime.Goexit()
}

func main() {
	body()
	trace(4)
}
)";
  EXPECT_EQ(behaviour(text, Level::kModern), "goexit; [-1]");
  EXPECT_EQ(behaviour(text, Level::kGo14), "exit; [-1 4]");
}

// ---- Frames ----

TEST_F(UnwindingTest, FramesThatPanickedCountUntilTheRecovery) {
  expect(R"(func deep() {
	panic(1)
}

func body() {
	defer func() {
		trace(frames())
		trace(code(recover()))
	}()
	deep()
}

func main() {
	body()
	trace(frames())
}
)",
         "exit; [4 1 1]");
}

}  // namespace
}  // namespace stackquake
