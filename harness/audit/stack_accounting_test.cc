// stack-accounting: stacks of a wrong size or at a wrong place, and an allocator that counts
// wrongly.

#include "harness/audit/checks_testing.h"
#include "runtime_under_test/poison.h"

namespace stackquake {
namespace {

// Stacks grow, shrink and move, and three goroutines end.
constexpr char kStacks[] = R"(
//quake:stack=256 move=call
package main

import "runtime"

func down(n int) {
	var pad [20]int
	_ = pad
	if n > 0 {
		down(n - 1)
	}
	trace(n)
}

func work(n int, c chan int) {
	down(n)
	shrink()
	c <- n
}

func main() {
	c := make(chan int)
	go work(3, c)
	go work(9, c)
	<-c
	<-c
	runtime.GC()
	down(5)
}
)";

constexpr char kMove[] = R"(
package main

func main() {
	move()
	trace(1)
}
)";

// The second goroutine is started while the first runs, and waits at the end.
constexpr char kGoroutine[] = R"(
//quake:place=reuse
package main

import "runtime"

func work(c chan int) {
	defer trace(2)
	c <- 1
}

func main() {
	defer trace(1)
	c := make(chan int)
	go work(c)
	runtime.Gosched()
}
)";

class StackAccountingTest : public ChecksTest {};

TEST_F(StackAccountingTest, NothingIsWrongWithTheNests) {
  for (const char* nest : {kStacks, kMove, kGoroutine}) EXPECT_EQ(signature(nest), "") << nest;
  EXPECT_EQ(signature(kStacks), "");
  EXPECT_GT(stats().growths, 0u);
  EXPECT_GT(stats().shrinks, 0u);
}

TEST_F(StackAccountingTest, FreesTheOldStackTwice) {
  faults.after_copystack = [this](G& /*g*/, const Stack& old_stack) {
    runtime().stacks().stackfree(old_stack);
  };
  EXPECT_EQ(signature(kMove), "stack-accounting:freed twice");
}

TEST_F(StackAccountingTest, DoesNotFreeTheOldStack) {
  faults.after_copystack = [this](G& /*g*/, const Stack& old_stack) {
    runtime().stacks().stackalloc(old_stack.bytes(), runtime::Poison::kCopying);
  };
  EXPECT_EQ(signature(kMove), "stack-accounting:not freed");
}

// Another goroutine begins on the stack that is still in use. Without poison, which would destroy
// the stack before that.
TEST_F(StackAccountingTest, FreesAStackThatIsInUse) {
  poison = runtime::PoisonMode::kNone;
  faults.after_deferproc = nth(1, [this](G& g) { runtime().stacks().stackfree(g.stack); });
  EXPECT_EQ(signature(kGoroutine), "stack-accounting:shared");
}

TEST_F(StackAccountingTest, GivesAStackTheWrongSize) {
  faults.after_copystack = [](G& g, const Stack& /*old*/) { g.stack.lo += runtime::kWordBytes; };
  EXPECT_EQ(signature(kMove), "stack-accounting:bounds");
}

TEST_F(StackAccountingTest, GivesAStackBeyondItsLimit) {
  faults.after_copystack = [](G& g, const Stack& /*old*/) {
    g.stack.lo = g.stack.hi - uint64_t{524288};
  };
  EXPECT_EQ(signature(kMove), "stack-accounting:bounds");
}

TEST_F(StackAccountingTest, LeavesSpOnTheOldStack) {
  faults.after_copystack = [](G& g, const Stack& old_stack) {
    g.sched.sp = g.sched.sp - g.stack.hi + old_stack.hi;
  };
  EXPECT_EQ(signature(kMove), "stack-accounting:sp");
}

TEST_F(StackAccountingTest, LosesAWordOfTheStack) {
  faults.after_copystack = [](G& g, const Stack& /*old*/) { g.sched.sp += runtime::kWordBytes; };
  EXPECT_EQ(signature(kMove), "stack-accounting:copystack:registers");
}

TEST_F(StackAccountingTest, GoesOnElsewhere) {
  faults.after_copystack = [](G& g, const Stack& /*old*/) { ++g.sched.pc; };
  EXPECT_EQ(signature(kMove), "stack-accounting:copystack:registers");
}

TEST_F(StackAccountingTest, ForgetsTheStackguard) {
  faults.after_deferproc = [](G& g) {
    if (g.id == 2) g.stackguard = 0;
  };
  EXPECT_EQ(signature(kGoroutine), "stack-accounting:stackguard");
}

}  // namespace
}  // namespace stackquake
