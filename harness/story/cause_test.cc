#include "harness/story/cause.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
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
     "A collection in `main`, line 19, has kept a node",
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
    // b3932baba
    {"go1.4", "sudog-links-kept", "sudog-links-kept", "selectgo",
     "A sudog still has its `waitlink` after selectgo in line 10",
     "without clearing their `waitlink`"},
    // 3d1c3e1e2
    {"go1.4", "nil-defer-copier", "nil-defer-copier", "adjustdefers",
     "adjustdefers reads the code of the nil func() that was deferred in line 11",
     "looks for the map of the arguments through the fn of each Defer without asking"},
    // 36207a91d
    {"go1.4", "nil-defer-start", "nil-defer-start", "gopanic",
     "gopanic in line 12 reads the code of the nil func() that was deferred in line 11",
     "without asking whether its fn is nil; in the runtime the fault is no panic"},
    // 14d2ee1d0
    {"go1.4", "faulted-frame-live", "faulted-frame-live", "gentraceback",
     "gentraceback takes the dead frame of `faults`, which a fault has interrupted in line 9,",
     "reads the frame by the pointer map of a call near the fault"},
    // bcfe519d5
    {"go1.4", "leftover-panic-overcheck", "leftover-panic-overcheck", "gentraceback",
     "gentraceback ends a right program",
     "panic 1 is aborted and its call of `main.func2` has left the list"},
    // fc6753c7c: argument maps of functions that are written in C.
    {"go1.4", "defer-argmap-lies", "defer-argmap-lies", "adjustdefers",
     "adjustdefers takes 7, a number that is an argument of the deferred call of `trace`",
     "which no compiler has made, says that every word is one"},
    // 857d55a3f
    {"go1.4", "deferreturn-splits", "deferreturn-splits", "deferreturn",
     "deferreturn is to go on upon the old stack, which copy 2",
     "lets a stack check in after it has put the arguments of `trace` into the frame of `main`"},
    // ef12bbfc9
    {"go1.4", "deferreturn-preempted", "deferreturn-preempted", "deferreturn",
     "Collection 4 in line 13 has freed a node that the arguments of `show` lead to",
     "can be preempted between copying them out of the Defer, which is off the list, and the call"},
    // 8ca3372d7
    {"go1.4", "newstack-forgets-status", "newstack-forgets-status", "newstack",
     "Goroutine 1 runs marked as waiting", "did not set the status back after the growth"},
    // 72c5d5e75
    {"go1.4", "reflectcall-writes-args-back", "reflectcall-writes-args-back", "reflectcall",
     "The Defer of `deferred` from line 14 no longer has the arguments",
     "copied the whole block of arguments back into it when the call that panic 7 ran returned"},
    // 39bcbb353
    {"go1.4", "traceback-on-own-stack", "traceback-on-own-stack", "Callers",
     "The walk of frames() in line 8 begins on the old stack, which copy 2 has freed",
     "notes its pc and sp as plain numbers, and then needs stack for the walk itself"},
    // 0120f8378
    {"go1.4", "sudog-elem-and-param-stale", "sudog-elem-and-param-stale", "chanrecv",
     "Goroutine 2 still has its `param`, the sudog that it waited with in line 10",
     "without clearing `param`"},
    // e330cc16f
    {"go1.4", "select-dequeue-by-g", "select-dequeue-by-g", "selectgo",
     "selectgo in line 11 gives a sudog back that a channel's queue still holds",
     "by looking for the goroutine, and with two cases of one channel finds the other sudog"},
    // b02450da0
    {"go1.4", "closed-send-leaves-waiting", "closed-send-leaves-waiting", "chansend",
     "Goroutine 2 still has the list of sudogs that it waited with in line 14",
     "chansend, woken by a close, panics before it clears `waiting`"},
    // 91e8554b8
    {"go1.4", "shrink-frees-early", "shrink-frees-early", "shrinkstack",
     "The collection in line 18 meets an address where no stack is any more",
     "in copy 3, freed the old stack of goroutine 2 at once"},
};

INSTANTIATE_TEST_SUITE_P(Changes, CauseTest, testing::ValuesIn(kBlames));

// The evidence of a defect with one fact changed, without which the same check must have another
// cause.
struct NearMiss {
  std::string defect;
  std::string fact;
  void (*change)(Evidence& evidence);
};

void PrintTo(const NearMiss& miss, std::ostream* out) {
  *out << miss.defect << ": " << miss.fact;
}

