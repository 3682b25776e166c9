// scalar-changed: numbers that look like pointers into the stack. No check treats them as pointers,
// and a copier that changes such a number is found.

#include <gtest/gtest.h>

#include "harness/audit/checks_testing.h"

namespace stackquake {
namespace {

// Numbers that equal addresses on the stack, in every place that a word can have.
constexpr char kLookalikes[] = R"(
//quake:stack=256 move=safepoint gc=safepoint
package main

func keep(k int, a [3]int) int {
	return k + a[1] - a[1]
}

func send(c chan int, k int) {
	c <- k
}

func main() {
	var x int
	var a [3]int
	k := addr(&x)
	a[1] = k
	n := &node{val: k}
	c := make(chan int, 1)
	c <- k
	d := make(chan int)
	go send(d, k)
	defer func(k int) {
		r := code(recover())
		trace(r - k)
		trace(n.val - k)
	}(k)
	y := <-d
	trace(y - k)
	z := <-c
	trace(z - k)
	s := keep(k, a)
	trace(s - k)
	panic(k)
}
)";

class LookalikeTest : public ChecksTest {};

TEST_F(LookalikeTest, IsNeverTakenForAPointer) {
  int seen = 0;
  faults.after_copystack = [&](G& g, const Stack& old_stack) {
    seen += word_of(g, "main", [&](Word word) { return old_stack.contains(word); }) != nullptr;
  };
  EXPECT_EQ(signature(kLookalikes), "");
  EXPECT_GT(seen, 0);
  EXPECT_GT(stats().collections, 0u);
}

TEST_F(LookalikeTest, IsChangedWhenTheCopierAdjustsIt) {
  faults.after_copystack = [&](G& g, const Stack& old_stack) {
    Word* word = word_of(g, "main", [&](Word value) { return old_stack.contains(value); });
    if (word != nullptr) *word += g.stack.hi - old_stack.hi;
  };
  EXPECT_EQ(signature(R"(
package main

func main() {
	var x int
	k := addr(&x)
	move()
	if k == x {
		trace(1)
	}
}
)"),
            "scalar-changed:nest:local");
  EXPECT_EQ(stats().copies, 1u);
}

TEST_F(LookalikeTest, IsChangedAmongTheArgumentsOfADeferredCall) {
  faults.after_copystack = [&](G& g, const Stack& old_stack) {
    Word* arguments = runtime::at(first_defer(g)->arguments());
    if (old_stack.contains(arguments[0])) arguments[0] += g.stack.hi - old_stack.hi;
  };
  EXPECT_EQ(signature(R"(
package main

func keep(k int) {
	_ = k
}

func main() {
	var x int
	k := addr(&x)
	defer keep(k)
	move()
}
)"),
            "scalar-changed:pending Defer:argument");
}

// A wrong map says that the argument is a pointer. Copier and collector use this map.
TEST_F(LookalikeTest, IsNoPointerThoughAnArgumentMapLies) {
  alter_unseen([](Program& program) {
    for (runtime::Function& function : program.functions) {
      if (function.name != "keep") continue;
      program.map_slots.push_back(0);
      function.arguments = {static_cast<uint32_t>(program.map_slots.size() - 1), 1};
      function.entry_arguments = function.arguments;
    }
  });
  EXPECT_EQ(signature(R"(
package main

func keep(k int) {
	move()
	trace(k - k)
}

func main() {
	var x int
	k := addr(&x)
	keep(k)
}
)"),
            "scalar-changed:nest:local");
}

}  // namespace
}  // namespace stackquake
