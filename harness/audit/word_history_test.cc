// The nests begin with a line feed, which is not counted: line 1 is the package clause.

#include "harness/audit/word_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/audit/faulty_design_testing.h"
#include "harness/audit/investigate.h"
#include "harness/compiler/nest_runner.h"
#include "runtime_under_test/records.h"
#include "runtime_under_test/traceback.h"

namespace stackquake {
namespace {

using runtime::Address;
using runtime::G;
using runtime::Stack;
using runtime::Violation;
using runtime::Word;
using runtime::WordEvent;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::StartsWith;

// An event without its value: "missed 2 in main:11: text", with the number of a copy or
// collection, and "2x3" for the last of three copies.
std::string brief(const WordEvent& event) {
  std::string text(to_string(event.kind));
  if (event.number != 0) text += " " + std::to_string(event.number);
  if (event.count != 1) text += "x" + std::to_string(event.count);
  text += " in " + event.function + ":" + std::to_string(event.line);
  return event.what.empty() ? text : text + ": " + event.what;
}

std::vector<std::string> briefs(const std::vector<WordEvent>& events) {
  std::vector<std::string> texts;
  texts.reserve(events.size());
  for (const WordEvent& event : events) texts.push_back(brief(event));
  return texts;
}

class WordHistoryTest : public testing::Test {
 protected:
  // Runs a nest and keeps the history of the wrong word. The nest begins with a line feed.
  void find(const std::string& text) {
    load(text);
    const auto& violation = checker_->run(runner_->program(), {}).violation;
    ASSERT_TRUE(violation);
    violation_ = investigate(*checker_, runner_->program(), {}, *violation);
  }

  void load(const std::string& text) {
    runner_ = std::make_unique<NestRunner>(std::make_unique<FaultyDesign>(faults_));
    checker_ = std::make_unique<Checker>(runner_->runtime());
    text_ = text.substr(1);
    Diagnostic diagnostic;
    ASSERT_NE(runner_->load(text_, diagnostic), nullptr) << to_string(diagnostic, "nest");
  }

  // The copy with this number, counted from 1, does not adjust the pointer that `victim` finds.
  using Victim = std::function<Word*(const G&)>;
  void miss(uint64_t copy, const Victim& victim) {
    at_copy(copy,
            [victim](G& g, const Stack& old_stack) { *victim(g) += old_stack.hi - g.stack.hi; });
  }

  void at_copy(uint64_t copy, const std::function<void(G&, const Stack&)>& fault) {
    faults_.after_copystack = [this, copy, fault](G& g, const Stack& old_stack) {
      if (runner_->runtime().stats().copies + 1 == copy) fault(g, old_stack);
    };
  }

  // The first argument to the function that runs.
  Victim first_argument() {
    return [this](const G& g) {
      return runtime::at(runtime::frame_at(runner_->program(), g.sched.pc, g.sched.sp).argp);
    };
  }

