// Channels, select and the ends of programs with several goroutines.

#include "harness/oracle/oracle_testing.h"

namespace stackquake {
namespace {

using CommunicationTest = OracleTest;

TEST_F(CommunicationTest, UnbufferedSendWaitsForItsReceiver) {
  expect(R"(func send(c chan int) {
	c <- 1
	trace(10)
	c <- 2
	trace(20)
}

func main() {
	c := make(chan int)
	go send(c)
	runtime.Gosched()
	x := <-c
	trace(x)
	runtime.Gosched()
	x = <-c
	trace(x)
}
)",
         "exit; [1 2] [10]");
}

TEST_F(CommunicationTest, BufferKeepsTheOrderAndHasAnEnd) {
  expect(R"(func main() {
	c := make(chan int, 2)
	x := 0
	for i := 0; i < 3; i++ {
		c <- i
		c <- i + 10
		x = <-c
		trace(x)
		x = <-c
		trace(x)
	}
	c <- 1
	c <- 2
	trace(3)
	c <- 4
}
)",
         "deadlock; [0 10 1 11 2 12 3]");
}

TEST_F(CommunicationTest, ElementsThatWereSentBeforeAClose) {
  expect(R"(func main() {
	c := make(chan int, 2)
	n := make(chan *node, 1)
	c <- 4
	c <- 5
	close(c)
	close(n)
	x := <-c
	trace(x)
	x = <-c
	trace(x)
	x = <-c
	trace(x)
	p := <-n
	if p == nil {
		trace(7)
	}
}
)",
         "exit; [4 5 0 7]");
}

TEST_F(CommunicationTest, WhatAClosedOrNilChannelForbids) {
  expect(R"(func try(k int, c chan int) {
	defer func() {
		trace(code(recover()))
	}()
	if k == 0 {
		c <- 1
	}
	close(c)
}

func main() {
	c := make(chan int)
	var none chan int
	try(1, c)
	try(0, c)
	try(1, c)
	try(1, none)
	select {
	case c <- 3:
	}
}
)",
         "panic -5; [0 -5 -5 -6]");
}

TEST_F(CommunicationTest, SenderThatWaitsPanicsWhenItsChannelIsClosed) {
  for (const char* make : {"make(chan int)", "make(chan int, 1)"}) {
    expect(R"(func send(c chan int, done chan int) {
	defer func() {
		trace(code(recover()))
		done <- 1
	}()
	c <- 1
	c <- 2
}

func main() {
	done := make(chan int)
	c := )" +
               std::string(make) +
               R"(
	go send(c, done)
	runtime.Gosched()
	close(c)
	<-done
}
)",
           "exit; [-5]");
  }
}

// Main sends and receives before a waiting goroutine can run. The received values show who was
// served.
constexpr const char* kForestalls = R"(func receive(c chan int) {
	x := <-c
	trace(x)
}

func main() {
	c := make(chan int, 1)
	go receive(c)
	runtime.Gosched()
	c <- 1
	select {
	case <-c:
		trace(100)
	default:
		trace(200)
	}
	runtime.Gosched()
}
)";

TEST_F(CommunicationTest, ReceiverThatWaitsAtABufferIsWokenOrServed) {
  EXPECT_EQ(behaviour(kForestalls), "exit; [100]");
  EXPECT_EQ(behaviour(kForestalls, {.direct_handoff = true}), "exit; [1] [200]");
}

TEST_F(CommunicationTest, SenderThatWaitsAtABufferIsWokenOrServed) {
  constexpr const char* kText = R"(func send(c chan int) {
	c <- 2
	trace(20)
}

func main() {
	c := make(chan int, 1)
	c <- 1
	go send(c)
	runtime.Gosched()
	x := <-c
	trace(x)
	select {
	case c <- 3:
		trace(100)
	default:
		trace(200)
	}
	x = <-c
	trace(x)
	runtime.Gosched()
}
)";
  EXPECT_EQ(behaviour(kText), "exit; [1 100 3] [20]");
  EXPECT_EQ(behaviour(kText, {.direct_handoff = true}), "exit; [1 200 2] [20]");
}

TEST_F(CommunicationTest, SelectThatWaitsAtABufferIsWokenOrServed) {
  constexpr const char* kText = R"(func serve(c chan int, d chan int) {
	var x int
	select {
	case x = <-c:
		trace(x)
	case d <- 7:
		trace(30)
	}
}

