// Most nests are small. Counts those that are not, among many: each limit of the language and each
// combination of limits.def has to come up.

#include "harness/generator/limits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <string>

#include "harness/compiler/nest_runner.h"
#include "harness/generator/generator.h"
#include "harness/language/nest_testing.h"
#include "runtime_under_test/records.h"

namespace stackquake {
namespace {

using runtime::FrameVisitor;
using runtime::GcPolicy;
using runtime::Stkframe;

constexpr uint64_t kNestsToCount = 20'000;

// Looks how far a run goes.
class FarRun final : public runtime::Observer {
 public:
  FarRun(runtime::Runtime& runtime, LimitCensus& census) : runtime_(runtime), census_(census) {}

  void copying_stack(const runtime::G& g) override { walk(g); }
  void collecting() override {
    if (const runtime::G* g = runtime_.scheduler().current()) walk(*g);
  }
  void collected(const runtime::Collection& done) override {
    alive_ -= std::min<uint64_t>(alive_, done.freed.size());
    if (alive_ > 1000) census_.note(Limit::kManyAlive);
  }
  void allocated(runtime::Address /*object*/, uint32_t /*words*/, uint16_t /*type*/) override {
    ++alive_;
  }
  void stack_copied(const runtime::G& g, const runtime::StackCopy& /*copy*/) override {
    if (g.stack.bytes() > 65536) census_.note(Limit::kLargeStack);
  }
  void panicked(const runtime::G& g, const runtime::Unwinding& /*panic*/) override {
    uint64_t count = 0;
    for (runtime::Address panic = g.panic; panic != 0;) {
      panic = runtime::record_at<runtime::Panic>(panic)->link;
      ++count;
    }
    if (count > 8) census_.note(Limit::kManyPanics);
  }

 private:
  void walk(const runtime::G& g) {
    struct Counter final : FrameVisitor {
      void visit(const Stkframe& /*frame*/) override { ++count; }
      uint64_t count = 0;
    } frames;
    runtime_.design().gentraceback(g, frames);
    if (frames.count > 100) census_.note(Limit::kDeepWalk);
    if (frames.count > 1000) census_.note(Limit::kDeepestWalk);
  }

  runtime::Runtime& runtime_;
  LimitCensus& census_;
  uint64_t alive_ = 0;
};

bool asks_for_collections(const Nest& nest) {
  bool asks = nest.directives.gc != GcPolicy::kNone;
  for_each_expression(nest, [&](const Expression* one) {
    asks |= one->kind == ExpressionKind::kBuiltinCall && one->builtin == Builtin::kGC;
  });
  return asks;
}

void run_large(const Nest& nest, NestRunner& runner, LimitCensus& census) {
  runner.adopt(nest);
  FarRun watch(runner.runtime(), census);
  const runtime::Stats& stats = runner.run(options_of(nest.directives), watch).stats;
  if (stats.collections > 0 && !asks_for_collections(nest)) census.note(Limit::kOwnCollection);
  if (stats.preemptions > 0) census.note(Limit::kPreemption);
  if (stats.goroutines > 100) census.note(Limit::kManyStacks);
}

TEST(Limits, TellsWhatATextHas) {
  Arena arena;
  LimitCensus census;
  census.count(
      *load_good("//quake:limit=524288\npackage main\n\nfunc r1(n int) {\n\tif n < 1 {\n"
                 "\t\treturn\n\t}\n\tr1(n - 1)\n}\n\nfunc main() {\n\tvar e any\n"
                 "\tvar a [1024]int\n\tx := 3\n\tx = 3 - x\n"
                 "\tfor i := 0; i < 101; i++ {\n\t\tdefer func() {\n"
                 "\t\t\te = recover()\n\t\t\ta[x&1] = 1\n\t\t}()\n\t}\n\tr1(101)\n"
                 "\tif !(x == 1 || x == 2 && (x == 3 || e == nil)) {\n\t\ttrace(x)\n\t}\n}\n",
                 arena));
  for (const Limit limit :
       {Limit::kLargeLimit, Limit::kLongArray, Limit::kLongestArray, Limit::kLongLoop,
        Limit::kManyDefers, Limit::kBoxedArray, Limit::kBoxedAny, Limit::kCapturedAny,
        Limit::kStoreInBoxedArray, Limit::kDeep, Limit::kDeeper, Limit::kDeepCondition}) {
    EXPECT_EQ(census.nests(limit), 1) << kLimitNames.at(static_cast<size_t>(limit));
  }
  for (const Limit limit : {Limit::kDeepest, Limit::kLargeDeferred, Limit::kManyGoroutines,
                            Limit::kBoxedResult, Limit::kLargeFrame, Limit::kDeepBlocks}) {
    EXPECT_EQ(census.nests(limit), 0) << kLimitNames.at(static_cast<size_t>(limit));
  }
}

TEST(Limits, EveryOneIsReached) {
  Arena arena;
  Diagnostic diagnostic;
  LimitCensus census;
  NestRunner runner("go1.4");
  uint64_t large = 0;
  for (uint64_t number = 0; number < kNestsToCount; ++number) {
    arena.reset();
    Random random(seed_of_nest(1, number));
    const GeneratorOptions options{
        .goroutines = number % 4 >= 2, .hand_overs = 50, .profile = kProfiles.at(number % 2)};
    Generator generator(random, arena, options);
    Nest* nest = generator.nest();
    ASSERT_TRUE(check(*nest, arena, diagnostic)) << diagnostic.message;
    census.count(*nest);
    if (generator.scale() == 1) continue;
    ++large;
    run_large(*nest, runner, census);
  }
  std::fputs(census.table().c_str(), stdout);
  for (size_t i = 0; i < kLimitNames.size(); ++i) {
    EXPECT_GT(census.nests(static_cast<Limit>(i)), 0) << kLimitNames.at(i);
  }
  EXPECT_LT(large, kNestsToCount / 25) << "most nests are small";
}

// As in census_test.cc: the numbers in README.md are of the day they were printed, the rows of
// today.
TEST(Limits, ThePageHasEveryRow) {
  const std::string page = read_text(corpus_folder() + "/../harness/generator/README.md");
  const std::string table = LimitCensus().table();
  std::istringstream rows(table);
  for (std::string row; std::getline(rows, row);) {
    const std::string begin = row.substr(0, row.find(" 0 |"));
    EXPECT_NE(page.find("\n" + begin), std::string::npos) << begin;
  }
}

}  // namespace
}  // namespace stackquake
