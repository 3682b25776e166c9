// lost-object and kept-object: faults of a collector that misses a pointer or follows a number, and
// the two retentions that are by design.

#include "harness/audit/checks_testing.h"
#include "runtime_under_test/object_type.h"

namespace stackquake {
namespace {

constexpr uint64_t kValMask = 0b001;
constexpr uint64_t kNextMask = 0b010;

// The inner node is reached through peer alone.
constexpr char kPeer[] = R"(
package main

import "runtime"

func list() *node {
	return &node{peer: &node{val: 10000}}
}

func main() {
	n := list()
	runtime.GC()
	m := n.peer
	trace(m.val)
}
)";

constexpr char kNext[] = R"(
package main

import "runtime"

func list() *node {
	return &node{next: &node{val: 10000}}
}

func main() {
	n := list()
	runtime.GC()
	m := n.next
	trace(m.val)
}
)";

constexpr char kLocal[] = R"(
package main

import "runtime"

func main() {
	n := &node{val: 1}
	runtime.GC()
	trace(n.val)
}
)";

constexpr char kDeadLocal[] = R"(
package main

import "runtime"

func main() {
	n := &node{val: 1}
	trace(n.val)
	runtime.GC()
	trace(2)
}
)";

constexpr char kPending[] = R"(
package main

import "runtime"

func show(n *node) {
	trace(n.val)
}

func main() {
	defer show(&node{val: 1})
	runtime.GC()
}
)";

constexpr char kPanic[] = R"(
package main

import "runtime"

func main() {
	defer func() {
		runtime.GC()
		trace(code(recover()))
	}()
	panic(1)
}
)";

constexpr char kBuffered[] = R"(
package main

import "runtime"

func fill(c chan *node) {
	c <- &node{val: 1}
}

func main() {
	c := make(chan *node, 2)
	fill(c)
	runtime.GC()
	n := <-c
	trace(n.val)
}
)";

// The number k is the address of a node to which no pointer leads.
constexpr char kNumber[] = R"(
package main

import "runtime"

func number() int {
	n := &node{}
	k := addr(&n.val)
	return k
}

func main() {
	k := number()
	n := &node{val: k}
	runtime.GC()
	trace(n.val - k)
}
)";

class CollectorChecksTest : public ChecksTest {
 protected:
  // A collection that does not see the frames of a function.
  void skip_frames_of(std::string_view function) {
    faults.walked = [function](Walker walker, Faults::Frames& frames) {
      if (walker != Walker::kCollection) return;
      std::erase_if(frames, [&](const Stkframe& frame) { return frame.fn->name == function; });
    };
  }

  uint64_t objects_freed(const std::string& nest) {
    EXPECT_EQ(signature(nest), "") << nest;
    return stats().objects_freed;
  }
};

TEST_F(CollectorChecksTest, NothingIsWrongWithTheNests) {
  for (const char* nest :
       {kPeer, kNext, kLocal, kDeadLocal, kPending, kPanic, kBuffered, kNumber}) {
    EXPECT_EQ(signature(nest), "") << nest;
    EXPECT_EQ(stats().collections, 1u) << nest;
  }
}

// ---- Lost ----

TEST_F(CollectorChecksTest, LosesWhatAMaskWithoutABitNames) {
  alter_unseen([](Program& program) { program.types[runtime::kTypeNode].mask = kNextMask; });
  EXPECT_EQ(signature(kPeer), "lost-object:object:word");
  EXPECT_EQ(signature(kNext), "");
}

TEST_F(CollectorChecksTest, LosesWhatAChannelHolds) {
  alter = [](Program& program) {
    program.types[runtime::kTypePointerChannel].tail = runtime::ObjectType::kNoTail;
  };
  EXPECT_EQ(signature(kBuffered), "lost-object:object:word");
}

TEST_F(CollectorChecksTest, LosesWhatALiveLocalNames) {
  skip_frames_of("main");
  EXPECT_EQ(signature(kLocal), "lost-object:nest:local");
  EXPECT_EQ(signature(kDeadLocal), "");
}

TEST_F(CollectorChecksTest, LosesTheValueOfAPanic) {
  skip_frames_of("gopanic");
  EXPECT_EQ(signature(kPanic), "lost-object:gopanic:Panic.arg");
}

TEST_F(CollectorChecksTest, LosesTheArgumentOfAPendingCall) {
  faults.walked_defers = [](Walker walker, Faults::Frames& frames) {
    if (walker == Walker::kCollection) frames.clear();
  };
  EXPECT_EQ(signature(kPending), "lost-object:pending Defer:argument");
  EXPECT_EQ(signature(kLocal), "");
}

// ---- Kept ----

TEST_F(CollectorChecksTest, KeepsWhatANumberSeemsToName) {
  alter_unseen([](Program& program) { program.types[runtime::kTypeNode].mask |= kValMask; });
  EXPECT_EQ(signature(kNumber), "kept-object:node");
  EXPECT_EQ(signature(kPeer), "");
}

// Nobody was told of the object, so only the count of bytes shows it.
TEST_F(CollectorChecksTest, CountsBytesOfNoObject) {
  faults.begin_collection = [this] {
    runtime::Heap& heap = runtime().heap();
    heap.mark(heap.find(heap.allocate(512, runtime::kTypeNode)));
  };
  EXPECT_EQ(signature(kPeer), "kept-object:live bytes");
}