func main() {
	c := make(chan int, 1)
	d := make(chan int)
	go serve(c, d)
	runtime.Gosched()
	c <- 1
	select {
	case <-c:
		trace(100)
	default:
		trace(200)
	}
	runtime.Gosched()
}
)";
  EXPECT_EQ(behaviour(kText), "exit; [100]");
  EXPECT_EQ(behaviour(kText, {.direct_handoff = true}), "exit; [1] [200]");
}

TEST_F(CommunicationTest, NilChannelsBlockForEver) {
  expect("func main() {\n\tvar c chan int\n\tdefer trace(1)\n\tc <- 1\n}\n", "deadlock;");
  expect("func main() {\n\tvar c chan int\n\t<-c\n}\n", "deadlock;");
  expect("func main() {\n\tvar c chan int\n\tselect {\n\tcase <-c:\n\t}\n}\n", "deadlock;");
}

TEST_F(CommunicationTest, SelectTakesWhatIsReady) {
  expect(R"(func main() {
	a := make(chan int, 1)
	b := make(chan int, 1)
	x := 0
	select {
	case x = <-a:
		trace(1)
	default:
		trace(2)
	}
	select {
	case x = <-a:
		trace(3)
	case b <- 8:
		trace(4)
	}
	select {
	case x = <-b:
		trace(x)
	case b <- 9:
		trace(5)
	}
}
)",
         "exit; [2 4 8]");
}

TEST_F(CommunicationTest, SelectThatWaitsIsServedOnce) {
  expect(R"(func wait(a chan int, b chan int, done chan int) {
	x := 0
	select {
	case x = <-a:
		trace(x)
	case x = <-b:
		trace(x + 100)
	}
	done <- x
}

func main() {
	a := make(chan int)
	b := make(chan int)
	done := make(chan int)
	go wait(a, b, done)
	runtime.Gosched()
	b <- 7
	select {
	case a <- 8:
		trace(1)
	default:
		trace(2)
	}
	x := <-done
	trace(x)
}
)",
         "exit; [2 7] [107]");
}

TEST_F(CommunicationTest, SelectEvaluatesItsCasesInOrderUntilAFault) {
  expect(R"(func main() {
	var n *node
	var a [2]int
	i := 5
	c := make(chan int, 1)
	defer func() {
		trace(code(recover()))
	}()
	select {
	case c <- n.val:
	case c <- a[i]:
	}
}
)",
         "exit; [-1]");
}

TEST_F(CommunicationTest, EndOfMainEndsTheOthers) {
  expect(R"(func other() {
	defer trace(1)
	runtime.Gosched()
	trace(2)
}

func main() {
	go other()
	trace(3)
}
)",
         "exit; [3]");
}

TEST_F(CommunicationTest, EndsWithoutMain) {
  const std::string rest = R"(
func other(c chan int) {
	trace(1)
	<-c
	trace(2)
}

func main() {
	c := make(chan int, 1)
	go other(c)
	SEND
	runtime.Goexit()
}
)";
  std::string served = rest;
  served.replace(served.find("SEND"), 4, "c <- 1");
  std::string blocked = rest;
  blocked.replace(blocked.find("SEND"), 4, "runtime.Gosched()");
  expect(served, "goexit; [1 2]");
  expect(blocked, "deadlock; [1]");
}

TEST_F(CommunicationTest, PanicOfAnyGoroutineCrashesTheProgram) {
  expect(R"(func other() {
	trace(1)
	panic(6)
}

func main() {
	defer func() {
		trace(code(recover()))
	}()
	go other()
	runtime.Gosched()
	trace(2)
}
)",
         "panic 6; [1]");
}

TEST_F(CommunicationTest, GoroutinesAreManyButNotWithoutEnd) {
  const auto goroutines = [](int count) {
    return "func other() {\n}\n\nfunc main() {\n\tfor i := 0; i < " + std::to_string(count) +
           "; i++ {\n\t\tgo other()\n\t\truntime.Gosched()\n\t}\n}\n";
  };
  expect(goroutines(1023), "exit;");
  expect(goroutines(1024), "fuel;");
}

}  // namespace
}  // namespace stackquake