  Faults faults_;
  std::string text_;
  std::unique_ptr<NestRunner> runner_;
  std::unique_ptr<Checker> checker_;
  Violation violation_;
};

// ---- Stack words ----

constexpr const char* kMoveInCallee = R"(
package main

func set(p *int) {
	move()
	move()
	move()
	*p = 42
}

func main() {
	var y int
	set(&y)
	trace(y)
}
)";

TEST_F(WordHistoryTest, StoredThenMissed) {
  miss(1, first_argument());
  find(kMoveInCallee);
  EXPECT_EQ(violation_.check, "stale-pointer");
  EXPECT_THAT(briefs(violation_.history),
              ElementsAre(MatchesRegex("stored in main:12: the address of local word .* of main"),
                          "missed 1 in set:4"));
}

TEST_F(WordHistoryTest, CopiesThatDidTheSameAreOneEvent) {
  miss(3, first_argument());
  find(kMoveInCallee);
  EXPECT_THAT(
      briefs(violation_.history),
      ElementsAre(StartsWith("stored in main:12: "), "adjusted 2x2 in set:5", "missed 3 in set:6"));
}

TEST_F(WordHistoryTest, TheValueIsThatAfterwards) {
  miss(2, first_argument());
  find(kMoveInCallee);
  ASSERT_EQ(violation_.history.size(), 3);
  const Word stored = violation_.history[0].value;
  const Word adjusted = violation_.history[1].value;
  EXPECT_NE(stored, adjusted);
  EXPECT_EQ(violation_.history[2].value, adjusted);
}

// set is called three times; the history has only the last value of its argument.
TEST_F(WordHistoryTest, AStoreMakesEarlierValuesForgotten) {
  miss(3, first_argument());
  find(R"(
package main

func set(p *int) {
	move()
	*p = 42
}

func main() {
	var y int
	for i := 0; i < 3; i++ {
		set(&y)
	}
	trace(y)
}
)");
  EXPECT_THAT(briefs(violation_.history),
              ElementsAre(StartsWith("stored in main:11: "), "missed 3 in set:4"));
}

// A wrong map says that gopanic's frame has a pointer which gopanic never writes. fill's array lay
// at this place before.
TEST_F(WordHistoryTest, ANewFrameBeginsANewHistory) {
  static constexpr uint16_t kPointers[] = {4, 5, 7, 8, 11};
  faults_.layouts = [](std::vector<runtime::RuntimeLayout>& layouts) {
    ASSERT_EQ(layouts[0].function, runtime::RuntimeFunction::kGopanic);
    layouts[0] = {layouts[0].function, 12, false, kPointers};
  };
  find(R"(
package main

func fill() {
	var a [40]int
	_ = a
}

func main() {
	defer move()
	fill()
	panic(1)
}
)");
  EXPECT_THAT(violation_.place, StartsWith("local word 11 of runtime.gopanic"));
  EXPECT_THAT(violation_.message, HasSubstr("never written"));
  EXPECT_THAT(violation_.history, IsEmpty());
}

// addr(&y) looks like a pointer that no copy adjusts.
TEST_F(WordHistoryTest, ANumberIsNotMissed) {
  at_copy(2, [this](G& g, const Stack&) { *first_argument()(g) += 8; });
  find(R"(
package main

func show(a int) {
	move()
	move()
	_ = a
}

func main() {
	var y int
	a := addr(&y)
	show(a)
}
)");
  EXPECT_EQ(violation_.check, "scalar-changed");
  EXPECT_THAT(briefs(violation_.history),
              ElementsAre(MatchesRegex("stored in main:12: the number [0-9]+, copied from local "
                                       "word [0-9]+ of main"),
                          "adjusted 2 in show:5"));
}

// ---- Heap words ----

TEST_F(WordHistoryTest, ADeferRecordsArgument) {
  miss(2, [](const G& g) {
    return runtime::at(runtime::record_at<runtime::Defer>(g.defer)->arguments());
  });
  find(R"(
package main

func set(p *int, x int) {
	*p = x
}

func main() {
	var y int
	defer set(&y, 42)
	move()
	move()
	trace(y)
}
)");
  EXPECT_EQ(violation_.check, "stale-pointer");
  EXPECT_EQ(violation_.word.goroutine, 0);
  EXPECT_THAT(
      briefs(violation_.history),
      ElementsAre("allocated in main:9: Defer",
                  MatchesRegex("stored in main:9: the address of local word [0-9]+ of main, copied "
                               "from local word [0-9]+ of main"),
                  "adjusted 1 in main:10", "missed 2 in main:11"));
}

// Notes where the only node of a run was allocated.
class NodeFinder final : public runtime::Observer {
 public:
  void allocated(Address object, uint32_t /*words*/, uint16_t type) override {
    if (type == runtime::kTypeNode) node = object;
  }
  Address node = 0;
};

TEST_F(WordHistoryTest, AnObjectIsAllocatedAndFreed) {
  load(R"(
package main

import "runtime"

func main() {
	n := &node{val: 5}
	trace(n.val)
	n = nil
	runtime.GC()
	_ = n
}
)");
  NodeFinder finder;
  runner_->run({}, finder);
  WordHistory history(runner_->runtime(), checker_->shadow(), runner_->program(), {0, finder.node});
  EXPECT_FALSE(checker_->run(runner_->program(), {}, history).violation);
  EXPECT_THAT(briefs(history.events()),
              ElementsAre("allocated in main:6: node", StartsWith("stored in main:6: the number 5"),
                          "freed 1 in main:9"));
}

// ---- Investigations ----

TEST_F(WordHistoryTest, AViolationOfNoWordIsLeftAlone) {
  load(kMoveInCallee);
  Violation found;
  found.check = "throw";
  found.message = "unlucky";
  const Violation investigated = investigate(*checker_, runner_->program(), {}, found);
  EXPECT_EQ(investigated.message, "unlucky");
  EXPECT_THAT(investigated.history, IsEmpty());
}

TEST_F(WordHistoryTest, AViolationThatDoesNotRepeatIsToldAsSuch) {
  int runs = 0;
  at_copy(1, [&](G& g, const Stack& old_stack) {
    if (++runs == 1) *first_argument()(g) += old_stack.hi - g.stack.hi;
  });
  find(kMoveInCallee);
  EXPECT_EQ(violation_.check, "stale-pointer");
  EXPECT_THAT(violation_.message, EndsWith("run again, the nest does not show it"));
  EXPECT_THAT(violation_.history, IsEmpty());
}

}  // namespace
}  // namespace stackquake