State& last_state(Evidence& evidence) {
  return const_cast<State&>(*evidence.last_state());
}

// The newest step of a kind.
Event& last_event(Evidence& evidence, EventKind kind) {
  auto& steps = evidence.recording.steps;
  const auto found = std::find_if(steps.rbegin(), steps.rend(),
                                  [kind](const Step& step) { return step.event.kind == kind; });
  return found->event;
}

class NearMissTest : public testing::TestWithParam<NearMiss> {};

// No rule fits: the sentence says what the check says, and blames nobody.
TEST_P(NearMissTest, TheCheckSpeaks) {
  Story story = story_of(defect_nest(GetParam().defect), "go1.4", GetParam().defect);
  GetParam().change(story.evidence);
  const Cause cause = find_cause(story.evidence);
  EXPECT_EQ(cause.function, "");
  EXPECT_THAT(cause.sentence, HasSubstr(story.evidence.violation()->message));
}

const std::vector<NearMiss> kNearMisses = {
    {"nil-defer-copier", "no pending call is of a nil func()",
     [](Evidence& evidence) {
       State& state = last_state(evidence);
       for (DeferState& record : state.defers) record.words[state.defer_layout.fn].value = 1;
     }},
    {"nil-defer-start", "another call is the first of the list",
     [](Evidence& evidence) { last_state(evidence).defer_head.value = 0; }},
    {"faulted-frame-live", "a deferred call lets the frame go on",
     [](Evidence& evidence) {
       State& state = last_state(evidence);
       for (DeferState& record : state.defers) record.frame = state.frames.back().distance;
     }},
    {"faulted-frame-live", "no fault has interrupted the frame",
     [](Evidence& evidence) { evidence.recording.steps.back().event.kind = EventKind::kTrace; }},
    {"leftover-panic-overcheck", "no panic is aborted",
     [](Evidence& evidence) {
       for (PanicState& panic : last_state(evidence).panics) panic.is_aborted = false;
     }},
    {"defer-argmap-lies", "a compiler has made the function",
     [](Evidence& evidence) {
       for (FunctionFacts& function : evidence.recording.functions) function.is_shim = false;
     }},
    {"deferreturn-splits", "the function has been called",
     [](Evidence& evidence) { last_event(evidence, EventKind::kCall).function = "trace"; }},
    {"deferreturn-splits", "the stack has not moved",
     [](Evidence& evidence) { last_event(evidence, EventKind::kCopy).kind = EventKind::kTrace; }},
    {"deferreturn-preempted", "a panic runs the call",
     [](Evidence& evidence) {
       last_event(evidence, EventKind::kStart).runner = runtime::DeferRunner::kPanic;
     }},
    {"deferreturn-preempted", "the collection has freed other objects",
     [](Evidence& evidence) { last_event(evidence, EventKind::kCollection).freed.clear(); }},
    {"newstack-forgets-status", "the goroutine has waited since",
     [](Evidence& evidence) {
       const Event wait{.kind = EventKind::kWait, .goroutine = 1};
       evidence.recording.steps.push_back({wait, std::nullopt});
     }},
    {"newstack-forgets-status", "no copy was for growth",
     [](Evidence& evidence) {
       for (Step& step : evidence.recording.steps) {
         step.event.reason = runtime::CopyReason::kMove;
       }
     }},
    {"reflectcall-writes-args-back", "the call has not returned",
     [](Evidence& evidence) { last_event(evidence, EventKind::kReturn).function = "other"; }},
    {"traceback-on-own-stack", "the audit after the copy walks",
     [](Evidence& evidence) { evidence.recording.is_copy_over = false; }},
    {"traceback-on-own-stack", "another instruction needed stack",
     [](Evidence& evidence) { evidence.recording.last_copy->value.clear(); }},
    {"sudog-elem-and-param-stale", "another goroutine gave a sudog back",
     [](Evidence& evidence) { evidence.recording.last_sudog_release.goroutine = 1; }},
    {"select-dequeue-by-g", "each case has a channel of its own",
     [](Evidence& evidence) {
       for (Step& step : evidence.recording.steps) step.event.number = 0;
     }},
    {"closed-send-leaves-waiting", "another fault",
     [](Evidence& evidence) { last_event(evidence, EventKind::kFault).number = 0; }},
    {"shrink-frees-early", "the collection has shrunk no stack",
     [](Evidence& evidence) { evidence.recording.shrunk.clear(); }},
};

INSTANTIATE_TEST_SUITE_P(Facts, NearMissTest, testing::ValuesIn(kNearMisses));

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
