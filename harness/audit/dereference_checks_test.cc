// bad-dereference, heap-to-stack and throw, without any copy or collection: wrong addresses of
// loads and stores, and errors that the runtime itself finds.

#include "harness/audit/checks_testing.h"
#include "runtime_under_test/poison.h"

namespace stackquake {
namespace {

using runtime::Poison;
using runtime::PoisonMode;

// The faults act after the deferproc, and the store follows directly.
constexpr char kStore[] = R"(
package main

func main() {
	x := 1
	p := &x
	move()
	defer trace(2)
	*p = 3
	trace(x)
}
)";

constexpr char kLoad[] = R"(
package main

func main() {
	x := 1
	p := &x
	move()
	defer trace(2)
	trace(*p)
}
)";

constexpr char kNode[] = R"(
package main

import "runtime"

func main() {
	n := &node{val: 1}
	n = &node{val: 2}
	runtime.GC()
	defer trace(2)
	trace(n.val)
}
)";

class DereferenceTest : public ChecksTest {
 protected:
  DereferenceTest() {
    faults.after_copystack = [this](G& /*g*/, const Stack& old_stack) { old_stack_ = old_stack; };
  }

  // Main's pointer has the value that `pointer` returns, from the deferproc on.
  template <typename Pointer>
  void point_to(Pointer pointer) {
    faults.after_deferproc = [=, this](G& g) { *local(g, "main") = pointer(g); };
  }

  Stack old_stack_;
};

TEST_F(DereferenceTest, NothingIsWrongWithTheNests) {
  for (const char* nest : {kStore, kLoad, kNode}) EXPECT_EQ(signature(nest), "") << nest;
}

TEST_F(DereferenceTest, MeetsAFreedStack) {
  point_to([this](const G&) { return old_stack_.hi - runtime::Address{2} * runtime::kWordBytes; });
  EXPECT_EQ(signature(kStore), "bad-dereference:nest:nobody's memory");
  EXPECT_EQ(signature(kLoad), "bad-dereference:nest:nobody's memory");
  poison = PoisonMode::kProtect;
  EXPECT_EQ(signature(kStore), "bad-dereference:store:");
  poison = PoisonMode::kAsan;
  const bool has_asan = runtime::has_address_sanitizer();
  EXPECT_EQ(signature(kStore),
            has_asan ? "bad-dereference:store:" : "bad-dereference:nest:nobody's memory");
}

TEST_F(DereferenceTest, MeetsPoison) {
  point_to([](const G&) { return runtime::poison_word(Poison::kOldStack); });
  EXPECT_EQ(signature(kStore), "bad-dereference:store:");
  EXPECT_EQ(signature(kLoad), "bad-dereference:load:");
}

// The first object of a run lies where the heap begins.
TEST_F(DereferenceTest, MeetsAFreedObject) {
  point_to([](const G&) { return runtime::kHeapBase; });
  EXPECT_EQ(signature(kNode), "bad-dereference:nest:freed object");
}

TEST_F(DereferenceTest, MeetsHeapThatWasNeverAllocated) {
  point_to([](const G&) { return runtime::kHeapBase + runtime::kHeapBytes / 2; });
  EXPECT_EQ(signature(kLoad), "bad-dereference:nest:nobody's memory");
}

// A store through nil is no violation, but a fault that the nest may recover.
TEST_F(DereferenceTest, MeetsNil) {
  point_to([](const G&) { return 0; });
  EXPECT_EQ(signature(kStore), "");
  EXPECT_EQ(stats().faults, 1u);
}

TEST_F(DereferenceTest, ReturnsToNowhere) {
  faults.after_deferproc = [this](G& g) { *runtime::at(frame_of(g, "f")->varp) = 5; };
  const std::string nest = R"(
package main

func f(x int) {
	if x == 1 {
		defer trace(2)
	}
}

func main() {
	f(1)
	f(2)
}
)";
  EXPECT_EQ(signature(nest), "bad-dereference:return:return pc");
  faults = {};
  EXPECT_EQ(signature(nest), "");
}

// ---- Pointers that may not be stored ----

