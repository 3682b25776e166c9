// bad-defer-chain, bad-panic-chain and leaked-record: faults of a design that breaks a list of
// records, announces a wrong record, or forgets to give a record back.

#include "harness/audit/checks_testing.h"
#include "runtime_under_test/object_type.h"

namespace stackquake {
namespace {

using runtime::kTypeDefer;
using runtime::record_at;

constexpr char kDeferTwo[] = R"(
package main

func keep(a int, b int, c int) {
	_ = a + b + c
}

func run() {
	defer trace(1)
	defer keep(1, 2, 3)
	trace(2)
}

func main() {
	run()
	trace(3)
	move()
}
)";

constexpr char kGoexit[] = R"(
package main

import "runtime"

func keep(a int, b int, c int) {
	_ = a + b + c
}

func run() {
	defer trace(1)
}

func main() {
	run()
	defer keep(1, 2, 3)
	defer keep(4, 5, 6)
	runtime.Goexit()
}
)";

constexpr char kPanic[] = R"(
package main

func main() {
	n := &node{val: 1}
	func() {
		defer func() {
			trace(code(recover()))
		}()
		panic(1)
	}()
	trace(n.val)
}
)";

// The first panic runs a deferred call; the second panic begins in this call and aborts the first.
constexpr char kTwoPanics[] = R"(
package main

func run() {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		panic(2)
	}()
	panic(1)
}

func main() {
	run()
	trace(3)
}
)";

constexpr char kGoroutines[] = R"(
package main

func work(c chan int) {
	defer trace(2)
	c <- 1
}

func main() {
	defer trace(1)
	c := make(chan int)
	go work(c)
	x := <-c
	trace(x)
}
)";

class ChainChecksTest : public ChecksTest {
 protected:
  // Takes the newest record off the list.
  static void unlink(G& g) { g.defer = first_defer(g)->link; }

  static void swap_two(G& g) {
    Defer* newest = first_defer(g);
    auto* older = record_at<Defer>(newest->link);
    newest->link = older->link;
    older->link = newest->address();
    g.defer = older->address();
  }
};

// Without a fault no check fires for any of the nests.
TEST_F(ChainChecksTest, NothingIsWrongWithTheNests) {
  for (const char* nest : {kDeferTwo, kGoexit, kPanic, kTwoPanics, kGoroutines}) {
    EXPECT_EQ(signature(nest), "") << nest;
  }
}

// ---- Lists of deferred calls ----

using DeferChainTest = ChainChecksTest;

TEST_F(DeferChainTest, MissesARecord) {
  faults.after_deferproc = nth(2, [](G& g) { unlink(g); });
  EXPECT_EQ(signature(kDeferTwo), "bad-defer-chain:missing");
}

TEST_F(DeferChainTest, IsOutOfOrder) {
  faults.after_deferproc = nth(2, [](G& g) { swap_two(g); });
  EXPECT_EQ(signature(kDeferTwo), "bad-defer-chain:missing");
}

TEST_F(DeferChainTest, RunsTheOlderFirst) {
  faults.before_goexit = [](G& g) { swap_two(g); };
  EXPECT_EQ(signature(kGoexit), "bad-defer-chain:order");
}

TEST_F(DeferChainTest, HoldsARecordWhoseArgumentHasChanged) {
  faults.after_deferproc = nth(1, [](G& g) { ++*runtime::at(first_defer(g)->arguments()); });
  EXPECT_EQ(signature(kDeferTwo), "bad-defer-chain:arguments");
}

TEST_F(DeferChainTest, OutlivesTheFrameThatDeferred) {
  faults.instead_of_deferreturn = [](G& /*g*/) { return true; };
  EXPECT_EQ(signature(kDeferTwo), "bad-defer-chain:dead frame");
}

TEST_F(DeferChainTest, LeadsToANode) {
  faults.in_deferred_call = [this](G& g) { first_defer(g)->link = *local(g, "main"); };
  EXPECT_EQ(signature(kPanic), "bad-defer-chain:not a record");
}

TEST_F(DeferChainTest, LeadsToItsOwnStackWhereNoRecordIs) {
  faults.after_deferproc = nth(1, [](G& g) { first_defer(g)->link = g.sched.sp; });
  EXPECT_EQ(signature(kDeferTwo), "bad-defer-chain:dead frame");
}

