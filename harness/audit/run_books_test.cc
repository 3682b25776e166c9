// unpaid-work and not-forced: runs that leave out steps, or what the options ask for.

#include "harness/audit/checks_testing.h"
#include "runtime_under_test/object_type.h"
#include "runtime_under_test/options.h"

namespace stackquake {
namespace {

// The stack grows to 64 KiB, for which 500 steps are due.
constexpr char kGrowth[] = R"(
package main

func main() {
	defer trace(1)
	grow(4096)
	func() {
		defer func() {
			trace(code(recover()))
		}()
		panic(1)
	}()
}
)";

std::string forced(const std::string& directives) {
  return "//quake:" + directives + R"(
package main

func down(n int) {
	if n > 0 {
		down(n - 1)
	}
	m := &node{val: n}
	trace(m.val)
}

func main() {
	defer trace(1)
	down(3)
	trace(2)
}
)";
}

// 4.2 MiB, of which nothing stays alive.
constexpr char kGarbage[] = R"(
package main

func main() {
	defer trace(1)
	c := make(chan int, 1024)
	for i := 0; i < 520; i++ {
		c = make(chan int, 1024)
	}
	trace(1)
	close(c)
}
)";

class RunBooksTest : public ChecksTest {
 protected:
  // Changes the options near the end of the run, so that they ask for something else than was done.
  void ask_late_for(std::function<void(runtime::Options&)> change) {
    faults.instead_of_deferreturn = [this, change = std::move(change)](G& /*g*/) {
      change(const_cast<runtime::Options&>(runtime().options()));
      return false;
    };
  }
};

TEST_F(RunBooksTest, NothingIsWrongWithTheNests) {
  EXPECT_EQ(signature(kGrowth), "");
  for (const char* directives : {"move=none", "move=prologue", "move=call", "move=safepoint",
                                 "move=at:0,3,900", "gc=alloc", "gc=safepoint", "gc=at:2",
                                 "move=at:1,4,5 gc=at:3,4", "stack=256 move=safepoint gc=alloc"}) {
    EXPECT_EQ(signature(forced(directives)), "") << directives;
  }
  EXPECT_EQ(signature(kGarbage), "");
  EXPECT_GT(stats().collections, 0u);
}

// The steps of the growth are given back.
TEST_F(RunBooksTest, AGrowthCostsNothing) {
  faults.after_copystack = [this](G& g, const Stack& /*old*/) {
    runtime().budget += g.stack.bytes() / 256;
  };
  EXPECT_EQ(signature(kGrowth), "unpaid-work:steps");
}

// None, as if the walk had ended at once.
TEST_F(RunBooksTest, ACopyLooksAtTooFewFrames) {
  faults.after_copystack = nth(1, [this](G& /*g*/, const Stack& /*old*/) { runtime().work -= 2; });
  EXPECT_EQ(signature("package main\n\nfunc main() {\n\tmove()\n}\n"), "bad-traceback:copystack");
}

TEST_F(RunBooksTest, APanicCostsNothing) {
  faults.before_gopanic = [this](G& /*g*/) { runtime().budget += 2000; };
  EXPECT_EQ(signature(kGrowth), "unpaid-work:steps");
}

TEST_F(RunBooksTest, ListedCopiesAreLeftOut) {
  ask_late_for([](runtime::Options& options) { options.move_at = {0, 3, 5, 6, 7}; });
  EXPECT_EQ(signature(forced("move=at:0,3")), "not-forced:copies");
}

TEST_F(RunBooksTest, CopiesAreMadeThatNobodyAskedFor) {
  ask_late_for([](runtime::Options& options) { options.move_at = {0}; });
  EXPECT_EQ(signature(forced("move=at:0,2")), "not-forced:copies");
  ask_late_for([](runtime::Options& options) { options.move = runtime::MovePolicy::kNone; });
  EXPECT_EQ(signature(forced("move=at:0")), "not-forced:copies");
}

TEST_F(RunBooksTest, CopiesAtProloguesOrSafepointsAreLeftOut) {
  ask_late_for([](runtime::Options& options) { options.move = runtime::MovePolicy::kPrologue; });
  EXPECT_EQ(signature(forced("gc=alloc")), "not-forced:copies");
  ask_late_for([](runtime::Options& options) { options.move = runtime::MovePolicy::kSafepoint; });
  EXPECT_EQ(signature(forced("move=prologue")), "not-forced:copies");
}

TEST_F(RunBooksTest, CollectionsAreLeftOut) {
  ask_late_for([](runtime::Options& options) { options.gc_at = {0, 3, 5, 6, 7}; });
  EXPECT_EQ(signature(forced("gc=at:0,3")), "not-forced:collections");
  ask_late_for([](runtime::Options& options) { options.gc = runtime::GcPolicy::kSafepoint; });
  EXPECT_EQ(signature(forced("gc=alloc")), "not-forced:collections");
}

// Nobody has asked for it.
TEST_F(RunBooksTest, ACollectionBeginsTooEarly) {
  faults.after_deferproc = nth(1, [this](G& /*g*/) { runtime().collector().collect(); });
  EXPECT_EQ(signature(kGrowth), "not-forced:collection not due");
}

TEST_F(RunBooksTest, ACollectionCostsNothing) {
  faults.begin_collection = [this] { runtime().budget += 4000; };
  EXPECT_EQ(signature(R"(
package main

import "runtime"

func main() {
	n := &node{}
	runtime.GC()
	trace(n.val)
}
)"),
            "unpaid-work:steps");
}

// The checker is told of 4 MiB that the runtime does not know of.
TEST_F(RunBooksTest, NoCollectionBeginsByItself) {
  faults.after_deferproc = nth(1, [this](G& /*g*/) {
    const Address unused = runtime::kHeapBase + runtime::kHeapBytes / 2;
    runtime().observer()->allocated(unused, 4096 * 128, runtime::kTypeInt);
  });
  EXPECT_EQ(signature(kGarbage), "not-forced:collection due");
}

}  // namespace
}  // namespace stackquake
