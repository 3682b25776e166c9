#include "harness/story/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/story/picture_boxes.h"
#include "harness/story/shapes.h"
#include "harness/story/story_picture.h"
#include "harness/story/story_testing.h"
#include "harness/story/svg.h"

namespace stackquake {
namespace {

using testing::HasSubstr;

size_t count(const Picture& picture, ArrowKind kind) {
  return static_cast<size_t>(
      std::count_if(picture.arrows.begin(), picture.arrows.end(),
                    [kind](const Arrow& arrow) { return arrow.kind == kind; }));
}

const Box* box_titled(const Picture& picture, const std::string& title) {
  for (const Box& box : picture.boxes) {
    if (box.title.starts_with(title)) return &box;
  }
  return nullptr;
}

// Boxes of a column must not overlap, and nothing may lie outside.
void expect_tidy(const Picture& picture) {
  for (const Box& a : picture.boxes) {
    EXPECT_GE(a.x, 0);
    EXPECT_LE(a.x + a.width, picture.width);
    EXPECT_LE(a.y + a.height(), picture.height);
    for (const Box& b : picture.boxes) {
      const bool beside = a.x + a.width <= b.x || b.x + b.width <= a.x;
      const bool apart = a.y + a.height() <= b.y || b.y + b.height() <= a.y;
      EXPECT_TRUE(&a == &b || beside || apart) << a.title << " and " << b.title;
    }
  }
  for (const Arrow& arrow : picture.arrows) {
    for (const int x : {arrow.x[0], arrow.x[3]}) EXPECT_TRUE(x >= 0 && x <= picture.width);
    for (const int y : {arrow.y[0], arrow.y[3]}) EXPECT_TRUE(y >= 0 && y <= picture.height);
  }
}

TEST(PictureTest, TheWrongWordLeadsToTheOldStackAndShouldLeadToTheNew) {
  const Story story = story_of(defect_nest("panic-pops-defer"), "before-seed");
  const Picture picture = *violation_picture(story);
  expect_tidy(picture);
  ASSERT_EQ(picture.headings.size(), 3U);
  EXPECT_EQ(picture.headings[2].text, "old stack, freed by copy 3");
  EXPECT_EQ(count(picture, ArrowKind::kExpected), 1U);
  const Box* record = box_titled(picture, "Defer of set");
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->rows.front().name, "run by panic 1, off the list");
  EXPECT_EQ(record->rows.back().name, "p");
  EXPECT_TRUE(record->rows.back().is_found);
  EXPECT_TRUE(record->rows.back().is_wrong);
  const auto wrong = std::find_if(picture.arrows.begin(), picture.arrows.end(),
                                  [](const Arrow& a) { return a.kind == ArrowKind::kWrong; });
  ASSERT_NE(wrong, picture.arrows.end());
  EXPECT_GT(wrong->x[3], record->x);  // the old stack stands at the right
}

// The stack of a nest that calls itself.
std::string recursive(int depth) {
  return R"(//quake:move=prologue stack=65536
package main

func set(p *int) { *p = 42 }

func down(n int, p *int) {
	if n == 0 {
		defer set(p)
		panic(1)
	}
	down(n-1, p)
}

func main() {
	var y int
	defer func() { recover() }()
	down()" +
         std::to_string(depth) + ", &y)\n}\n";
}

TEST(PictureTest, ManyFramesAreFolded) {
  for (const int depth : {1, 60}) {
    const Story story = story_of(recursive(depth), "before-seed");
    ASSERT_NE(story.evidence.violation(), nullptr);
    const Picture picture = *violation_picture(story);
    expect_tidy(picture);
    EXPECT_LT(picture.height, 700) << depth;
    EXPECT_NE(box_titled(picture, "main"), nullptr);
    EXPECT_NE(box_titled(picture, "gopanic"), nullptr);
    if (depth != 60) continue;
    const Box* folded = box_titled(picture, "59 frames: down ×59");
    EXPECT_NE(folded, nullptr);
    EXPECT_GT(story.evidence.last_state()->frames.size(), 60U);
  }
}

TEST(PictureTest, LongArraysAreOneRow) {
  const Story story = story_of("package main\n\nfunc main() {\n\tvar a [9]int\n\tpanic(a[1])\n}\n");
  const Picture picture = *violation_picture(story);
  const Box* box = box_titled(picture, "main");
  ASSERT_NE(box, nullptr);
  ASSERT_EQ(box->rows.size(), 1U);
  EXPECT_EQ(box->rows[0].name, "a");
  EXPECT_EQ(box->rows[0].value, "9 words");
}

TEST(PictureTest, AllNestsOfTheCorpusGiveTidyPictures) {
  for (const std::string name : {"traceback-walks-panics", "stale-defer-panic", "pool-chain-pinned",
                                 "sudog-selectdone-stale", "goexit-keeps-gpanic"}) {
    SCOPED_TRACE(name);
    const Story story = story_of(defect_nest(name), "go1.4", name);
    if (const auto picture = violation_picture(story)) expect_tidy(*picture);
    for (const Step& step : story.evidence.recording.steps) {
      if (const auto picture = step_picture(story, step)) expect_tidy(*picture);
    }
  }
}

TEST(SvgTest, TextIsEscaped) {
  Picture picture;
  picture.boxes.push_back({.title = "<&\"", .width = 100});
  EXPECT_THAT(svg_of(picture, "a < b"), HasSubstr("<title>a &lt; b</title>"));
  EXPECT_THAT(svg_of(picture, ""), HasSubstr(">&lt;&amp;&quot;</text>"));
}

TEST(PictureTest, AFrameSaysWhatRunsItsDeferredCall) {
  const Story story = story_of(defect_nest("stale-defer-fn"), "seed");
  const auto picture = violation_picture(story);
  ASSERT_TRUE(picture);
  const auto box = std::find_if(picture->boxes.begin(), picture->boxes.end(),
                                [](const Box& each) { return each.title == "main.func2"; });
  ASSERT_NE(box, picture->boxes.end());
  EXPECT_EQ(box->rows.front().name, "run by panic 1");
}

// The run ends before the function of the call that panic 2 runs has a frame.
TEST(PictureTest, AFrameShowsItsOpenCodedCallsAndPanicsTheirFrames) {
  const std::string nest = R"(package main

func set(p *int) {
	*p = 1
}

func wait() {}

func main() {
	var x int
	defer wait()
	defer set(&x)
	panic(2)
}
)";
  const auto rows_of = [&](const std::string& design, const std::string& title) {
    const Story story = story_of(nest, design, "gpanic-not-adjusted");
    const Picture picture = *violation_picture(story);
    expect_tidy(picture);
    const Box* box = box_titled(picture, title);
    std::vector<std::string> rows;
    for (const Row& row : box == nullptr ? std::vector<Row>() : box->rows) {
      rows.push_back(row.name + " " + row.value);
    }
    return rows;
  };
  for (const std::string design : {"go1.14", "go1.18", "go1.22", "go1.26"}) {
    const std::string set = design == "go1.14" ? "set" : "main.deferwrap1";
    EXPECT_THAT(rows_of(design, "main"), testing::Contains("pending wait")) << design;
    EXPECT_THAT(rows_of(design, "main"), testing::Not(testing::Contains("pending " + set)));
    EXPECT_THAT(rows_of(design, "gopanic"), testing::Contains("starts " + set)) << design;
  }
  for (const std::string design : {"go1.14", "go1.18"}) {
    EXPECT_THAT(rows_of(design, "Defer of the open-coded calls of main"),
                testing::Contains("stands for the frame "));
  }
  for (const std::string design : {"go1.22", "go1.26"}) {
    EXPECT_THAT(rows_of(design, "gopanic"), testing::Contains("Panic.start_sp frame of gopanic"));
    EXPECT_THAT(rows_of(design, "gopanic"), testing::Contains("Panic.sp frame of main"));
  }
  EXPECT_THAT(rows_of("go1.4", "main"), testing::Not(testing::Contains("pending wait")));
  EXPECT_THAT(rows_of("go1.4", "gopanic"), testing::Not(testing::Contains(HasSubstr("starts"))));
  EXPECT_THAT(rows_of("go1.4", "Defer of wait"), testing::Contains("pending "));
}

// harness/story/README.md has the command that makes it.
TEST(SvgTest, ThePictureOfTheFirstPageIsMadeAnew) {
  const Story story = story_of(defect_nest("panic-pops-defer"), "before-seed");
  const std::string file = corpus_folder() + "/../harness/story/pictures/panic-pops-defer.svg";
  EXPECT_EQ(violation_svg(story), read_text(file));
}

}  // namespace
}  // namespace stackquake
