// leaked-record: sudogs that are taken, given back or queued wrongly, and goroutines that wait
// without being in a queue.

#include <string>
#include <utility>

#include "harness/audit/checks_testing.h"
#include "runtime_under_test/object_type.h"

namespace stackquake {
namespace {

using runtime::kTypeSudog;
using runtime::record_at;

constexpr char kDeferAndMove[] = R"(
package main

func main() {
	defer trace(1)
	move()
}
)";

class WaitingGoroutinesTest : public ChecksTest {
 protected:
  // Takes a sudog for the goroutine, which waits nowhere with it.
  Sudog* take_sudog(G& g) {
    auto* sudog = record_at<Sudog>(runtime().newobject(Sudog::kWords, kTypeSudog));
    sudog->g = g.index;
    runtime().observer()->sudog_acquired(g, *sudog);
    return sudog;
  }
};

TEST_F(WaitingGoroutinesTest, ASudogIsTakenByNobodyWhoWaits) {
  faults.after_deferproc = [this](G& g) { take_sudog(g); };
  EXPECT_EQ(signature(kDeferAndMove), "leaked-record:sudog:held");
}

// Two goroutines wait when main does `statement`, and at the end.
std::string two_wait(const std::string& statement) {
  return R"(
package main

import "runtime"

func work(c chan int) {
	defer trace(1)
	c <- 1
}

func main() {
	c := make(chan int)
	go work(c)
	go work(c)
	runtime.Gosched()
	)" +
         statement +
         R"(
}
)";
}

TEST_F(WaitingGoroutinesTest, GoroutinesMayStillWaitAtTheEnd) {
  EXPECT_EQ(signature(kDeferAndMove), "");
  EXPECT_EQ(signature(two_wait("runtime.GC()")), "");
  EXPECT_EQ(signature(two_wait("move()")), "");
}

TEST_F(WaitingGoroutinesTest, AGoroutineWaitsWithASudogThatWasNeverQueued) {
  faults.after_deferproc = [this](G& g) { take_sudog(g); };
  EXPECT_EQ(signature(two_wait("move()")), "leaked-record:sudog:not queued");
}

TEST_F(WaitingGoroutinesTest, AQueueLosesAGoroutineThatWaits) {
  const auto lose = [this](const std::function<void(runtime::Waitq&)>& change) {
    faults.roots = [this, change, is_done = false](const G& g,
                                                   std::vector<const Word*>& /*words*/) mutable {
      if (g.waiting == 0 || std::exchange(is_done, true)) return;
      change(record_at<runtime::Hchan>(*argument(g, "work"))->sendq);
    };
    return signature(two_wait("runtime.GC()"));
  };
  // Both, the first, and the second one.
  EXPECT_EQ(lose([this](runtime::Waitq& queue) {
              runtime().store_pointer(runtime::address_of(&queue.first), 0);
              runtime().store_pointer(runtime::address_of(&queue.last), 0);
            }),
            "leaked-record:sudog:not queued");
  EXPECT_EQ(lose([this](runtime::Waitq& queue) {
              runtime().store_pointer(runtime::address_of(&queue.first), queue.last);
            }),
            "leaked-record:sudog:not queued");
  EXPECT_EQ(lose([this](runtime::Waitq& queue) {
              runtime().store_pointer(runtime::address_of(&record_at<Sudog>(queue.first)->next), 0);
            }),
            "leaked-record:sudog:not queued");
}

TEST_F(WaitingGoroutinesTest, ASudogIsTakenThatIsInUse) {
  faults.after_deferproc = [this](G& g) {
    Sudog* sudog = take_sudog(g);
    runtime().observer()->sudog_acquired(g, *sudog);
  };
  EXPECT_EQ(signature(kDeferAndMove), "leaked-record:sudog:in use");
}

TEST_F(WaitingGoroutinesTest, ASudogIsGivenBackTwice) {
  faults.after_deferproc = [this](G& g) {
    Sudog* sudog = take_sudog(g);
    runtime().observer()->sudog_released(*sudog);
    runtime().observer()->sudog_released(*sudog);
  };
  EXPECT_EQ(signature(kDeferAndMove), "leaked-record:sudog:freed twice");
}

TEST_F(WaitingGoroutinesTest, ASudogIsGivenBackThatIsStillQueued) {
  faults.after_deferproc = [this](G& g) {
    Sudog* sudog = take_sudog(g);
    sudog->next = runtime().newobject(Sudog::kWords, kTypeSudog);
    runtime().observer()->sudog_released(*sudog);
  };
  EXPECT_EQ(signature(kDeferAndMove), "leaked-record:sudog:queued");
}

TEST_F(WaitingGoroutinesTest, ASudogThatWasGivenBackStillPointsToTheStack) {
  faults.after_deferproc = [this](G& g) {
    Sudog* sudog = take_sudog(g);
    runtime().observer()->sudog_released(*sudog);
    sudog->elem = g.sched.sp;
  };
  EXPECT_EQ(signature(kDeferAndMove), "leaked-record:sudog:stale elem");
}

TEST_F(WaitingGoroutinesTest, AGoroutineThatRunsStillWaits) {
  faults.after_deferproc = [](G& g) { g.waiting = g.defer; };
  EXPECT_EQ(signature(kDeferAndMove), "leaked-record:G:waiting");
  faults.after_deferproc = [](G& g) { g.param = g.defer; };
  EXPECT_EQ(signature(kDeferAndMove), "leaked-record:G:param");
}

TEST_F(WaitingGoroutinesTest, AGoroutineWaitsWithWhatIsNoSudog) {
  faults.roots = [](const G& g, std::vector<const Word*>& /*words*/) {
    if (g.waiting != 0) const_cast<G&>(g).waiting = g.defer;
  };
  EXPECT_EQ(signature(R"(
package main

import "runtime"

func work(c chan int) {
	defer trace(1)
	c <- 1
}

func main() {
	c := make(chan int)
	go work(c)
	runtime.Gosched()
	runtime.GC()
	x := <-c
	trace(x)
}
)"),
            "leaked-record:sudog:waiting");
}

}  // namespace
}  // namespace stackquake
