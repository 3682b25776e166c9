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

// The stack is large and hardly used when the collection begins.
constexpr char kCollection[] = R"(
//quake:stack=256
package main

import "runtime"

func down(n int) {
	var pad [20]int
	_ = pad
	if n > 0 {
		down(n - 1)
	}
}

func main() {
	down(9)
	runtime.GC()
}
)";

class StackAccountingTest : public ChecksTest {};

TEST_F(StackAccountingTest, NothingIsWrongWithTheNests) {
  for (const char* nest : {kStacks, kMove, kGoroutine, kCollection})
    EXPECT_EQ(signature(nest), "") << nest;
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

TEST_F(StackAccountingTest, GivesBackAPartOfAStack) {
  faults.after_copystack = [this](G& g, const Stack& /*old*/) {
    runtime().stacks().stackfree({g.stack.hi - g.stack.bytes() / 2, g.stack.hi});
  };
  EXPECT_EQ(signature(kMove), "stack-accounting:freed in part");
}

TEST_F(StackAccountingTest, LeavesTheGoroutineWithoutAStackOfItsOwn) {
  faults.after_copystack = [this](G& g, const Stack& /*old*/) {
    runtime().stacks().stackfree(g.stack);
    runtime().stacks().stackalloc(g.stack.bytes(), runtime::Poison::kCopying);
  };
  EXPECT_EQ(signature(kMove), "stack-accounting:not handed out");
}

// ---- Growth and overflow ----

std::string growing(uint32_t frames, const std::string& directives) {
  return "//quake:" + directives +
         "\npackage main\n\nfunc down(n int) {\n\tvar pad [20]int\n\t_ = pad\n\tif n > 0 {\n"
         "\t\tdown(n - 1)\n\t}\n}\n\nfunc main() {\n\tdefer trace(1)\n\tdown(" +
         std::to_string(frames) + ")\n}\n";
}

TEST_F(StackAccountingTest, OverflowsWhereTheLimitIs) {
  // Each call of down takes its frame and a return pc. The last of these stacks is full to a word.
  const uint32_t frames = 40;
  for (uint32_t limit = 2048; limit <= 16384; limit *= 2) {
    EXPECT_EQ(signature(growing(frames, "stack=256 limit=" + std::to_string(limit))), "") << limit;
    const bool overflows = runtime().result().outcome.kind == runtime::OutcomeKind::kOverflow;
    EXPECT_EQ(overflows, limit < 8192) << limit;
  }
}

// A run that ends by an overflow although there was room.
TEST_F(StackAccountingTest, OverflowsTooEarly) {
  faults.after_copystack = nth(1, [this](G& /*g*/, const Stack& /*old*/) {
    runtime().finish(runtime::OutcomeKind::kOverflow);
  });
  EXPECT_EQ(signature(growing(10, "stack=256 limit=4096")), "stack-accounting:overflow");
}

// The growth is made although the function at whose entry the goroutine stands has room.
TEST_F(StackAccountingTest, GrowsWithoutNeed) {
  alter_unseen([](Program& program) {
    for (runtime::Function& function : program.functions) {
      if (function.name == "down") function.frame_words = 0;
    }
  });
  EXPECT_EQ(signature(growing(1, "stack=256")), "stack-accounting:grows");
}

// The runtime believes that there is more room below the stack.
TEST_F(StackAccountingTest, NeitherGrowsNorOverflows) {
  faults.after_deferproc = nth(1, [](G& g) { g.stack.lo -= 4096; });
  EXPECT_EQ(signature(growing(3, "stack=256")), "stack-accounting:no growth");
  faults.after_deferproc = nth(1, [](G& g) { g.stack.lo -= 4096; });
  EXPECT_EQ(signature(growing(3, "stack=256 limit=256")), "stack-accounting:no overflow");
}

TEST_F(StackAccountingTest, CopiesToAnotherSize) {
  faults.copy_bytes = [](uint32_t bytes) { return bytes * 2; };
  EXPECT_EQ(signature(kMove), "stack-accounting:copy size");
}

// The collector takes the goroutine for a dead one.
TEST_F(StackAccountingTest, DoesNotShrinkAStackThatIsHardlyUsed) {
  faults.begin_collection = [this] {
    runtime().scheduler().goroutines().front()->status = runtime::GStatus::kDead;
  };
  EXPECT_EQ(signature(kCollection), "stack-accounting:not shrunk");
}

// A deferred call without arguments gets the frame of one with 32 bytes of them.
TEST_F(StackAccountingTest, GivesADeferredCallTooLargeAFrame) {
  alter_unseen([](Program& program) {
    const auto call16 = static_cast<size_t>(runtime::RuntimeFunction::kReflectcall16);
    program.functions[call16].entry = program.functions[call16 + 1].entry;
  });
  EXPECT_EQ(signature(R"(
package main

func main() {
	defer trace(1)
	panic(1)
}
)"),
            "stack-accounting:reflectcall");
}

TEST_F(StackAccountingTest, HoldsFreedStacksBackWhileNothingCollects) {
  faults.after_deferproc = nth(1, [this](G& /*g*/) { runtime().stacks().hold_freed(); });
  EXPECT_EQ(signature(R"(
package main

func main() {
	defer trace(1)
	move()
}
)"),
            "stack-accounting:held");
}

TEST_F(StackAccountingTest, HandsOutAStackThatNobodyMayTouch) {
  if (!runtime::has_address_sanitizer()) GTEST_SKIP() << "nothing is poisoned";
  poison = runtime::PoisonMode::kAsan;
  faults.after_deferproc = nth(1, [](G& g) {
    runtime::poison_for_sanitizer(g.stack.hi, 2048);  // the next new stack
  });
  EXPECT_EQ(signature(R"(
package main

func main() {
	defer trace(1)
	move()
}
)"),
            "stack-accounting:inaccessible");
}

TEST_F(StackAccountingTest, ForgetsTheStackguard) {
  faults.after_deferproc = [](G& g) {
    if (g.id == 2) g.stackguard = 0;
  };
  EXPECT_EQ(signature(kGoroutine), "stack-accounting:stackguard");
}

}  // namespace
}  // namespace stackquake
