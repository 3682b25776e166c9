#include "harness/audit/memory_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "harness/audit/checker.h"
#include "harness/compiler/nest_runner.h"
#include "runtime_under_test/object_type.h"
#include "runtime_under_test/traceback.h"

namespace stackquake {
namespace {

using runtime::Address;
using runtime::G;
using runtime::kWordBytes;
using testing::EndsWith;
using testing::MatchesRegex;

constexpr const char* kNest = R"(package main

func set(p *int, x int) {
	trace(x)
	*p = x
}

func main() {
	var y int
	n := &node{val: 5}
	defer set(&y, 7)
	set(&y, n.val)
	panic(1)
}
)";

// Asks for names during the call of set that traces `when`.
class Asking final : public runtime::Observer {
 public:
  Asking(int64_t when, std::function<void(const G&, const Asking&)> question)
      : when_(when), question_(std::move(question)) {}

  void allocated(Address object, uint32_t /*words*/, uint16_t type) override {
    if (type == runtime::kTypeNode) node = object;
    if (type == runtime::kTypeInt) boxed_int = object;
  }
  void traced(const G& g, int64_t value) override {
    if (value == when_) question_(g, *this);
  }

  Address node = 0;
  Address boxed_int = 0;

 private:
  int64_t when_;
  std::function<void(const G&, const Asking&)> question_;
};

class MemoryNamesTest : public testing::Test {
 protected:
  MemoryNamesTest() {
    Diagnostic diagnostic;
    EXPECT_NE(runner_.load(kNest, diagnostic), nullptr) << to_string(diagnostic, "nest");
    names_.emplace(runner_.program(), checker_.shadow());
  }

  void ask(int64_t when, const std::function<void(const G&, const Asking&)>& question) {
    bool was_asked = false;
    Asking asking(when, [&](const G& g, const Asking& found) {
      was_asked = true;
      question(g, found);
    });
    checker_.run(runner_.program(), {}, asking);
    EXPECT_TRUE(was_asked);
  }

  NestRunner runner_{"go1.4"};
  Checker checker_{runner_.runtime()};
  std::optional<MemoryNames> names_;
};

TEST_F(MemoryNamesTest, WordsOfFrames) {
  ask(5, [this](const G& g, const Asking&) {
    const auto set = runtime::frame_at(runner_.program(), g.sched.pc, g.sched.sp);
    EXPECT_EQ(names_->place(set.varp, set.sp), "return pc of set");
    EXPECT_EQ(names_->place(set.argp, set.sp), "argument word 0 of set");
    EXPECT_EQ(names_->place(set.argp + kWordBytes, set.sp), "argument word 1 of set");
    EXPECT_THAT(names_->place(*runtime::at(set.argp), set.sp),
                MatchesRegex("local word [0-9]+ of main"));
  });
}

// A frame below sp is gone, even if its shadow is not. The words that were its arguments are words
// of main.
TEST_F(MemoryNamesTest, FramesThatAreGoneHaveNoWords) {
  ask(5, [this](const G& g, const Asking&) {
    const auto set = runtime::frame_at(runner_.program(), g.sched.pc, g.sched.sp);
    EXPECT_EQ(names_->place(set.argp, set.argp), "local word 0 of main");
  });
}

TEST_F(MemoryNamesTest, WordsOfObjects) {
  ask(7, [this](const G&, const Asking& found) {
    EXPECT_EQ(names_->place(found.node + kWordBytes, 0), "word 1 of a node");
    EXPECT_EQ(names_->place(found.boxed_int, 0), "word 0 of an int");
    EXPECT_THAT(names_->place(runtime::kHeapBase + runtime::kHeapBytes / 2, 0),
                EndsWith(", where no object is"));
  });
}

TEST_F(MemoryNamesTest, ValuesByTheirKind) {
  ask(5, [this](const G&, const Asking& found) {
    const runtime::Program& program = runner_.program();
    const Address closure = runtime::static_funcval(program.main);
    EXPECT_EQ(names_->value(ShadowWord::scalar(), runtime::Word(-3), 0), "the number -3");
    EXPECT_EQ(names_->value(ShadowWord::code(), *runtime::at(closure), 0), "a pc of main");
    EXPECT_EQ(names_->value(ShadowWord::static_closure(program.main), closure, 0),
              "the closure of main");
    EXPECT_EQ(names_->value(ShadowWord::heap(0, 0), found.node, 0),
              "the address of word 0 of a node");
    EXPECT_EQ(names_->value(ShadowWord(), 0, 0), "what was never written");
  });
}

}  // namespace
}  // namespace stackquake