TEST_F(DeferChainTest, LeadsToAStackThatIsNotItsOwn) {
  faults.after_deferproc = nth(1, [](G& g) { first_defer(g)->link = g.stack.hi; });
  EXPECT_EQ(signature(kDeferTwo), "bad-defer-chain:not on the stack");
}

TEST_F(DeferChainTest, GoesOnWithTheRecordsOfAnotherGoroutine) {
  Address of_main = 0;
  faults.after_deferproc = [&](G& g) {
    if (g.id == 1) of_main = g.defer;
    if (g.id == 2) first_defer(g)->link = of_main;
  };
  EXPECT_EQ(signature(kGoroutines), "bad-defer-chain:extra");
}

TEST_F(DeferChainTest, HoldsARecordThatWasGivenBack) {
  Address given_back = 0;
  faults.after_deferproc = [&](G& g) {
    if (given_back == 0) given_back = g.defer;
    if (g.defer != given_back) first_defer(g)->link = given_back;
  };
  EXPECT_EQ(signature(kGoexit), "bad-defer-chain:given back");
}

TEST_F(DeferChainTest, RunsARecordThatWasGivenBack) {
  Address given_back = 0;
  faults.after_deferproc = nth(1, [&](G& g) { given_back = g.defer; });
  faults.before_goexit = [&](G& g) { g.defer = given_back; };
  EXPECT_EQ(signature(kGoexit), "bad-defer-chain:unknown");
}

TEST_F(DeferChainTest, GivesARecordBackTwice) {
  Address given_back = 0;
  faults.after_deferproc = nth(1, [&](G& g) { given_back = g.defer; });
  faults.before_goexit = [&](G& g) {
    g.defer = given_back;
    first_defer(g)->started = 1;
  };
  EXPECT_EQ(signature(kGoexit), "bad-defer-chain:freed twice");
}

TEST_F(DeferChainTest, GivesARecordBackWhoseCallHasNotRun) {
  faults.before_goexit = [](G& g) { first_defer(g)->started = 1; };
  EXPECT_EQ(signature(kGoexit), "bad-defer-chain:freed unstarted");
}

TEST_F(DeferChainTest, StartsACallAgainThatHasPanicked) {
  faults.in_deferred_call = nth(1, [](G& g) { first_defer(g)->started = 0; });
  EXPECT_EQ(signature(kTwoPanics), "bad-defer-chain:started twice");
}

TEST_F(DeferChainTest, TakesARecordThatIsInUse) {
  faults.after_deferproc = [this](G& g) { runtime().observer()->deferred(g, call_at(g.defer)); };
  EXPECT_EQ(signature(kDeferTwo), "bad-defer-chain:in use");
}

TEST_F(DeferChainTest, TakesANodeForARecord) {
  faults.in_deferred_call = [this](G& g) {
    runtime().observer()->deferred(g, call_at(*local(g, "main")));
  };
  EXPECT_EQ(signature(kPanic), "bad-defer-chain:not a record");
}

TEST_F(DeferChainTest, DefersForAFrameThatThereIsNot) {
  faults.after_deferproc = [this](G& g) {
    auto* d = record_at<Defer>(runtime().newobject(Defer::kHeaderWords, kTypeDefer));
    d->argp = g.stack.hi - runtime::kWordBytes;
    runtime().observer()->deferred(g, call_at(d->address()));
  };
  EXPECT_EQ(signature(kDeferTwo), "bad-defer-chain:argp");
}

// The records of a frame are given back when it has returned; a copy of main's stack comes later.
TEST_F(DeferChainTest, KeepsTheClosureInARecordThatWasGivenBack) {
  Address record = 0;
  faults.after_deferproc = nth(1, [&](G& g) { record = g.defer; });
  faults.after_copystack = [&](G& /*g*/, const Stack& /*old*/) {
    record_at<Defer>(record)->fn = runtime::kDataBase;
  };
  EXPECT_EQ(signature(kDeferTwo), "bad-defer-chain:stale fn");
}

