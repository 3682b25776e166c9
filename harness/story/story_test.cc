#include "harness/story/story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/story/story_json.h"
#include "harness/story/story_picture.h"
#include "harness/story/story_testing.h"
#include "harness/story/story_text.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> tree(const Story& story) {
  std::vector<std::string> lines;
  for (const NestingLine& line : story.nesting) {
    lines.push_back(std::string(line.depth, '-') + line.text + " " + std::to_string(line.line));
  }
  return lines;
}

TEST(StoryTest, TheTreeHasCallsPanicsAndDeferredCalls) {
  EXPECT_THAT(tree(story_of(defect_nest("panic-pops-defer"), "before-seed")),
              ElementsAre("main 18", "-pending: deferred call main.func1 13", "-panic 1 18",
                          "--deferred call set, run by panic 1, about to begin 17"));
  EXPECT_THAT(
      tree(story_of(defect_nest("goexit-reruns-started"), "seed")),
      ElementsAre("main 13", "-panic 1 13", "--deferred call main.func1, run by panic 1 11",
                  "---Goexit 11", "----deferred call main.func1, run by Goexit, about to begin 9"));
}

// Of a design a deferred call is in a record in the heap or in a frame, or in a slot; with
// arguments it may be a wrapper.
TEST(StoryTest, TheTreeIsTheSameWhereverDeferredCallsAreKept) {
  const std::string waits = R"(package main

func wait(c chan int, n int) {
	<-c
}

func run(c chan int) {
	defer trace(1)
	defer wait(c, 2)
	defer func() {
		trace(3)
	}()
	panic(4)
}

func main() {
	c := make(chan int)
	defer trace(5)
	defer func() {
		trace(6)
	}()
	for i := 0; i < 1; i++ {
		func() {
			defer trace(7)
			run(c)
		}()
	}
}
)";
  for (const std::string_view design : runtime::design_names()) {
    EXPECT_THAT(tree(story_of(waits, std::string(design))),
                ElementsAre("main 23", "-pending: deferred call main.func1 19",
                            "-pending: deferred call trace 18", "-call main.func2 25",
                            "--pending: deferred call trace 24", "--call run 13",
                            "---pending: deferred call trace 8", "---panic 4 13",
                            "----deferred call wait, run by panic 4 4"))
        << design;
  }
}

// The chain of panics is found to be wrong before the function of the deferred call has a frame.
TEST(StoryTest, ACallThatIsAboutToBeginIsInTheTreeWhereverItWasKept) {
  const std::string panics = R"(package main

func set(p *int, n int) {
	*p = n
}

func main() {
	var x int
	defer trace(1)
	defer set(&x, 2)
	panic(3)
}
)";
  for (const std::string design : {"go1.4", "go1.13", "go1.14", "go1.18", "go1.22", "go1.26"}) {
    EXPECT_THAT(tree(story_of(panics, design, "gpanic-not-adjusted")),
                ElementsAre("main 11", "-pending: deferred call trace 9", "-panic 3 11",
                            "--deferred call set, run by panic 3, about to begin 10"))
        << design;
  }
}

TEST(StoryTest, ANilCallIsInTheTreeThoughItHasNoFrame) {
  const std::string calls_nil = R"(package main

func main() {
	var f func()
	defer trace(1)
	defer f()
	panic(2)
}
)";
  for (const std::string_view design : runtime::design_names()) {
    const std::vector<std::string> lines = tree(story_of(calls_nil, std::string(design)));
    EXPECT_THAT(lines, testing::Contains("--deferred call nil func(), run by panic 2 0")) << design;
    EXPECT_THAT(lines, testing::Contains("---fault 7")) << design;
  }
}

TEST(StoryTest, CallsThatAreAlikeAreOneLineOfTheTree) {
  const Story story = story_of(R"(package main

func down(n int) {
	if n == 0 {
		panic(4)
	}
	down(n - 1)
}

func main() {
	defer func() { panic(5) }()
	down(20)
}
)");
  EXPECT_THAT(tree(story),
              ElementsAre("main 12", "-call down ×20 7", "--call down 5", "---panic 4, aborted 5",
                          "----deferred call main.func1, run by panic 4 11", "-----panic 5 11"));
}

TEST(StoryTest, TheWrongWordHasItsHistoryByNames) {
  const Story story = story_of(defect_nest("panic-pops-defer"), "before-seed");
  ASSERT_EQ(story.history.size(), 4U);
  EXPECT_EQ(story.history[1].text,
            "stored: the address of `y` of main, copied from a temporary of main");
  EXPECT_EQ(story.history[3].text, "missed by copy 3");
  EXPECT_TRUE(story.history[3].is_wrong);
  EXPECT_THAT(story.holds, HasSubstr("where y of main was before the copy"));
  EXPECT_THAT(story.should_hold, HasSubstr("the address of y of main"));
}

