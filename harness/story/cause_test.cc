#include "harness/story/cause.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "harness/story/story_testing.h"

namespace stackquake {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

// What the description of the change of Go that mended the bug blames.
struct Blame {
  std::string design;
  std::string defect;  // empty: built into the design
  std::string nest;
  std::string function;  // Go's
  std::string what;      // the beginning of the sentence
  std::string why;       // a part of it
};

void PrintTo(const Blame& blame, std::ostream* out) {
  *out << blame.design << " " << blame.nest;
}

class CauseTest : public testing::TestWithParam<Blame> {};

TEST_P(CauseTest, TheSentenceBlamesWhatTheChangeBlames) {
  const Blame& blame = GetParam();
  const Story story = story_of(defect_nest(blame.nest), blame.design, blame.defect);
  EXPECT_THAT(story.headline, AllOf(StartsWith(blame.what), HasSubstr(blame.why)));
  EXPECT_EQ(story.function, blame.function);
}

const std::vector<Blame> kBlames = {
    // f95beae61: gopanic and Goexit unlinked the record before reflectcall.
    {"before-seed", "", "panic-pops-defer", "gopanic",
     "The argument `p` of the deferred call of `set`, the address of `y` of main,",
     "gopanic had taken its Defer off the list before it called the function"},
    {"before-seed", "", "goexit-pops-defer", "Goexit",
     "The argument `p` of the deferred call of `set`, the address of `y` of main,",
     "Goexit had taken its Defer off the list before it called the function"},
    {"go1.4", "panic-pops-defer", "panic-pops-defer", "gopanic", "The argument `p`",
     "as if gopanic had taken it off the list before it called the function"},
    // f95beae61: gopanic marked itself with a record in its frame, whose link the frame pass moved.
    {"before-seed", "", "onstack-abort-defer", "gopanic", "adjustdefers leaves the list",
     "adjustframe has already moved the link to such a record to the new stack"},
    {"go1.4", "onstack-abort-defer", "onstack-abort-defer", "gopanic",
     "adjustdefers leaves the list", "marks each panic in progress with a Defer record in its own"},
    // f95beae61: the walk followed the chain of panics, which its callback rewrites.
    {"go1.4", "traceback-walks-panics", "traceback-walks-panics", "gentraceback",
     "`&p` of the closure faults.func1 in faults, the address of `p` of faults,",
     "it follows the chain of panics by links that adjustframe, its own callback, had just"},
    // f95beae61: Defer blocks were conservative memory.
    {"before-seed", "", "defer-conservative-retention", "scanblock",
     "A collection in `main`, line 17, has kept a node",
     "`x`, a number among the arguments of the deferred call of `number`, equals"},
    // 0306478fe
    {"seed", "", "goexit-reruns-started", "Goexit",
     "Goexit in line 11 starts the deferred call of `main.func1` again",
     "it does not look whether the head of the list has been started"},
    // e6708ee9b
    {"seed", "", "stale-defer-panic", "gopanic",
     "The Defer of `big` from line 18 still has its `panic`, the address of panic 1,",
     "gopanic takes a record off the list without clearing its `panic` first"},
    // 94bdf1349
    {"seed", "", "stale-defer-fn", "gopanic", "The Defer of `main.func2` from line 14",
     "gopanic takes a record off the list without clearing its `fn` first"},
    // 0f99a91bb
    {"go1.4", "adjustpanics-moved-chain", "adjustpanics-moved-chain", "adjustpanics",
     "`argp` of panic 1", "adjustframe has already moved to the new stack"},
    // f946a7ca0
    {"go1.4", "aborted-panic-linked", "aborted-panic-linked", "recovery",
     "The goroutine's chain of panics still leads to panic 1",
     "recovery took only panic 2 off the chain and left panic 1"},
    // cfb347fc0
    {"go1.4", "live-map-at-return-pc", "live-map-at-return-pc", "adjustframe", "`g` of main",
     "takes the pointer map of the return address itself instead of the call before it"},
    // f95beae61, latent
    {"before-seed", "", "closure-on-stack-skips-args", "adjustdefers",
     "The argument `p` of the deferred call of `main.func2`",
     "adjusts the closure `main.func2`, which lies on the stack, and then leaves the arguments"},
    // 5e5685459
    {"go1.4", "defer-variadic-unscanned", "defer-variadic-unscanned", "tracebackdefers",
     "The argument `n` of the deferred call of `show`", "only the first 2 words"},
    // 4534fdb14
    {"go1.4", "goexit-keeps-gpanic", "goexit-keeps-gpanic", "goexit0", "Goroutine 3",
     "goexit0 left the chain of panics in its G"},
    // b3932baba
    {"seed", "", "pool-chain-pinned", "clearpools", "A collection in `main.func1`",
     "drops the pools of records by their heads alone"},
    // fd23958f4
    {"go1.4", "freedefer-unwiped", "freedefer-unwiped", "freedefer", "A collection in `main`",
     "puts records into the pool without wiping them"},
    // 13da36084
    {"go1.4", "sudog-selectdone-stale", "sudog-selectdone-stale", "selectgo",
     "A sudog still has its `selectdone`", "without clearing their `selectdone`"},
};

INSTANTIATE_TEST_SUITE_P(Changes, CauseTest, testing::ValuesIn(kBlames));

// No rule fits: the sentence says what the check says, and blames nobody.
TEST(CauseRulesTest, WithoutAKnownCauseTheCheckSpeaks) {
  const Story story = story_of(defect_nest("faulted-frame-live"), "go1.4", "faulted-frame-live");
  EXPECT_EQ(story.headline,
            "In `faults`, line 9: the walk takes the dead frame of faults for live.");
  EXPECT_EQ(story.function, "");
}

// Which value is wrong, or how the run ends.
TEST(CauseRulesTest, ABehaviourIsToldByItsFirstDifference) {
  const auto sentence = [](const std::vector<int64_t>& expected, const std::vector<int64_t>& actual,
                           const std::string& outcome) {
    Evidence evidence;
    evidence.recording.at_end = State{};
    evidence.result.violation = runtime::Violation{.check = "behaviour-mismatch"};
    evidence.expected_traces = {{7}, expected};
    evidence.actual_traces = {{7}, actual};
    evidence.expected_outcome = "exit";
    evidence.actual_outcome = outcome;
    return find_cause(evidence).sentence;
  };
  EXPECT_EQ(sentence({1, 42}, {1, 0}, "exit"),
            "Goroutine 2 traces 0 where it must trace 42, as value 2 of its trace.");
  EXPECT_EQ(sentence({1, 2}, {1}, "exit"),
            "Goroutine 2 traces nothing more where it must trace 2, as value 2 of its trace.");
  EXPECT_EQ(sentence({1}, {1}, "panic 3"),
            "The nest ends with panic 3 where it must end with exit.");
}

TEST(CauseRulesTest, ARightRunHasNone) {
  const Story story = story_of(defect_nest("panic-pops-defer"));
  EXPECT_EQ(story.headline, "Nothing is wrong: every check is satisfied, and the outcome is exit.");
  EXPECT_EQ(story.function, "");
}

}  // namespace
}  // namespace stackquake