// The collector uses the map of an earlier place, at which the pointer was live.
TEST_F(CollectorChecksTest, KeepsWhatADeadLocalNames) {
  Word live_pc = 0;
  faults.walked = [&](Walker walker, Faults::Frames& frames) {
    for (Stkframe& frame : frames) {
      if (frame.fn->name != "main") continue;
      if (walker == Walker::kOther && live_locals(frame) == 1) live_pc = frame.pc;
      if (walker == Walker::kCollection && live_pc != 0) frame.continpc = live_pc;
    }
  };
  EXPECT_EQ(signature(R"(
package main

import "runtime"

func use(n *node) {
	trace(n.val)
}

func main() {
	n := &node{val: 1}
	trace(1)
	use(n)
	runtime.GC()
	trace(2)
}
)"),
            "kept-object:node");
  EXPECT_NE(live_pc, 0u);
}

// The node has been received, and its slot of the buffer is outside of what is queued.
constexpr char kReceived[] = R"(
package main

import "runtime"

func send(c chan *node) {
	c <- &node{val: 1}
}

func receive(c chan *node) {
	n := <-c
	trace(n.val)
}

func main() {
	c := make(chan *node, 2)
	send(c)
	receive(c)
	runtime.GC()
	c <- nil
}
)";

// As after a receive that has not cleared the slot. The channel is the first object of the heap,
// and the node the first one in the span behind.
TEST_F(CollectorChecksTest, KeepsWhatWasReceivedFromABuffer) {
  EXPECT_EQ(objects_freed(kReceived), 1u);
  faults.walked = [](Walker walker, Faults::Frames& /*frames*/) {
    if (walker != Walker::kCollection) return;
    const auto* channel = runtime::record_at<const runtime::Hchan>(runtime::kHeapBase);
    *runtime::at(channel->buffer()) =
        runtime::kHeapBase + Address{runtime::Heap::kSpanWords} * runtime::kWordBytes;
  };
  EXPECT_EQ(signature(kReceived), "kept-object:node");
}

TEST_F(CollectorChecksTest, KeepsARecordThatWasGivenBack) {
  Word record = 0;
  faults.after_deferproc = [&](G& g) { record = g.defer; };
  faults.roots = [&](const G& /*g*/, Faults::Words& words) { words.push_back(&record); };
  const std::string two_functions = R"(
package main

import "runtime"

func run() {
	defer trace(1)
}

func main() {
	run()
	runtime.GC()
}
)";
  EXPECT_EQ(signature(two_functions), "kept-object:Defer");
  faults.roots = nullptr;
  EXPECT_EQ(objects_freed(two_functions), 1u);
}

// ---- Retentions by design ----

std::string holding(const std::string& ending) {
  return R"(
package main

import "runtime"

func hold(n *node) {
	n = nil
	runtime.GC()
	trace(1)
}

func main() {
	defer func() {
		trace(code(recover()))
	}()
	defer hold(&node{val: 1})
	)" +
         ending + "\n}\n";
}

TEST_F(CollectorChecksTest, ArgumentsStayWhileAPanicOrGoexitRunsTheCall) {
  EXPECT_EQ(objects_freed(holding("panic(1)")), 0u);
  EXPECT_EQ(objects_freed(holding("runtime.Goexit()")), 0u);
  // Freed are the node and the record: deferreturn gives the record back before the call.
  EXPECT_EQ(objects_freed(holding("trace(0)")), 2u);
}

TEST_F(CollectorChecksTest, ArgumentsThatStayWhenDeferreturnRunsTheCallAreKept) {
  Word kept = 0;
  faults.after_deferproc = nth(2, [&](G& g) { kept = *runtime::at(first_defer(g)->arguments()); });
  faults.roots = [&](const G& /*g*/, Faults::Words& words) { words.push_back(&kept); };
  EXPECT_EQ(signature(holding("panic(1)")), "");
  EXPECT_EQ(signature(holding("trace(0)")), "kept-object:node");
}

// Goexit has aborted the panic. The panic's frames lie at higher addresses than Goexit's frame.
constexpr char kAborted[] = R"(
package main

import "runtime"

func work(c chan int) {
	defer func() {
		runtime.GC()
		c <- 1
	}()
	defer func() {
		runtime.Goexit()
	}()
	panic(1)
}

func main() {
	c := make(chan int)
	go work(c)
	<-c
	runtime.Gosched()
	runtime.GC()
}
)";

TEST_F(CollectorChecksTest, TheValueOfAnAbortedPanicStaysWithItsFrames) {
  EXPECT_EQ(signature(kAborted), "");
  EXPECT_EQ(stats().aborted_panics, 1u);
  EXPECT_EQ(stats().collections, 2u);
}

TEST_F(CollectorChecksTest, TheValueOfAnAbortedPanicGoesWithItsFrames) {
  Word value = 0;
  faults.in_deferred_call = nth(1, [&](G& g) { value = first_panic(g)->arg.data; });
  faults.roots = [&](const G& /*g*/, Faults::Words& words) { words.push_back(&value); };
  EXPECT_EQ(signature(kAborted), "kept-object:box");
  EXPECT_EQ(stats().collections, 2u);
}

// The panic aborts the Goexit, in whose frame the record of the large argument is still named. The
// record that was linked behind it has run by the time of the collection.
constexpr char kLargeRecord[] = R"(
package main

import "runtime"

func main() {
	defer func() {
		runtime.GC()
	}()
	defer func() {
	}()
	var a [9]int
	defer func(b [9]int) {
		panic(b[0] + 1)
	}(a)
	runtime.Goexit()
}
)";

TEST_F(CollectorChecksTest, ALargeRecordThatWasDroppedKeepsNoneBehindIt) {
  EXPECT_EQ(signature(kLargeRecord), "");
  EXPECT_EQ(stats().collections, 1u);
}

}  // namespace
}  // namespace stackquake