// set stores 42 in y, which the second deferred call traces: expected by Go's specification.
TEST(StoryTest, TheFirstDifferenceOfTheBehaviourIsMarked) {
  const Story story = story_of(defect_nest("panic-pops-defer"), "before-seed");
  ASSERT_EQ(story.traces.size(), 1U);
  EXPECT_THAT(story.traces[0].expected, ElementsAre(1, 42));
  EXPECT_THAT(story.traces[0].actual, ElementsAre(1, 0));
  EXPECT_EQ(story.traces[0].difference(), 1U);
  EXPECT_THAT(story_text(story), HasSubstr(" > 42                    0   <- first difference\n"));
}

TEST(StoryTest, ATraceThatEndsEarlyDiffersWhereItEnds) {
  EXPECT_EQ((TracePair{{1, 2}, {1}}.difference()), 1U);
  EXPECT_EQ((TracePair{{1}, {1}}.difference()), std::nullopt);
}

TEST(StoryTest, TheTextBeginsWithWhatMatters) {
  const std::string text = story_text(story_of(defect_nest("panic-pops-defer"), "before-seed"));
  size_t last = 0;
  for (const std::string part :
       {"The argument `p` of the deferred call", "- at fault: `gopanic`", "## In progress",
        "## The nest", "> ", "## The wrong word", "**missed by copy 3**", "## Behaviour"}) {
    const size_t place = text.find(part, last);
    ASSERT_NE(place, std::string::npos) << part;
    last = place;
  }
}

TEST(StoryTest, ARightRunSaysSo) {
  const std::string text = story_text(story_of(defect_nest("panic-pops-defer")));
  EXPECT_THAT(text, HasSubstr("Nothing is wrong"));
  EXPECT_THAT(text, HasSubstr("the nest behaves as it must: exit."));
  EXPECT_THAT(text, Not(HasSubstr("## The wrong word")));
}

// selectgo has gone on to a case when the run ends.
TEST(StoryTest, TheGoroutineStandsWhereTheViolationIs) {
  const Story story = story_of(defect_nest("select-dequeue-by-g"), "go1.4", "select-dequeue-by-g");
  EXPECT_EQ(story.nesting.back().text, "choose");
  EXPECT_EQ(story.nesting.back().line, 11U);
}

TEST(StoryTest, ARunThatTheRuntimeEndsSaysWithWhat) {
  const Story story =
      story_of(defect_nest("newstack-forgets-status"), "go1.4", "newstack-forgets-status");
  EXPECT_THAT(story_text(story), HasSubstr("\n- ends with: throw: bad g status"));
}

TEST(StoryJsonTest, ItHasItsSchemaAndWholePictures) {
  const Story story = story_of(defect_nest("panic-pops-defer"), "before-seed");
  const auto json = nlohmann::json::parse(story_json(story));
  EXPECT_EQ(json.at("schema"), kStorySchema);
  EXPECT_EQ(json.at("verdict"), "violation");
  EXPECT_EQ(json.at("headline"), story.headline);
  EXPECT_EQ(json.at("violation").at("check"), "stale-pointer");
  EXPECT_EQ(json.at("behaviour").at("traces").at(0).at("first_difference"), 1);
  EXPECT_EQ(json.at("text"), story_text(story));
  EXPECT_EQ(json.at("svg"), violation_svg(story));
  EXPECT_THAT(violation_svg(story), testing::StartsWith("<svg "));
  const size_t groups = json.at("groups").size();
  size_t pictures = 0;
  for (const auto& step : json.at("steps")) {
    EXPECT_NE(step.at("text"), "");
    if (step.at("picture").is_null()) continue;
    ++pictures;
    for (const auto& placed : step.at("picture").at("groups")) {
      EXPECT_LT(placed.at(0).get<size_t>(), groups);
    }
  }
  EXPECT_GT(pictures, 10U);
  EXPECT_LT(groups, 4 * pictures);  // equal boxes are there once
}

TEST(StoryJsonTest, EqualRunsGiveEqualBytes) {
  const std::string nest = defect_nest("traceback-walks-panics");
  EXPECT_EQ(story_json(story_of(nest, "go1.4", "traceback-walks-panics")),
            story_json(story_of(nest, "go1.4", "traceback-walks-panics")));
}

}  // namespace
}  // namespace stackquake