// With more records than a copy looks at: those that were given back since the last one come first,
// and all others have their turn.
class ManyRecordsTest : public DeferChainTest {
 protected:
  static constexpr char kManyDefers[] = R"(
//quake:stack=65536
package main

func run() {
	for i := 0; i < 400; i++ {
		defer trace(i)
	}
}

func main() {
	run()
	move()
	move()
	move()
	move()
	move()
	trace(1)
}
)";

  // The copy in which the newest of the records gets a closure after it was given back.
  void keep_closure_at_copy(int copy) {
    faults.after_deferproc = nth(400, [this](G& g) { newest_ = g.defer; });
    faults.after_copystack = nth(copy, [this](G& /*g*/, const Stack& /*old_stack*/) {
      record_at<Defer>(newest_)->fn = runtime::kDataBase;
    });
  }

 private:
  Address newest_ = 0;
};

TEST_F(ManyRecordsTest, OneThatWasJustGivenBackIsLookedAtFirst) {
  keep_closure_at_copy(1);
  EXPECT_EQ(signature(kManyDefers), "bad-defer-chain:stale fn");
  EXPECT_EQ(stats().copies, 1u);
}

TEST_F(ManyRecordsTest, OneThatWasGivenBackLongAgoIsLookedAtInTurn) {
  keep_closure_at_copy(2);
  EXPECT_EQ(signature(kManyDefers), "bad-defer-chain:stale fn");
  EXPECT_GT(stats().copies, 1u);
  EXPECT_LT(stats().copies, 5u);
}

TEST_F(ManyRecordsTest, NothingIsWrongWithTheNest) {
  EXPECT_EQ(signature(kManyDefers), "");
  EXPECT_EQ(stats().copies, 5u);
}

TEST_F(DeferChainTest, KeepsThePanicInARecordThatWasGivenBack) {
  Address record = 0;
  faults.after_deferproc = nth(1, [&](G& g) { record = g.defer; });
  faults.after_copystack = [&](G& g, const Stack& /*old*/) {
    record_at<Defer>(record)->panic = g.sched.sp;
  };
  EXPECT_EQ(signature(kDeferTwo), "bad-defer-chain:stale panic");
}

// A frame that still names a large record must not keep a second one alive.
TEST_F(DeferChainTest, KeepsTheLinkOfALargeRecord) {
  const std::string nest = R"(
package main

func run(a [9]int) {
	defer func(b [9]int) {
		_ = b
	}(a)
	defer trace(1)
}

func main() {
	var a [9]int
	run(a)
	move()
}
)";
  EXPECT_EQ(signature(nest), "");
  Address large = 0;
  Address small = 0;
  faults.after_deferproc = [&](G& g) { (large == 0 ? large : small) = g.defer; };
  faults.after_copystack = [&](G& /*g*/, const Stack& /*old*/) {
    record_at<Defer>(large)->link = small;
  };
  EXPECT_EQ(signature(nest), "bad-defer-chain:stale link");
}

TEST_F(DeferChainTest, LinksAPooledRecordToWhatIsNoRecord) {
  Address record = 0;
  faults.after_deferproc = nth(1, [&](G& g) { record = g.defer; });
  faults.after_copystack = [&](G& g, const Stack& /*old*/) {
    record_at<Defer>(record)->link = g.sched.sp;
  };
  EXPECT_EQ(signature(kDeferTwo), "bad-defer-chain:stale link");
}

// ---- Chains of panics ----

using PanicChainTest = ChainChecksTest;

TEST_F(PanicChainTest, MissesThePanicThatRuns) {
  faults.in_deferred_call = [](G& g) { g.panic = 0; };
  EXPECT_EQ(signature(kPanic), "bad-panic-chain:missing");
}

TEST_F(PanicChainTest, NeedNotHoldAnAbortedPanic) {
  faults.in_deferred_call = nth(2, [](G& g) { first_panic(g)->link = 0; });
  EXPECT_EQ(signature(kTwoPanics), "");
}

TEST_F(PanicChainTest, HoldsAPanicThatWasRecovered) {
  uint64_t distance = 0;
  faults.in_deferred_call = [&](G& g) { distance = g.distance(g.panic); };
  faults.after_gopanic = [&](G& g) { g.panic = g.at_distance(distance); };
  EXPECT_EQ(signature(kPanic), "bad-panic-chain:dead frame");
}