// Changes the compiled nest so that it stores p where it would store *p.
void store_the_pointer(runtime::Program& program) {
  uint16_t pointer = 0;
  for (const runtime::Instruction& instruction : program.code) {
    if (instruction.opcode == runtime::Opcode::kFrameAddress) pointer = instruction.a;
  }
  for (runtime::Instruction& instruction : program.code) {
    if (instruction.opcode == runtime::Opcode::kStore) instruction.b = pointer;
  }
}

TEST_F(DereferenceTest, StoresAPointerToTheStackInTheHeap) {
  alter = store_the_pointer;
  EXPECT_EQ(signature(R"(
package main

func main() {
	x := 1
	p := &x
	n := &node{}
	n.val = *p
	trace(n.val)
}
)"),
            "heap-to-stack:nest");
}

TEST_F(DereferenceTest, StoresAPointerToTheStackInTheStack) {
  alter = store_the_pointer;
  EXPECT_EQ(signature(R"(
package main

func main() {
	x := 1
	p := &x
	var y int
	q := &y
	*q = *p
	trace(1)
}
)"),
            "");
}

TEST_F(DereferenceTest, KeepsAPointerToTheStackInANodeButNotInARecord) {
  const std::string nest = R"(
package main

func main() {
	n := &node{}
	defer trace(2)
	trace(n.val)
}
)";
  const auto store_in = [&](auto target) {
    faults.after_deferproc = [=, this](G& g) { runtime().store_pointer(target(g), g.sched.sp); };
  };
  store_in([this](const G& g) { return *local(g, "main"); });
  EXPECT_EQ(signature(nest), "heap-to-stack:deferproc");
  store_in([](const G& g) { return runtime::address_of(&first_defer(g)->argp); });
  EXPECT_EQ(signature(nest), "bad-traceback:gentraceback:Defer");
}

// ---- Errors that the runtime itself finds ----

constexpr char kTwice[] = R"(
package main

import "runtime"

func run() {
	x := 1
	p := &x
	defer trace(2)
	*p = 3
}

func main() {
	run()
	recover()
	run()
	runtime.GC()
	move()
}
)";

class ThrowTest : public ChecksTest {};

TEST_F(ThrowTest, NothingIsWrongWithTheNest) {
  EXPECT_EQ(signature(kTwice), "");
}

TEST_F(ThrowTest, TakesARecordThatIsNotClean) {
  Address record = 0;
  faults.after_deferproc = nth(1, [&](G& g) { record = g.defer; });
  faults.before_gorecover = [&](G& /*g*/) {
    runtime::record_at<Defer>(record)->fn = runtime::kDataBase;
  };
  EXPECT_EQ(signature(kTwice), "throw:newdefer:Defer");
}

std::string with_pointer(const std::string& event) {
  return R"(
package main

import "runtime"

func main() {
	x := 1
	p := &x
	defer trace(2)
	)" +
         event +
         R"(
	*p = 3
	runtime.Gosched()
}
)";
}

TEST_F(ThrowTest, FindsANumberInAPointer) {
  faults.after_deferproc = [this](G& g) { *local(g, "main") = 5; };
  EXPECT_EQ(signature(with_pointer("move()")), "throw:adjustpointers:pointer");
  EXPECT_EQ(signature(with_pointer("runtime.GC()")), "throw:scanblock:pointer");
  EXPECT_EQ(signature(with_pointer("trace(1)")), "bad-dereference:store:");
}

TEST_F(ThrowTest, FindsPoisonInAPointer) {
  faults.after_deferproc = [this](G& g) {
    *local(g, "main") = runtime::poison_word(Poison::kCopying);
  };
  EXPECT_EQ(signature(with_pointer("move()")), "throw:adjustpointers:pointer");
  EXPECT_EQ(signature(with_pointer("runtime.GC()")), "throw:scanblock:pointer");
}

// The last that the deferred call does is to recover.
TEST_F(ThrowTest, RecoversIntoNowhere) {
  faults.before_gorecover = [](G& g) { first_defer(g)->argp = 8; };
  EXPECT_EQ(signature(R"(
package main

func main() {
	defer func() {
		recover()
	}()
	panic(1)
}
)"),
            "throw:recovery:argp");
}

}  // namespace
}  // namespace stackquake
