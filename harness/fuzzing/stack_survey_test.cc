#include "harness/fuzzing/stack_survey.h"

#include <gtest/gtest.h>

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/compiler/corpus_testing.h"
#include "runtime_under_test/designs/designs.h"
#include "runtime_under_test/memory.h"
#include "runtime_under_test/observer.h"

namespace stackquake {
namespace {

// Surveys every copy, and keeps the last survey for the test.
class Looker final : public runtime::Observer {
 public:
  Looker(const runtime::Runtime& runtime, std::function<void(const StackSurvey&)> see)
      : survey_(runtime), see_(std::move(see)) {}
  void stack_copied(const runtime::G& g, const runtime::StackCopy& /*copy*/) override {
    survey_.look(g);
    see_(survey_);
  }

 private:
  StackSurvey survey_;
  std::function<void(const StackSurvey&)> see_;
};

class StackSurveyTest : public testing::Test {
 protected:
  void at_copies_of(std::string_view text, std::function<void(const StackSurvey&)> see) {
    Compiler compiler(runtime_.design());
    const CompiledNest nest = compile_nest(compiler, text);
    Looker looker(runtime_, std::move(see));
    runtime_.run(nest.program, nest.options, looker);
  }

  runtime::Runtime runtime_{runtime::make_design("go1.4")};
};

TEST_F(StackSurveyTest, FramesFromTheInnermostOutwards) {
  int copies = 0;
  const auto see = [&](const StackSurvey& survey) {
    ++copies;
    std::vector<FrameKind> kinds;
    for (const SurveyedFrame& frame : survey.frames()) kinds.push_back(frame.kind);
    EXPECT_EQ(kinds, (std::vector{FrameKind::kLiteral, FrameKind::kReflectcall, FrameKind::kGopanic,
                                  FrameKind::kFunction}));
    EXPECT_EQ(survey.panics().size(), 1U);
    EXPECT_TRUE(survey.in_panic());
    EXPECT_EQ(survey.goexits(), 0U);
    ASSERT_EQ(survey.defers().size(), 1U);
    EXPECT_EQ(survey.closure_place(survey.defers()[0]), ClosurePlace::kStatic);
    EXPECT_EQ(survey.function_of(survey.defers()[0])->name, "main.func1");
  };
  at_copies_of(
      "package main\n\nfunc main() {\n\tdefer func() {\n\t\tmove()\n\t}()\n\tpanic(1)\n}\n", see);
  EXPECT_EQ(copies, 1);
}

// In main the calls are open-coded, and those in f, which has a loop, have records.
TEST_F(StackSurveyTest, PendingCallsInTheOrderOfTheirFrames) {
  runtime_.set_design(runtime::make_design("go1.22"));
  using runtime::DeferPlace;
  std::vector<DeferPlace> places;
  const auto see = [&](const StackSurvey& survey) {
    for (const runtime::DeferredCall& d : survey.defers()) places.push_back(d.place);
  };
  at_copies_of(R"(package main

func f() {
	defer trace(2)
	for i := 0; i < 1; i++ {
		defer trace(1)
	}
	move()
}

func main() {
	defer trace(4)
	defer trace(3)
	f()
}
)",
               see);
  EXPECT_EQ(places, (std::vector{DeferPlace::kHeap, DeferPlace::kFrame, DeferPlace::kSlot,
                                 DeferPlace::kSlot}));
}

TEST_F(StackSurveyTest, AGoexitIsNoPanicWhereItHasARecord) {
  runtime_.set_design(runtime::make_design("go1.22"));
  const auto see = [&](const StackSurvey& survey) {
    EXPECT_EQ(survey.panics().size(), 0U);
    EXPECT_EQ(survey.goexits(), 1U);
  };
  at_copies_of(
      "package main\n\nimport \"runtime\"\n\nfunc main() {\n\tdefer move()\n"
      "\truntime.Goexit()\n}\n",
      see);
}

TEST_F(StackSurveyTest, WhereTheClosureOfADeferredCallLies) {
  std::vector<ClosurePlace> places;
  const auto see = [&](const StackSurvey& survey) {
    for (const runtime::DeferredCall& d : survey.defers()) {
      places.push_back(survey.closure_place(d));
    }
  };
  at_copies_of(R"(package main

func main() {
	var x int
	var nothing func()
	defer func() {
		trace(code(recover()))
	}()
	defer nothing()
	for i := 0; i < 1; i++ {
		defer func() {
			x++
		}()
	}
	defer func() {
		x++
	}()
	move()
}
)",
               see);
  EXPECT_EQ(places, (std::vector{ClosurePlace::kOwnStack, ClosurePlace::kHeap, ClosurePlace::kNil,
                                 ClosurePlace::kStatic}));
}

// The survey is made for runs in which pointers go wrong, so it must survive broken lists.
TEST_F(StackSurveyTest, AListThatIsBrokenJustEnds) {
  bool seen = false;
  at_copies_of("package main\n\nfunc main() {\n\tmove()\n}\n", [&](const StackSurvey& survey) {
    if (seen) return;
    seen = true;
    EXPECT_FALSE(survey.readable(0));
    EXPECT_FALSE(survey.readable(survey.frames()[0].frame.sp + 1));
    EXPECT_FALSE(survey.readable(runtime::kMemoryEnd));
    EXPECT_TRUE(survey.readable(survey.frames()[0].frame.sp));
    runtime::G& g = runtime_.scheduler().goroutine(0);
    runtime::Defer stray{};
    const runtime::Address before = g.defer;
    g.defer = runtime::address_of(&stray);
    StackSurvey again(runtime_);
    again.look(g);
    EXPECT_TRUE(again.defers().empty());
    g.defer = before;
  });
  EXPECT_TRUE(seen);
}

}  // namespace
}  // namespace stackquake
