// Fuel bounds the time of a run, whatever its nest does: nests that make copies, walks, collections
// and audits as large as they can, and as many, and never end by themselves. Each is run with all
// its fuel and under every check.

#include <gtest/gtest.h>

#include <ctime>
#include <ostream>
#include <string>

#include "harness/compiler/nest_runner.h"
#include "harness/run/nest_checker.h"

namespace stackquake {
namespace {

// Of processor time, in a build with sanitizers too.
constexpr double kMostSeconds = 5;

// On a busy machine now and then one of these many runs takes that long; not all of them do.
constexpr int kAttempts = 3;

// A machine that is slow may take longer, but not longer than this many runs that use the same fuel
// for calls of an empty function. The dearest nest here takes 5 of them, one whose time grows with
// the square of its fuel takes hundreds.
constexpr double kMostRunsOfCalls = 12;

struct SlowNest {
  std::string name;
  std::string text;
  std::string_view design = "go1.4";
};

void PrintTo(const SlowNest& nest, std::ostream* out) {
  *out << nest.name;
}

std::string repeated(int times, const std::string& statements) {
  return "for i := 0; i < " + std::to_string(times) + "; i++ {\n" + statements + "\n}\n";
}
std::string for_ever(const std::string& statements) {
  return repeated(1'000'000'000, statements);
}

// `main` are the statements of main, `functions` stand before it.
SlowNest nest(const std::string& name, const std::string& main, const std::string& functions = "",
              const std::string& directives = "limit=16777216") {
  const bool imports = (main + functions).find("runtime.") != std::string::npos;
  return {name, "//quake:" + directives + "\npackage main\n\n" +
                    (imports ? "import \"runtime\"\n\n" : "") + "func f() {\n}\n\n" + functions +
                    "\nfunc main() {\n" + main + "}\n"};
}

// On another design than the first.
SlowNest on(std::string_view design, SlowNest nest) {
  nest.design = design;
  return nest;
}

// Calls itself `times` times, each time before these statements.
std::string deep(const std::string& statements) {
  return "func r(n int) {\nif n > 0 {\nr(n - 1)\n}\n" + statements + "}\n";
}

// Panics, by a fault, and in the deferred call again, `times` times; then come these statements.
std::string faulting(const std::string& statements) {
  return "func r(n int) {\nvar p *int\ndefer func() {\nif n > 0 {\nr(n - 1)\n}\n" + statements +
         "}()\n*p = 1\n}\n";
}

// Waits for ever.
const std::string kWaiter = "func w(c chan int) {\n<-c\n}\n";
std::string thousand_waiters(const std::string& statements) {
  return "c := make(chan int)\n" + repeated(1000, "go w(c)") + "runtime.Gosched()\n" + statements;
}

std::string select_of(int cases, const std::string& last) {
  std::string text = "select {\n";
  for (int i = 0; i < cases; ++i) text += "case <-c:\n";
  return text + last + "}";
}

std::string statements(int count, const std::string& statement) {
  std::string text;
  for (int i = 0; i < count; ++i) text += statement;
  return text;
}

const SlowNest kNests[] = {
    // Deferred calls that every copy, walk and collection has to look at.
    nest("MovesWithMoreAndMoreDeferredCalls", for_ever("defer f()\nmove()")),
    nest("WalksWithMoreAndMoreDeferredCalls", for_ever("defer f()\nframes()")),
    nest("CollectionsWithMoreAndMoreDeferredCalls", for_ever("defer f()\nruntime.GC()")),
    nest("ShrinksWithManyDeferredCalls",
         repeated(3000, "defer f()") + for_ever("grow(3000)\nshrink()")),
    nest("LargeDeferredArguments", "var a [512]int\n" + for_ever("defer g(a)\nmove()"),
         "func g(a [512]int) {\n}\n"),
    on("go1.13", nest("CallsWithMoreAndMoreDeferredCalls", for_ever("defer f()\ng()"),
                      "func g() {\ndefer f()\n}\n")),
    on("go1.18", nest("CallsWithMoreAndMoreDeferredCallsAndSlots", for_ever("defer f()\ng()"),
                      "func g() {\ndefer f()\n}\n")),
    nest("PanicRunsManyDeferredCalls", repeated(300'000, "defer f()") + "panic(1)\n"),
    nest("MovesWithManyPooledRecords", "p()\n" + for_ever("move()"),
         "func p() {\n" + repeated(300'000, "defer f()") + "}\n"),

    // Deep stacks.
    nest("MovesOfADeepStack", "r(100000)\n", deep(for_ever("move()"))),
    nest("WalksOfADeepStack", "r(100000)\n", deep(for_ever("frames()"))),
    nest("CollectionsOfADeepStack", "r(100000)\n", deep(for_ever("runtime.GC()"))),
    nest("PanicsInPanics", "r(1000000)\n",
         "func r(n int) {\ndefer func() {\nmove()\nr(n - 1)\n}()\npanic(n)\n}\n"),
    nest("MovesAfterFaultsInFaults", "r(2000)\n", faulting(for_ever("move()"))),
    nest("WalksAfterFaultsInFaults", "r(2000)\n", faulting(for_ever("frames()"))),
    nest("CollectionsAfterFaultsInFaults", "r(2000)\n", faulting(for_ever("runtime.GC()"))),

    // Many goroutines.
    nest("MovesBesideAThousandGoroutines", thousand_waiters(for_ever("move()")), kWaiter),
    nest("CollectionsBesideAThousandGoroutines", thousand_waiters(for_ever("runtime.GC()")),
         kWaiter),
    nest("AThousandGoroutinesSend",
         "c := make(chan int)\n" + repeated(1000, "go w(c)") + for_ever("c <- i"),
         "func w(c chan int) {\n" + for_ever("<-c") + "}\n"),
    nest("AThousandGoroutinesMoveInTurn", repeated(1000, "go w()") + for_ever("runtime.Gosched()"),
         "func w() {\n" + for_ever("move()\nruntime.Gosched()") + "}\n"),
    nest("SelectOfManyCases", "c := make(chan int)\n" + for_ever(select_of(3000, "default:\n"))),
    nest("SelectOfManyCasesWaits",
         "c := make(chan int)\nd := make(chan int)\ngo w(d)\n" +
             for_ever(select_of(3000, "case <-d:\n")),
         "func w(d chan int) {\n" + for_ever("d <- i") + "}\n"),

    // Large heaps.
    nest("AListThatGrows", "var m *node\n" + for_ever("m = &node{val: i, next: m}") + "_ = m\n"),
    nest("CollectionsOfAList", "var m *node\n" + repeated(50'000, "m = &node{val: i, next: m}") +
                                   for_ever("runtime.GC()") + "_ = m\n"),
    nest("ChannelsOfPointersThatStay", "r(0)\n",
         "func r(n int) {\nc := make(chan *node, 1024)\nr(n + 1)\n_ = c\n}\n"),
    nest("CollectionsWithNothingToDo", for_ever("runtime.GC()"), "", "stack=256"),

    // Forced copies and collections.
    nest("ForcedEverywhere", for_ever("f()"), "", "stack=256 move=safepoint gc=safepoint"),
    nest("ForcedWithMoreAndMoreDeferredCalls", for_ever("defer f()"), "",
         "stack=256 move=safepoint gc=safepoint"),
    nest("ForcedBesideAThousandGoroutines", thousand_waiters(for_ever("f()")), kWaiter,
         "stack=256 move=safepoint gc=safepoint"),
    nest("ForcedInFaultsInFaults", "r(1000000)\n", faulting(""),
         "limit=16777216 move=safepoint gc=safepoint"),
    on("go1.18", nest("ForcedInFaultsInFaultsWithSlots", "r(1000000)\n", faulting(""),
                      "limit=16777216 move=safepoint gc=safepoint")),

    // Work for audits alone.
    nest("EverySituationIsNew",
         repeated(3000, "defer f()") + "var m *node\n" +
             for_ever(statements(1500, "m = &node{val: i, next: m}\nf()\n")) + "_ = m\n"),
    nest("LargeArrays",
         "var a [1024]int\nvar b [1024]int\n" + for_ever("a = b\nb = a") + "trace(a[0])\n"),
};

class SlowNestsTest : public testing::TestWithParam<SlowNest> {};

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// The processor time that a run of the nest takes, with all its fuel and under every check.
double seconds_of(const SlowNest& slow) {
  NestChecker checker(slow.design);
  Diagnostic diagnostic;
  const Nest* nest = checker.load(slow.text, diagnostic);
  EXPECT_NE(nest, nullptr) << to_string(diagnostic, "nest") << "\n" << slow.text;
  if (nest == nullptr) return 0;
  const double start = processor_seconds();
  const runtime::RunResult& result = checker.run(options_of(nest->directives), Checks::kAll);
  EXPECT_FALSE(result.violation) << result.violation->signature;
  return processor_seconds() - start;
}

TEST_P(SlowNestsTest, EndsInTime) {
  double seconds = kMostSeconds;
  for (int i = 0; i < kAttempts && seconds >= kMostSeconds; ++i) seconds = seconds_of(GetParam());
  if (seconds < kMostSeconds) return;
  EXPECT_LT(seconds, kMostRunsOfCalls * seconds_of(nest("Calls", for_ever("f()"))));
}

INSTANTIATE_TEST_SUITE_P(Nests, SlowNestsTest, testing::ValuesIn(kNests),
                         [](const auto& nest) { return nest.param.name; });

}  // namespace
}  // namespace stackquake
