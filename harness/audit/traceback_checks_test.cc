// bad-traceback and root-disagreement: walks that see wrong frames, in every use or only for the
// collector, and a copier that names other words than the collector.

#include <algorithm>

#include "harness/audit/checks_testing.h"
#include "runtime_under_test/object_type.h"

namespace stackquake {
namespace {

using Frames = Faults::Frames;
using Words = Faults::Words;

constexpr char kCalls[] = R"(
package main

func inner(n *node) {
	trace(n.val)
}

func outer(n *node) {
	inner(n)
	trace(n.val)
}

func main() {
	n := &node{val: 1}
	outer(n)
	trace(n.val)
}
)";

// f can continue when its deferred call has recovered.
constexpr char kFaulted[] = R"(
package main

func f(p *int, q *int) {
	defer func() {
		trace(code(recover()))
	}()
	*q = *p
}

func main() {
	var x int
	f(&x, nil)
}
)";

// Here f cannot continue.
constexpr char kDead[] = R"(
package main

func f(p *int, q *int) {
	*q = *p
}

func main() {
	var x int
	defer func() {
		trace(code(recover()))
	}()
	f(&x, nil)
}
)";

constexpr char kDeferred[] = R"(
package main

func set(p *int) {
	*p = 1
}

func main() {
	var x int
	defer trace(1)
	defer set(&x)
	trace(2)
}
)";

constexpr char kTwoPanics[] = R"(
package main

func main() {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		panic(2)
	}()
	panic(1)
}
)";

constexpr char kSending[] = R"(
package main

import "runtime"

