// stale-pointer and wrong-pointer: faults of a copier that does not adjust a word, adjusts it
// wrongly, or adjusts a word that it must not adjust, for every role that a word can have.

#include <gtest/gtest.h>

#include "harness/audit/checks_testing.h"

namespace stackquake {
namespace {

constexpr char kLocal[] = R"(
package main

func main() {
	x := 1
	p := &x
	move()
	*p = 2
	trace(x)
}
)";

constexpr char kArgument[] = R"(
package main

func set(p *int) {
	move()
	*p = 2
}

func main() {
	var x int
	set(&x)
	trace(x)
}
)";

// The frame of f was interrupted by a fault, and its deferred call can still resume it.
constexpr char kFaulted[] = R"(
package main

func f(p *int, q *int) {
	defer func() {
		move()
		trace(code(recover()))
		*p = 3
	}()
	*q = 1
}

func main() {
	var x int
	f(&x, nil)
	trace(x)
}
)";

// As above, but the deferred call that recovers is not f's: f never continues.
constexpr char kDeadFrame[] = R"(
package main

func f(p *int, q *int) {
	*q = 1
	*p = 2
}

func main() {
	var x int
	defer func() {
		move()
		trace(code(recover()))
		trace(x)
	}()
	f(&x, nil)
}
)";

constexpr char kPanic[] = R"(
package main

func main() {
	defer func() {
		move()
		trace(code(recover()))
	}()
	panic(1)
}
)";

constexpr char kTwoPanics[] = R"(
package main

func main() {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		defer func() {
			move()
			trace(code(recover()))
		}()
		panic(2)
	}()
	panic(1)
}
)";

constexpr char kPending[] = R"(
package main

func set(p *int, x int) {
	*p = x
}

func main() {
	var x int
	defer func() {
		trace(x)
	}()
	defer set(&x, 2)
	move()
}
)";

// There is a copy at every prologue. At reflectcall's prologue a deferred call is being run, but
// its arguments are still in the record.
constexpr char kRunByPanic[] = R"(
//quake:move=prologue
package main

func set(p *int, x int) {
	*p = x
}

func main() {
	var x int
	defer func() {
		trace(code(recover()))
		trace(x)
	}()
	defer set(&x, 2)
	panic(1)
}
)";

constexpr char kRunByGoexit[] = R"(
//quake:move=prologue
package main

import "runtime"

func set(p *int, x int) {
	*p = x
}

func main() {
	var x int
	defer set(&x, 2)
	runtime.Goexit()
}
)";

// A collection halves the stack of a goroutine that waits.
constexpr char kSending[] = R"(
//quake:stack=256
package main

import "runtime"

func send(c chan int) {
	grow(200)
	c <- 5
}

func main() {
	c := make(chan int)
	go send(c)
	runtime.Gosched()
	runtime.GC()
	x := <-c
	trace(x)
}
)";

constexpr char kSelecting[] = R"(
//quake:stack=256
package main

import "runtime"

func choose(c chan int, d chan int) {
	var x int
	grow(200)
	select {
	case x = <-c:
	case d <- 1:
	}
	trace(x)
}

func main() {
	c := make(chan int)
	d := make(chan int)
	go choose(c, d)
	runtime.Gosched()
	runtime.GC()
	c <- 7
	runtime.Gosched()
}
)";

// The closure lies in main's frame, and its function is copied at its entry.
constexpr char kClosure[] = R"(
//quake:move=prologue
package main

func main() {
	x := 1
	f := func() {
		x = 2
	}
	f()
	f()
	trace(x)
}
)";

// ---- Pointers ----

class CopiedWordTest : public ChecksTest {
 protected:
  // Finds the word to damage after a copy, if it exists at that time.
  using Find = std::function<Word*(const G&)>;

  struct Role {
    const char* nest;
    const char* place;  // in the signature
    Find find;
  };

