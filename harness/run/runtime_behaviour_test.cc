// Whole runs of small nests, for cases that the corpus does not cover. Each expectation is a
// promise of the Go specification.

#include <gtest/gtest.h>

#include <string>

#include "harness/run/run_testing.h"

namespace stackquake {
namespace {

class RuntimeBehaviourTest : public testing::Test {
 protected:
  std::string behaviour(const std::string& text, const runtime::Options& options = {}) {
    text_ = text;
    Diagnostic diagnostic;
    if (runner_.load(text_, diagnostic) == nullptr) return to_string(diagnostic, "nest");
    const runtime::RunResult& result = runner_.run(options);
    return result.violation ? result.violation->signature : to_string(behaviour_of(result));
  }

  NestRunner runner_{"go1.4"};
  std::string text_;
};

// A buffered element and a waiting receiver meet, even when the goroutine that was woken first took
// another element.
constexpr char kTwoReceivers[] = R"(package main

import "runtime"

func either(c chan int, d chan int, done chan int) {
	select {
	case <-d:
	case <-c:
	}
	done <- 1
}

func one(c chan int, done chan int) {
	<-c
	done <- 1
}

func send(d chan int) {
	d <- 1
}

func main() {
	c := make(chan int, 1)
	d := make(chan int)
	done := make(chan int)
	go either(c, d, done)
	runtime.Gosched()
	go one(c, done)
	runtime.Gosched()
	go send(d)
	c <- 5
	c <- 7
	<-done
	<-done
	trace(1)
}
)";

TEST_F(RuntimeBehaviourTest, NoWakeupIsLost) {
  for (uint32_t seed = 0; seed < 50; ++seed) {
    runtime::Options options;
    options.seed = seed;
    EXPECT_EQ(behaviour(kTwoReceivers, options), "exit; traces [1]") << "seed " << seed;
  }
}

// Main ends before some of its goroutines have run, so the traces show the schedule.
constexpr char kRace[] = R"(package main

import "runtime"

func work(k int, c chan int) {
	defer func() {
		trace(k)
		c <- k
	}()
	defer func() {
		trace(k + 1)
	}()
	runtime.Goexit()
}

func main() {
	c := make(chan int)
	for i := 0; i < 6; i++ {
		go work(i*8+10, c)
	}
	<-c
	<-c
}
)";

TEST_F(RuntimeBehaviourTest, ScheduleDependsOnItsSeedAlone) {
  runtime::Options options;
  options.stack_bytes = 256;
  options.seed = 3;
  const std::string schedule = behaviour(kRace, options);
  options.seed = 4;
  EXPECT_NE(behaviour(kRace, options), schedule);
  options.seed = 3;
  for (runtime::GcPolicy gc : {runtime::GcPolicy::kAlloc, runtime::GcPolicy::kSafepoint}) {
    for (runtime::MovePolicy move : {runtime::MovePolicy::kNone, runtime::MovePolicy::kSafepoint}) {
      options.gc = gc;
      options.move = move;
      EXPECT_EQ(behaviour(kRace, options), schedule);
    }
  }
}

// A goroutine is preempted before it enters a function with a large frame, and others collect
// before it continues.
TEST_F(RuntimeBehaviourTest, PrologueMakesRoomAfterAPreemption) {
  const std::string text = R"(package main

import "runtime"

func large(k int) int {
	var a [200]int
	a[199] = k
	return a[199]
}

func call(k int, done chan int) {
	for i := 0; i < 20; i++ {
		trace(large(k))
	}
	done <- 1
}

func main() {
	done := make(chan int)
	go call(3, done)
	for i := 0; i < 20; i++ {
		runtime.GC()
		trace(large(5))
	}
	<-done
}
)";
  runtime::Options options;
  options.stack_bytes = 256;
  options.place = runtime::PlacePolicy::kReuse;
  const std::string expected = behaviour(text, options);
  for (options.seed = 1; options.seed < 60; ++options.seed) {
    EXPECT_EQ(behaviour(text, options), expected) << "seed " << options.seed;
  }
}

// An overflow ends a run in the middle of a prologue. The next run must be clean.
TEST_F(RuntimeBehaviourTest, RunAfterAnOverflowIsClean) {
  runtime::Options small;
  small.limit_bytes = 2048;
  EXPECT_EQ(behaviour("package main\n\nfunc main() {\n\tvar a [900]int\n\ttrace(a[1])\n}\n", small),
            "overflow; no traces");
  EXPECT_EQ(behaviour("package main\n\nfunc main() {\n\ttrace(2)\n}\n"), "exit; traces [2]");
}

TEST_F(RuntimeBehaviourTest, DirectivesBecomeOptions) {
  Diagnostic diagnostic;
  text_ =
      "//quake:stack=512 move=at:1,4 gc=alloc place=reuse limit=4096 sched=9\npackage main\n\n"
      "func main() {\n}\n";
  const Nest* nest = runner_.load(text_, diagnostic);
  ASSERT_NE(nest, nullptr);
  runtime::Options expected;
  expected.stack_bytes = 512;
  expected.limit_bytes = 4096;
  expected.move = runtime::MovePolicy::kAt;
  expected.move_at = {1, 4};
  expected.gc = runtime::GcPolicy::kAlloc;
  expected.place = runtime::PlacePolicy::kReuse;
  expected.seed = 9;
  EXPECT_EQ(options_of(nest->directives), expected);
}

TEST_F(RuntimeBehaviourTest, BehaviourLeavesOutEmptyTracesAndSortsTheOthers) {
  EXPECT_EQ(behaviour(R"(package main

import "runtime"

func say(x int) {
	trace(x)
}

func silent(x int) {
	_ = x
}

func main() {
	go say(9)
	go silent(1)
	go say(3)
	runtime.Gosched()
	trace(5)
	panic(4)
}
)"),
            "panic 4; traces [3] [5] [9]");
}

}  // namespace
}  // namespace stackquake