func send(c chan int) {
	c <- 1
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

bool is_of(const runtime::Stkframe& frame, std::string_view function) {
  return frame.fn != nullptr && frame.fn->name == function;
}

class TracebackTest : public ChecksTest {
 protected:
  // Changes the frames of every walk whose innermost frame belongs to the function.
  template <typename Change>
  void walk_in(std::string_view function, Change change) {
    faults.walked = [=](Walker /*walker*/, Frames& frames) {
      if (!frames.empty() && is_of(frames.front(), function)) change(frames);
    };
  }

  // Gives the frames of a function another continpc: that of its deferreturn, or 0.
  void take_for_live(std::string_view function, bool is_live) {
    faults.walked = [=](Walker /*walker*/, Frames& frames) {
      for (Stkframe& frame : frames) {
        if (is_of(frame, function)) frame.continpc = is_live ? frame.pc : 0;
      }
    };
  }
};

// Which situations are of a share depends on its seed alone.
TEST_F(TracebackTest, AShareOfTheSituationsIsLookedAt) {
  walk_in("inner", [](Frames& frames) { frames.pop_back(); });
  ASSERT_NE(signature(kCalls), "");
  int found = 0;
  for (share = {0, 8}; share.seed < 64; ++share.seed) {
    const std::string first = signature(kCalls);
    found += first.empty() ? 0 : 1;
    EXPECT_EQ(signature(kCalls), first);
  }
  EXPECT_GT(found, 0);
  EXPECT_LT(found, 64);
}

TEST_F(TracebackTest, NothingIsWrongWithTheNests) {
  for (const char* nest : {kCalls, kFaulted, kDead, kDeferred, kTwoPanics, kSending}) {
    EXPECT_EQ(signature(nest), "") << nest;
  }
}

TEST_F(TracebackTest, StopsEarly) {
  walk_in("inner", [](Frames& frames) { frames.resize(2); });
  EXPECT_EQ(signature(kCalls), "bad-traceback:gentraceback:stopped");
}

TEST_F(TracebackTest, SkipsAFrame) {
  walk_in("inner", [](Frames& frames) { frames.erase(frames.begin() + 1); });
  EXPECT_EQ(signature(kCalls), "bad-traceback:gentraceback:missed");
}

TEST_F(TracebackTest, RepeatsAFrame) {
  walk_in("inner", [](Frames& frames) { frames.insert(frames.begin(), frames.front()); });
  EXPECT_EQ(signature(kCalls), "bad-traceback:gentraceback:repeated");
}

TEST_F(TracebackTest, GoesOnBeyondTheOutermostFrame) {
  walk_in("inner", [](Frames& frames) { frames.push_back(frames.back()); });
  EXPECT_EQ(signature(kCalls), "bad-traceback:gentraceback:extra");
}

TEST_F(TracebackTest, TakesALiveFrameForDead) {
  take_for_live("f", false);
  EXPECT_EQ(signature(kFaulted), "bad-traceback:gentraceback:live taken for dead");
}

TEST_F(TracebackTest, TakesADeadFrameForLive) {
  take_for_live("f", true);
  EXPECT_EQ(signature(kDead), "bad-traceback:gentraceback:dead taken for live");
}

TEST_F(TracebackTest, FindsLeftoverDefers) {
  faults.after_deferproc = [](G& g) { first_defer(g)->argp += runtime::kWordBytes; };
  EXPECT_EQ(signature(kDeferred), "bad-traceback:gentraceback:Defer");
}

// ---- The words that collector and copier name ----

class RootDisagreementTest : public ChecksTest {
 protected:
  // Changes the frames of the collector's walks only.
  template <typename Change>
  void collector_sees(Change change) {
    faults.walked = [=](Walker walker, Frames& frames) {
      if (walker != Walker::kOther) change(frames);
    };
  }

  // The copier does not name the word that `find` returns.
  template <typename Find>
  void copier_misses(Find find) {
    faults.told_by_copier = [=](G& g, Words& words) {
      const Word* word = find(g);
      std::erase(words, word);
    };
  }
};

TEST_F(RootDisagreementTest, CollectorMissesAFrame) {
  collector_sees([](Frames& frames) {
    std::erase_if(frames, [](const Stkframe& frame) { return is_of(frame, "outer"); });
  });
  EXPECT_EQ(signature(kCalls), "root-disagreement:nest:argument:collector misses");
}

TEST_F(RootDisagreementTest, CollectorSeesAFrameTwice) {
  collector_sees([](Frames& frames) { frames.push_back(frames.back()); });
  EXPECT_EQ(signature(kCalls), "");
}

TEST_F(RootDisagreementTest, CollectorTakesADeadFrameForLive) {
  collector_sees([](Frames& frames) {
    for (Stkframe& frame : frames) {
      if (is_of(frame, "f")) frame.continpc = runtime::code_pc(frame.fn->entry);
    }
  });
  EXPECT_EQ(signature(kDead), "root-disagreement:nest:local:collector alone");
}

TEST_F(RootDisagreementTest, CollectorMissesADeferredCall) {
  faults.walked_defers = [](Walker /*walker*/, Frames& frames) { frames.clear(); };
  EXPECT_EQ(signature(kDeferred), "root-disagreement:pending Defer:argument:collector misses");
}

TEST_F(RootDisagreementTest, CollectorMissesTheListOfDeferredCalls) {
  faults.roots = [](const G& /*g*/, Words& words) { words.clear(); };
  EXPECT_EQ(signature(kDeferred), "root-disagreement:G:defer:collector misses");
}

TEST_F(RootDisagreementTest, CollectorMissesTheLinkOfARecord) {
  alter = [](Program& program) { program.types[runtime::kTypeDefer].mask = 0b11000; };
  EXPECT_EQ(signature(kDeferred), "root-disagreement:pending Defer:link:collector misses");
}

TEST_F(RootDisagreementTest, CopierMissesALocal) {
  copier_misses([this](const G& g) { return local(g, "main"); });
  EXPECT_EQ(signature(kCalls), "root-disagreement:nest:local:copier misses");
}

TEST_F(RootDisagreementTest, CopierMissesTheArgumentOfADeferredCall) {
  copier_misses(
      [](const G& g) { return g.defer == 0 ? nullptr : runtime::at(first_defer(g)->arguments()); });
  EXPECT_EQ(signature(kDeferred), "root-disagreement:pending Defer:argument:copier misses");
}

TEST_F(RootDisagreementTest, CopierMissesTheArgpOfARecord) {
  copier_misses([](const G& g) { return g.defer == 0 ? nullptr : &first_defer(g)->argp; });
  EXPECT_EQ(signature(kDeferred), "root-disagreement:pending Defer:argp:copier misses");
}

TEST_F(RootDisagreementTest, CopierMissesThePanic) {
  copier_misses([](const G& g) { return &g.panic; });
  EXPECT_EQ(signature(kTwoPanics), "root-disagreement:G:panic:copier misses");
}

// Before the goroutine waits it has no sudog, and so no such word.
TEST_F(RootDisagreementTest, CopierMissesASudog) {
  copier_misses([](const G& g) { return g.waiting == 0 ? nullptr : &first_sudog(g)->elem; });
  EXPECT_EQ(signature(kSending), "root-disagreement:sudog:elem:copier misses");
}

TEST_F(RootDisagreementTest, CopierNamesANumber) {
  faults.told_by_copier = [this](G& g, Words& words) {
    const Word* number = word_of(g, "main", [](Word word) { return word == 12345; });
    if (number != nullptr) words.push_back(number);
  };
  EXPECT_EQ(signature(R"(
package main

func main() {
	x := 12345
	trace(1)
	trace(x)
}
)"),
            "root-disagreement:nest:local:copier alone");
}

TEST_F(RootDisagreementTest, CopierNamesAWordTwice) {
  faults.told_by_copier = [](G& /*g*/, Words& words) {
    if (!words.empty()) words.push_back(words.front());
  };
  EXPECT_EQ(signature(kCalls), "");
}

TEST_F(RootDisagreementTest, BothMissADeferredCall) {
  faults.walked_defers = [](Walker /*walker*/, Frames& frames) { frames.clear(); };
  copier_misses(
      [](const G& g) { return g.defer == 0 ? nullptr : runtime::at(first_defer(g)->arguments()); });
  EXPECT_EQ(signature(kDeferred), "root-disagreement:pending Defer:argument:both miss");
}

// The layout of gopanic's frame without the link of the Panic.
TEST_F(RootDisagreementTest, NeitherIsToldOfALinkBetweenPanics) {
  static std::vector<uint16_t> pointers;
  faults.layouts = [](std::vector<runtime::RuntimeLayout>& layouts) {
    runtime::RuntimeLayout& gopanic = layouts.front();
    pointers.assign(gopanic.pointers.begin(), gopanic.pointers.end() - 1);
    gopanic.pointers = pointers;
  };
  EXPECT_EQ(signature(kTwoPanics), "root-disagreement:gopanic:Panic.link:copier misses");
  EXPECT_EQ(signature(kFaulted), "");
}

// f has a frame without words. When f has been unwound, the return address of main's last deferred
// call lies exactly where this frame was.
constexpr char kUnwound[] = R"(
//quake:move=prologue
package main

func main() {
	defer func() {
	}()
	defer func() {
		recover()
	}()
	f()
}

func f() {
	func() {
		panic(1)
	}()
}
)";

TEST_F(ChecksTest, FramesWithoutWordsAreForgottenWhenTheyAreUnwound) {
  EXPECT_EQ(signature(kUnwound), "");
  EXPECT_GT(stats().copies, 0u);
}

}  // namespace
}  // namespace stackquake