TEST_F(PanicChainTest, LeavesTheStack) {
  faults.in_deferred_call = [this](G& g) { first_panic(g)->link = *local(g, "main"); };
  EXPECT_EQ(signature(kPanic), "bad-panic-chain:not on the stack");
}

TEST_F(PanicChainTest, AbortsAPanicThatThereIsNot) {
  faults.before_gopanic = nth(2, [](G& g) { first_defer(g)->panic += runtime::kWordBytes; });
  EXPECT_EQ(signature(kTwoPanics), "bad-panic-chain:aborted");
}

TEST_F(PanicChainTest, RecoversACopyOfThePanic) {
  faults.before_gorecover = [this](G& g) {
    const Address copy = runtime().newobject(Panic::kWords, runtime::kTypeInt);
    *record_at<Panic>(copy) = *first_panic(g);
    g.panic = copy;
  };
  EXPECT_EQ(signature(kPanic), "bad-panic-chain:recovered");
}

// ---- Records that are lost ----

using LeakedRecordTest = ChainChecksTest;

// The faulty deferreturn takes the record off the list, but does not give it back.
TEST_F(LeakedRecordTest, DeferreturnRunsACallAndKeepsItsRecord) {
  faults.instead_of_deferreturn = [this](G& g) {
    if (g.defer == 0) return true;
    Defer* d = first_defer(g);
    const Stkframe frame = runtime::frame_at(program(), g.sched.pc, g.sched.sp);
    runtime().observer()->defer_started(g, call_at(d->address()),
                                        runtime::DeferRunner::kDeferreturn);
    g.defer = d->link;
    g.sched = {
        runtime::code_pc(program().runtime_function(runtime::RuntimeFunction::kJmpdefer).entry),
        frame.varp, d->fn};
    runtime().store_code(frame.varp, *runtime::at(frame.varp) - 1);
    return true;
  };
  EXPECT_EQ(signature(R"(
package main

func main() {
	defer func() {
		trace(1)
	}()
}
)"),
            "leaked-record:Defer:deferreturn");
}

TEST_F(LeakedRecordTest, ARecordLeavesTheListAndItsFrameReturns) {
  faults.instead_of_deferreturn = [](G& g) {
    g.defer = 0;
    return true;
  };
  EXPECT_EQ(signature(kDeferTwo), "leaked-record:Defer:dead frame");
}

TEST_F(LeakedRecordTest, AGoroutineEndsAndARecordDoesNot) {
  faults.before_goexit = [](G& g) { g.defer = 0; };
  EXPECT_EQ(signature(kGoexit), "leaked-record:Defer:goroutine ended");
}

// ---- Goroutines that follow others ----

TEST_F(ChainChecksTest, AGoroutineInheritsWhatTheLastOneLeft) {
  const std::string one_after_the_other = R"(
package main

import "runtime"

func work(c chan int) {
	defer func() {
		c <- 1
		runtime.Goexit()
	}()
	panic(1)
}

func main() {
	c := make(chan int)
	go work(c)
	<-c
	runtime.Gosched()
	go work(c)
	<-c
}
)";
  faults.instead_of_goexit0 = [](G& g) { g.defer = 0; };
  EXPECT_EQ(signature(one_after_the_other), "bad-panic-chain:inherited");
  faults = {};
  EXPECT_EQ(signature(one_after_the_other), "");
}

// Each of these belonged to the goroutine that had the G before.
TEST_F(PanicChainTest, AGoroutineBeginsPreemptedOrUnwinding) {
  const std::string nest = "package main\n\nfunc main() {\n\tpanic(1)\n}\n";
  const auto begins_with = [&](auto set) {
    faults.before_gopanic = [this, set](G& g) {
      set(g);
      runtime().observer()->goroutine_started(g);
    };
    return signature(nest);
  };
  EXPECT_EQ(begins_with([](G& g) { g.preempt = true; }), "leaked-record:G:inherited");
  EXPECT_EQ(begins_with([](G& g) { g.unwind_to = 8; }), "leaked-record:G:inherited");
  EXPECT_EQ(begins_with([](G& g) { g.returned = 1; }), "leaked-record:G:inherited");
  EXPECT_EQ(begins_with([](G& g) { g.param = g.stack.lo; }), "leaked-record:sudog:inherited");
}

}  // namespace
}  // namespace stackquake