  // Damages the word at the first copy after which `find` finds it.
  template <typename Damage>
  void damage_once(const Find& find, Damage damage) {
    copies_ = 0;
    damaged_at_ = 0;
    faults.after_copystack = [=, this](G& g, const Stack& old_stack) {
      ++copies_;
      Word* word = find(g);
      if (damaged_at_ != 0 || word == nullptr || !g.stack.contains(*word)) return;
      damaged_at_ = copies_;
      damage(*word, g.stack.hi - old_stack.hi);
    };
  }

  std::vector<Role> roles() {
    return {
        {kLocal, "nest:local", [this](const G& g) { return local(g, "main"); }},
        {kArgument, "nest:argument", [this](const G& g) { return argument(g, "set"); }},
        {kFaulted, "faulted nest:argument", [this](const G& g) { return argument(g, "f"); }},
        {kPanic, "gopanic:Panic.argp", [](const G& g) { return &first_panic(g)->argp; }},
        {kTwoPanics, "gopanic:Panic.link", [](const G& g) { return &first_panic(g)->link; }},
        {kPanic, "G:panic", [](const G& g) { return &const_cast<G&>(g).panic; }},
        {kPending, "pending Defer:argument",
         [](const G& g) { return runtime::at(first_defer(g)->arguments()); }},
        {kPending, "pending Defer:argp", [](const G& g) { return &first_defer(g)->argp; }},
        {kPending, "pending Defer:fn",
         [](const G& g) { return &runtime::record_at<Defer>(first_defer(g)->link)->fn; }},
        {kPanic, "Defer run by panic:panic", [](const G& g) { return &first_defer(g)->panic; }},
        {kPanic, "Defer run by panic:argp", [](const G& g) { return &first_defer(g)->argp; }},
        {kRunByPanic, "Defer run by panic:argument",
         [this](const G& g) { return argument_of_running(g); }},
        {kRunByGoexit, "Defer run by Goexit:argument",
         [this](const G& g) { return argument_of_running(g); }},
        {kFaulted, "reflectcall:argument", [this](const G& g) { return argument(g, "call16", 0); }},
        {kSending, "sudog:elem",
         [](const G& g) { return g.waiting == 0 ? nullptr : &first_sudog(g)->elem; }},
        {kSelecting, "sudog:selectdone",
         [](const G& g) { return g.waiting == 0 ? nullptr : &first_sudog(g)->selectdone; }},
        {kClosure, "G:ctxt", [](const G& g) { return &const_cast<G&>(g).sched.ctxt; }},
    };
  }

  // The first argument of a deferred call whose reflectcall stands at its entry.
  Word* argument_of_running(const G& g) {
    const Stkframe frame = runtime::frame_at(program(), g.sched.pc, g.sched.sp);
    const bool starts = frame.fn->is_wrapper && runtime::code_index(frame.pc) == frame.fn->entry;
    return starts && first_defer(g)->siz != 0 ? runtime::at(first_defer(g)->arguments()) : nullptr;
  }

  uint64_t copies_ = 0;
  uint64_t damaged_at_ = 0;
};

TEST_F(CopiedWordTest, OneThatIsMissedIsStaleAtTheCopyThatMissedIt) {
  for (const Role& role : roles()) {
    damage_once(role.find, [](Word& word, Word delta) { word -= delta; });
    EXPECT_EQ(signature(role.nest), std::string("stale-pointer:") + role.place);
    EXPECT_EQ(stats().copies, damaged_at_) << role.place;
  }
}

TEST_F(CopiedWordTest, OneThatGoesElsewhereIsWrongAtThatCopy) {
  for (const Role& role : roles()) {
    damage_once(role.find, [](Word& word, Word /*delta*/) { word += runtime::kWordBytes; });
    EXPECT_EQ(signature(role.nest), std::string("wrong-pointer:") + role.place);
    EXPECT_EQ(stats().copies, damaged_at_) << role.place;
  }
}

TEST_F(CopiedWordTest, NoneIsWrongWhenTheCopierIsRight) {
  for (const Role& role : roles()) {
    damage_once(role.find, [](Word& /*word*/, Word /*delta*/) {});
    EXPECT_EQ(signature(role.nest), "") << role.place;
    EXPECT_NE(damaged_at_, 0u) << role.place << " is never copied";
  }
}

