// Which pointers are live at a safepoint, by the rules of the language. A copy loses a word that is
// missing in a map. A word too many keeps garbage alive, or stops a copy when it holds no pointer.

#include "harness/compiler/liveness.h"

#include "harness/compiler/compiler_testing.h"

namespace stackquake {
namespace {

using Sizes = std::vector<size_t>;

class LivenessTest : public CompilerTest {
 protected:
  // For each call of a function of the program, in the order of the code.
  Sizes live_at_calls_of(std::string_view callee, std::string_view name = "main") {
    return live_at(calls_of(function(callee).entry, name));
  }
  Sizes live_at_panics(std::string_view name) {
    return live_at(
        calls_of(program().runtime_function(runtime::RuntimeFunction::kGopanic).entry, name));
  }
};

TEST_F(LivenessTest, PointerDiesWithItsLastUse) {
  compile(R"(func main() {
	n := &node{}
	move()
	trace(n.val)
	move()
}
)");
  EXPECT_EQ(live_at_moves(), (Sizes{1, 0}));
}

TEST_F(LivenessTest, PointerIsDeadBetweenItsLastUseAndAnAssignment) {
  compile(R"(func main() {
	n := &node{}
	trace(n.val)
	move()
	n = &node{}
	move()
	trace(n.val)
}
)");
  EXPECT_EQ(live_at_moves(), (Sizes{0, 1}));
}

TEST_F(LivenessTest, LoopCarriesWhatItsNextRoundReads) {
  compile(R"(func main() {
	n := &node{}
	for i := 0; i < 3; i++ {
		trace(n.val)
		move()
	}
	move()
}
)");
  EXPECT_EQ(live_at_moves(), (Sizes{1, 0}));
}

TEST_F(LivenessTest, NestedLoopsCarryThroughTheOuterOne) {
  compile(R"(func main() {
	n := &node{}
	for i := 0; i < 3; i++ {
		trace(n.val)
		for k := 0; k < 3; k++ {
			move()
		}
	}
}
)");
  EXPECT_EQ(live_at_moves(), (Sizes{1}));
}

TEST_F(LivenessTest, EachBranchHasItsOwnUses) {
  compile(R"(func main() {
	x := 1
	n := &node{}
	move()
	if x > 0 {
		move()
		trace(n.val)
	} else {
		move()
	}
	move()
}
)");
  EXPECT_EQ(live_at_moves(), (Sizes{1, 1, 0, 0}));
}

TEST_F(LivenessTest, OperandsThatOnlyACallReadsAreDeadInIt) {
  compile(R"(func use(n *node) {
	trace(n.val)
}

func main() {
	n := &node{}
	use(n)
	m := &node{}
	use(m)
	trace(m.val)
}
)");
  EXPECT_EQ(live_at_calls_of("use"), (Sizes{0, 1}));
}

TEST_F(LivenessTest, NumbersAreNeverInAMap) {
  compile(R"(func main() {
	x := 1
	var a [5]int
	y := addr(&x)
	move()
	trace(x)
	trace(a[2])
	_ = y
}
)");
  EXPECT_EQ(live_at_moves(), (Sizes{0}));
}

TEST_F(LivenessTest, AnyKeepsItsData) {
  compile(R"(func main() {
	r := recover()
	move()
	trace(code(r))
	move()
}
)");
  EXPECT_EQ(live_at_moves(), (Sizes{1, 0}));
}

TEST_F(LivenessTest, PanicEndsTheFlow) {
  compile(R"(func main() {
	x := 1
	n := &node{}
	if x > 0 {
		move()
		panic(1)
	}
	trace(n.val)
}
)");
  EXPECT_EQ(live_at_moves(), (Sizes{0}));
}

TEST_F(LivenessTest, GoexitEndsTheFlow) {
  compile_file(R"(package main

import "runtime"

func main() {
	x := 1
	n := &node{}
	if x > 0 {
		move()
		runtime.Goexit()
	}
	trace(n.val)
}
)");
  EXPECT_EQ(live_at_moves(), (Sizes{0}));
}

TEST_F(LivenessTest, ReturnEndsTheFlow) {
  compile(R"(func main() {
	x := 1
	n := &node{}
	if x > 0 {
		move()
		return
	}
	trace(n.val)
}
)");
  EXPECT_EQ(live_at_moves(), (Sizes{0}));
}

// The box of the result is read after deferreturn. In a function that defers nothing, a panic never
// returns, so only the closure's words are live.
TEST_F(LivenessTest, WhatTheEpilogueReadsIsLiveWhereAFunctionThatDefersPanics) {
  compile(R"(func deferring() (r int) {
	defer trace(1)
	for i := 0; i < 2; i++ {
		func() {
			r++
		}()
	}
	panic(1)
}

func plain() (r int) {
	for i := 0; i < 2; i++ {
		func() {
			r++
		}()
	}
	panic(1)
}

func main() {
	x := deferring()
	trace(x)
	x = plain()
	trace(x)
}
)");
  const Sizes plain = live_at_panics("plain");
  ASSERT_EQ(plain.size(), 1u);
  EXPECT_EQ(live_at_panics("deferring"), (Sizes{plain[0] + 1}));
}

// The captured pointer, and the closure's word for it. The literal may run until main returns.
TEST_F(LivenessTest, AddressedWordsAreLiveFromTheirFirstWriteToTheEnd) {
  compile(R"(func main() {
	move()
	x := 1
	p := &x
	f := func() {
		trace(*p)
	}
	f()
	move()
	move()
}
)");
  EXPECT_EQ(live_at_moves(), (Sizes{0, 2, 2}));
}

TEST_F(LivenessTest, SelectsKeepTheirChannelsAndWhatTheirCasesRead) {
  compile(R"(func main() {
	c := make(chan *node)
	d := make(chan int)
	n := &node{}
	select {
	case c <- n:
	case <-d:
		trace(n.val)
	}
	move()
}
)");
  EXPECT_EQ(live_at(all(Opcode::kSelect)), (Sizes{3}));
  EXPECT_EQ(live_at_moves(), (Sizes{0}));
}

}  // namespace
}  // namespace stackquake
