// stray-write: stores that nobody has told of, in objects, behind them, and in freed memory.

#include "harness/audit/checks_testing.h"
#include "runtime_under_test/poison.h"

namespace stackquake {
namespace {

// The node is the first object of the heap, and reachable up to the end. The defer is where the
// tests put in their faults.
constexpr char kNode[] = R"(
package main

import "runtime"

func main() {
	n := &node{val: 7, next: &node{}}
	defer trace(1)
	runtime.GC()
	trace(n.val)
}
)";

// The node is freed by the collection, before the defer.
constexpr char kFreed[] = R"(
package main

import "runtime"

func main() {
	n := &node{val: 7}
	trace(n.val)
	runtime.GC()
	defer trace(1)
}
)";

// The stack before the copy is freed; the defer is behind the copy.
constexpr char kMoved[] = R"(
package main

func main() {
	move()
	defer trace(1)
}
)";

// A buffer, a boxed variable, a closure on the heap and a box of an array are in use.
constexpr char kObjects[] = R"(
package main

import "runtime"

func main() {
	var a [5]int
	c := make(chan *node, 2)
	c <- &node{val: 1}
	for i := 0; i < 2; i++ {
		defer func() {
			a[1] = a[1] + 1
		}()
	}
	move()
	runtime.GC()
	n := <-c
	runtime.GC()
	trace(n.val + a[1])
}
)";

class StrayWriteTest : public ChecksTest {
 protected:
  static Word* first_object(uint32_t word) { return runtime::at(runtime::kHeapBase) + word; }
};

TEST_F(StrayWriteTest, NothingIsWrongWithTheNests) {
  for (const auto mode : {runtime::PoisonMode::kNone, runtime::PoisonMode::kFill}) {
    poison = mode;
    for (const char* nest : {kNode, kFreed, kMoved, kObjects}) {
      EXPECT_EQ(signature(nest), "") << nest;
    }
  }
}

TEST_F(StrayWriteTest, ChangesANumberOfAnObject) {
  faults.after_deferproc = [](G& /*g*/) { *first_object(0) = 8; };
  EXPECT_EQ(signature(kNode), "stray-write:object");
}

TEST_F(StrayWriteTest, ChangesAPointerOfAnObject) {
  faults.after_deferproc = [](G& /*g*/) { *first_object(2) = runtime::kHeapBase; };
  EXPECT_EQ(signature(kNode), "stray-write:object");
}

// The two nodes are neighbours, and nothing is behind the second one.
TEST_F(StrayWriteTest, WritesBehindAnObject) {
  faults.after_deferproc = [](G& /*g*/) { *first_object(6) = 1; };
  EXPECT_EQ(signature(kNode), "stray-write:behind an object");
}

TEST_F(StrayWriteTest, WritesToAFreedObject) {
  faults.after_deferproc = [](G& /*g*/) { *first_object(1) = 1; };
  EXPECT_EQ(signature(kFreed), "stray-write:freed object");
}

TEST_F(StrayWriteTest, WritesToAFreedStack) {
  Stack freed;
  faults.after_copystack = [&](G& /*g*/, const Stack& old_stack) { freed = old_stack; };
  faults.after_deferproc = [&](G& /*g*/) { *runtime::at(freed.hi - runtime::kWordBytes) = 1; };
  EXPECT_EQ(signature(kMoved), "stray-write:freed stack");
}

// Found when the memory is handed out again, however far from its high end the word lies.
TEST_F(StrayWriteTest, WritesToAFreedStackThatIsUsedAgain) {
  faults.after_copystack =
      nth(1, [](G& /*g*/, const Stack& old_stack) { *runtime::at(old_stack.lo) = 1; });
  EXPECT_EQ(signature(R"(
//quake:place=reuse
package main

func main() {
	move()
	move()
}
)"),
            "stray-write:freed stack");
}

// What an earlier run has left there.
TEST_F(StrayWriteTest, LeavesSomethingInANewStack) {
  poison = runtime::PoisonMode::kNone;
  faults.after_deferproc = [](G& g) { *runtime::at(g.stack.hi) = 1; };
  const std::string nest = R"(
package main

func main() {
	defer trace(1)
	move()
}
)";
  EXPECT_EQ(signature(nest), "stray-write:new stack");
  poison = runtime::PoisonMode::kFill;
  EXPECT_EQ(signature(nest), "");
}

TEST_F(StrayWriteTest, LeavesSomethingBelowWhatACopyMoves) {
  faults.after_copystack = [](G& g, const Stack& /*old*/) {
    *runtime::at(g.sched.sp - runtime::kWordBytes) = 0;
  };
  EXPECT_EQ(signature(kMoved), "stray-write:unused stack");
  faults.after_copystack = [](G& g, const Stack& /*old*/) { *runtime::at(g.stack.lo) = 0; };
  EXPECT_EQ(signature(kMoved), "stray-write:unused stack");
}

TEST_F(StrayWriteTest, LeavesSomethingInANewObject) {
  faults.after_deferproc = nth(1, [](G& /*g*/) { *first_object(4) = 1; });
  const std::string nest = R"(
package main

func main() {
	n := &node{val: 1}
	defer trace(n.val)
	m := &node{val: 2}
	trace(m.val)
}
)";
  EXPECT_EQ(signature(nest), "stray-write:new object");
}

// The first node is alive when the heap says that it has made another one in its place.
TEST_F(StrayWriteTest, MakesAnObjectWhereOneIsAlive) {
  faults.after_deferproc = nth(1, [this](G& /*g*/) {
    runtime().observer()->allocated(runtime::kHeapBase, 3, runtime::kTypeNode);
  });
  EXPECT_EQ(signature(kNode), "lost-object:made again");
}

}  // namespace
}  // namespace stackquake