// Every pointer is adjusted by one word too much, so no two of them disagree.
TEST_F(CopiedWordTest, AWrongDeltaIsNoticedThoughAllPointersShareIt) {
  faults.after_copystack = [&](G& g, const Stack& /*old_stack*/) {
    for (size_t i = 0; Word* word = local(g, "main", i); ++i) {
      if (g.stack.contains(*word)) *word += runtime::kWordBytes;
    }
  };
  EXPECT_EQ(signature(R"(
package main

func main() {
	x := 1
	p := &x
	q := &x
	move()
	if p == q {
		trace(*p)
	}
}
)"),
            "wrong-pointer:nest:local");
}

// A branch that is not taken uses the pointer, so the pointer is live.
TEST_F(CopiedWordTest, APointerNeedNotBeUsedToBeStale) {
  damage_once([this](const G& g) { return local(g, "main"); },
              [](Word& word, Word delta) { word -= delta; });
  EXPECT_EQ(signature(R"(
package main

func main() {
	x := 1
	p := &x
	move()
	move()
	if x == 2 {
		*p = 3
	}
	move()
}
)"),
            "stale-pointer:nest:local");
  EXPECT_EQ(stats().copies, 1u);
}

// No path from here leads to a use of the pointer. The copier need not adjust it.
TEST_F(CopiedWordTest, ADeadPointerMayHoldAnything) {
  int seen = 0;
  faults.after_copystack = [&](G& g, const Stack& old_stack) {
    Word* stale = word_of(g, "main", [&](Word word) { return old_stack.contains(word); });
    if (stale == nullptr) return;
    ++seen;
    *stale = 12345;
  };
  EXPECT_EQ(signature(R"(
package main

func main() {
	x := 1
	p := &x
	*p = 2
	move()
	trace(x)
}
)"),
            "");
  EXPECT_EQ(seen, 1);
}

TEST_F(CopiedWordTest, AFrameThatGoesOnNowhereMayHoldAnything) {
  int seen = 0;
  faults.after_copystack = [&](G& g, const Stack& old_stack) {
    Word* word = argument(g, "f");
    seen += old_stack.contains(*word);
    *word = 12345;
  };
  EXPECT_EQ(signature(kDeadFrame), "");
  EXPECT_EQ(seen, 1);
}

// ---- Words that no copy may change ----

constexpr char kHeapPointers[] = R"(
package main

func keep(n *node) {
	move()
	trace(n.val)
}

func main() {
	n := &node{val: 1}
	keep(n)
	trace(n.val)
}
)";

class UnmovedWordTest : public ChecksTest {};

TEST_F(UnmovedWordTest, APointerIntoTheHeapIsNotAdjusted) {
  faults.after_copystack = [&](G& g, const Stack& old_stack) {
    *local(g, "main") += g.stack.hi - old_stack.hi;
  };
  EXPECT_EQ(signature(kHeapPointers), "wrong-pointer:nest:local");
  faults = {};
  EXPECT_EQ(signature(kHeapPointers), "");
}

TEST_F(UnmovedWordTest, TheValueOfAPanicIsNotAdjusted) {
  faults.after_copystack = [&](G& g, const Stack& old_stack) {
    first_panic(g)->arg.data += g.stack.hi - old_stack.hi;
  };
  EXPECT_EQ(signature(kPanic), "wrong-pointer:gopanic:Panic.arg");
}

TEST_F(UnmovedWordTest, AReturnAddressIsNotAdjusted) {
  faults.after_copystack = [&](G& g, const Stack& /*old_stack*/) {
    ++*runtime::at(frame_of(g, "set")->varp);
  };
  EXPECT_EQ(signature(kArgument), "scalar-changed:nest:return pc");
}

TEST_F(UnmovedWordTest, TheListOfDeferredCallsIsNotAdjusted) {
  faults.after_copystack = [&](G& g, const Stack& /*old_stack*/) {
    first_defer(g)->link += runtime::kWordBytes;
  };
  EXPECT_EQ(signature(kPending), "wrong-pointer:pending Defer:link");
}

}  // namespace
}  // namespace stackquake
