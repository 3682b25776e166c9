#include "harness/fuzzing/feedback.h"

#include "harness/compiler/corpus_testing.h"
#include "harness/fuzzing/watched_testing.h"
#include "harness/testing/corpus_folder.h"

namespace stackquake {
namespace {

class FeedbackTest : public WatchedTest {};

TEST_F(FeedbackTest, NothingHappensInAnEmptyMain) {
  run("package main\n\nfunc main() {\n}\n");
  for (size_t i = 0; i < kSituations; ++i) {
    EXPECT_EQ(count(static_cast<Situation>(i)), 0U) << all_situations()[i].name;
  }
  EXPECT_EQ(situations_.combinations(), 0U);
}

// One move while a deferred call is pending. Its argument is the address of a local.
TEST_F(FeedbackTest, ACopyWithAPendingCall) {
  run(R"(package main

func set(p *int) {
	*p = 1
}

func main() {
	var x int
	defer set(&x)
	move()
	trace(x)
}
)");
  EXPECT_EQ(count(Situation::kCopyMove), 1U);
  EXPECT_EQ(count(Situation::kDeferPending), 1U);
  EXPECT_EQ(count(Situation::kWordDeferArgp), 1U);
  EXPECT_EQ(count(Situation::kWordDeferredArgument), 1U);
  EXPECT_EQ(count(Situation::kFrameFunction), 1U);
  EXPECT_EQ(count(Situation::kRunByDeferreturn), 1U);
  for (const Situation other :
       {Situation::kCopyForced, Situation::kCopyGrowth, Situation::kCopyInPanic,
        Situation::kFrameGopanic, Situation::kWordDeferFn, Situation::kWordDeferPanic,
        Situation::kDeferRunByPanic, Situation::kPanic, Situation::kGoexit}) {
    EXPECT_EQ(count(other), 0U) << all_situations()[static_cast<size_t>(other)].name;
  }
}

// The inner panic aborts the outer one. The copy comes during the call that recovers both.
TEST_F(FeedbackTest, ACopyInAPanicInAPanic) {
  run(R"(package main

func main() {
	defer func() {
		move()
		trace(code(recover()))
	}()
	defer func() {
		panic(2)
	}()
	panic(1)
}
)");
  EXPECT_EQ(count(Situation::kPanic), 2U);
  EXPECT_EQ(count(Situation::kPanicNested), 1U);
  EXPECT_EQ(count(Situation::kPanicAborted), 1U);
  EXPECT_EQ(count(Situation::kCopyInNestedPanic), 1U);
  EXPECT_EQ(count(Situation::kCopyWithAbortedPanic), 1U);
  EXPECT_EQ(count(Situation::kCopyWithRecoveredPanic), 0U);
  EXPECT_EQ(count(Situation::kFrameGopanic), 2U);
  EXPECT_EQ(count(Situation::kFrameLiteral), 2U);
  EXPECT_EQ(count(Situation::kWordPanicLink), 1U);
  EXPECT_EQ(count(Situation::kDeferRunByPanic), 1U);
  EXPECT_EQ(count(Situation::kRecoverNested), 1U);
  EXPECT_EQ(count(Situation::kResumed), 1U);
  EXPECT_EQ(count(Situation::kCopyInGoexit), 0U);
}

TEST_F(FeedbackTest, WhichOfPanicAndGoexitIsInTheOther) {
  const std::string begin =
      "package main\n\nimport \"runtime\"\n\nfunc main() {\n\tdefer func() {\n";
  const std::string moved = "\t\tdefer move()\n";
  run(begin + moved + "\t\tpanic(1)\n\t}()\n\truntime.Goexit()\n}\n");
  EXPECT_EQ(count(Situation::kPanicInGoexit), 1U);
  EXPECT_EQ(count(Situation::kCopyInPanicInGoexit), 1U);
  EXPECT_EQ(count(Situation::kCopyInGoexitInPanic), 0U);
  run(begin + moved + "\t\truntime.Goexit()\n\t}()\n\tpanic(1)\n}\n");
  EXPECT_EQ(count(Situation::kGoexitInPanic), 1U);
  EXPECT_EQ(count(Situation::kCopyInGoexitInPanic), 1U);
  EXPECT_EQ(count(Situation::kCopyInPanicInGoexit), 0U);
}

// A frame that a fault interrupted is dead, unless one of its own deferred calls can resume it.
TEST_F(FeedbackTest, InterruptedFramesAreDeadWithoutADefer) {
  const std::string main = R"(
func main() {
	defer func() {
		move()
		trace(code(recover()))
	}()
	fault(0)
}
)";
  run("package main\n\nfunc fault(d int) {\n\ttrace(1 / d)\n}\n" + main);
  EXPECT_EQ(count(Situation::kFrameInterrupted), 1U);
  EXPECT_EQ(count(Situation::kFrameDead), 1U);
  EXPECT_EQ(count(Situation::kPanicByFault), 1U);
  run("package main\n\nfunc fault(d int) {\n\tdefer move()\n\ttrace(1 / d)\n}\n" + main);
  EXPECT_EQ(count(Situation::kFrameInterrupted), 2U);
  EXPECT_EQ(count(Situation::kFrameDead), 1U);
}

// The campaign warns about situations at zero. That is useful only if each of them is reachable.
class CorpusFeedbackTest : public WatchedTest {
 protected:
  uint64_t total(size_t i) const { return situations_.total(static_cast<Situation>(i)); }

  void run_corpus() {
    for (const std::string folder : {"seeds", "truth", "defects"}) {
      for (const auto& entry :
           std::filesystem::directory_iterator(corpus_folder() + "/" + folder)) {
        if (entry.path().extension() == ".go") run(read_corpus_file(entry.path()));
      }
    }
  }
};

// And no situation comes about on a design that does not meet its need.
TEST_F(CorpusFeedbackTest, EverySituationThatADesignCanBringAboutDoesSo) {
  for (const std::string_view design : {"go1.4", "go1.26", "go1.22"}) {
    std::array<uint64_t, kSituations> before{};
    for (size_t i = 0; i < kSituations; ++i) before[i] = total(i);
    const uint8_t met = needs_met_by(*runtime::make_design(design)) | kGoroutines;
    runs_.set_design(runtime::make_design(design));
    run_corpus();
    for (size_t i = 0; i < kSituations; ++i) {
      const SituationFacts& facts = all_situations()[i];
      EXPECT_EQ(total(i) != before[i], (met & facts.need) == facts.need) << facts.name << design;
    }
  }
}

}  // namespace
}  // namespace stackquake
