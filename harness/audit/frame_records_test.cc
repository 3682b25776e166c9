// The audits of deferred calls whose records lie in the frames that defer them.

#include "harness/audit/checks_testing.h"

namespace stackquake {
namespace {

using runtime::DeferPlace;

constexpr char kTwoInFrame[] = R"(
package main

func set(p *int, x int) {
	*p = x
}

func main() {
	x := 0
	p := &x
	defer set(p, 1)
	defer func() {
		*p = 2
	}()
	move()
	trace(*p)
}
)";

constexpr char kRecoveredHere[] = R"(
package main

func run() {
	defer func() {
		move()
		trace(code(recover()))
	}()
	panic(1)
}

func main() {
	run()
	move()
}
)";

class FrameRecordsTest : public ChecksTest {
 protected:
  FrameRecordsTest() { faults.design = "go1.13"; }

  // Damages a word of the list's first record after the first copy.
  void damage(const std::function<Word*(const G&)>& find) {
    faults.after_copystack =
        nth(1, [find](G& g, const Stack& old_stack) { *find(g) -= g.stack.hi - old_stack.hi; });
  }
};

TEST_F(FrameRecordsTest, NothingIsWrongWithTheNests) {
  int in_frames = 0;
  faults.after_deferproc = [&](G& g) {
    in_frames += call_at(g.defer).place == DeferPlace::kFrame ? 1 : 0;
  };
  EXPECT_EQ(signature(kTwoInFrame), "");
  EXPECT_EQ(signature(kRecoveredHere), "");
  EXPECT_EQ(in_frames, 3);
}

// ---- Words that a copy has missed ----

TEST_F(FrameRecordsTest, AWordThatIsMissedIsStale) {
  damage([](const G& g) { return &first_defer(g)->argp; });
  EXPECT_EQ(signature(kTwoInFrame), "stale-pointer:pending Defer:argp");
  damage([](const G& g) { return &first_defer(g)->link; });
  EXPECT_EQ(signature(kTwoInFrame), "stale-pointer:pending Defer:link");
  damage([](const G& g) { return &first_defer(g)->fn; });
  EXPECT_EQ(signature(kTwoInFrame), "stale-pointer:pending Defer:fn");
  damage([](const G& g) { return &first_defer(g)->panic; });
  EXPECT_EQ(signature(kRecoveredHere), "stale-pointer:Defer run by panic:panic");
}

TEST_F(FrameRecordsTest, AnArgumentThatIsMissedIsStale) {
  damage([](const G& g) {
    return runtime::at(runtime::record_at<Defer>(first_defer(g)->link)->arguments());
  });
  EXPECT_EQ(signature(kTwoInFrame), "stale-pointer:pending Defer:argument");
}

TEST_F(FrameRecordsTest, TheHeadOfTheListIsMissed) {
  damage([](const G& g) { return &const_cast<G&>(g).defer; });
  EXPECT_EQ(signature(kTwoInFrame), "bad-defer-chain:missing");
}

// ---- The list ----

TEST_F(FrameRecordsTest, ARecordIsMissing) {
  faults.after_deferproc = nth(2, [](G& g) { g.defer = first_defer(g)->link; });
  EXPECT_EQ(signature(kTwoInFrame), "bad-defer-chain:missing");
}

TEST_F(FrameRecordsTest, AnArgumentHasChanged) {
  faults.after_deferproc = nth(1, [](G& g) { ++runtime::at(first_defer(g)->arguments())[1]; });
  EXPECT_EQ(signature(kTwoInFrame), "bad-defer-chain:arguments");
}

TEST_F(FrameRecordsTest, ARecordOutlivesItsFrame) {
  faults.instead_of_deferreturn = [](G& /*g*/) { return true; };
  EXPECT_EQ(signature(kRecoveredHere), "");
  constexpr char kReturns[] = R"(
package main

func run() {
	defer trace(1)
}

func main() {
	run()
	move()
}
)";
  EXPECT_EQ(signature(kReturns), "bad-defer-chain:dead frame");
}

// ---- What is told of a record ----

TEST_F(FrameRecordsTest, ARecordIsOfNoFrame) {
  faults.after_deferproc = [this](G& g) {
    runtime::DeferredCall call = call_at(g.defer);
    call.frame += runtime::kWordBytes;
    runtime().observer()->deferred(g, call);
  };
  EXPECT_EQ(signature(kTwoInFrame), "bad-defer-chain:argp");
}

TEST_F(FrameRecordsTest, ARecordLiesOutsideOfTheFrame) {
  faults.after_deferproc = [this](G& g) {
    runtime::DeferredCall call = call_at(g.defer);
    call.argument_words += 100;
    runtime().observer()->deferred(g, call);
  };
  EXPECT_EQ(signature(kTwoInFrame), "bad-defer-chain:not a record");
}

TEST_F(FrameRecordsTest, ARecordIsTakenThatIsInUse) {
  faults.after_deferproc = [this](G& g) { runtime().observer()->deferred(g, call_at(g.defer)); };
  EXPECT_EQ(signature(kTwoInFrame), "bad-defer-chain:in use");
}

TEST_F(FrameRecordsTest, ARecordIsGivenBackTwice) {
  Address record = 0;
  faults.after_deferproc = [&](G& g) { record = g.defer; };
  faults.after_gopanic = [&](G& g) { runtime().observer()->defer_freed(g, call_at(record)); };
  EXPECT_EQ(signature(kRecoveredHere), "bad-defer-chain:freed twice");
}

TEST_F(FrameRecordsTest, ARecordIsGivenBackWhoseCallHasNotRun) {
  faults.before_gopanic = [this](G& g) { runtime().observer()->defer_freed(g, call_at(g.defer)); };
  EXPECT_EQ(signature(kRecoveredHere), "bad-defer-chain:freed unstarted");
}

}  // namespace
}  // namespace stackquake
