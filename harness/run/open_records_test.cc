// The record that stands for all open-coded deferred calls of a frame, in the designs of Go 1.14 to
// 1.21: when it is made, where it is put on the list, and when it is given back.

#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/compiler/nest_runner.h"
#include "harness/run/nest_checker.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

using runtime::Address;
using runtime::DeferredCall;
using runtime::G;

// What a run tells of open records.
class OpenRecords final : public runtime::Observer {
 public:
  explicit OpenRecords(const runtime::Runtime& runtime) : runtime_(runtime) {}

  void deferred(const G& g, const DeferredCall& d) override {
    if (!d.stands_for_frame) return;
    frames_[d.record] = g.distance(d.frame);
    in_functions.push_back(function_at(d.pc));
    is_heap_record = is_heap_record && runtime::in_heap(d.record);
    is_sorted = is_sorted && has_sorted_list(g);
  }
  void defer_freed(const G& g, const DeferredCall& d) override {
    if (!d.stands_for_frame) return;
    ++given_back;
    is_right_frame = is_right_frame && frames_[d.record] == g.distance(d.frame);
  }
  void defer_started(const G& g, const DeferredCall& d, runtime::DeferRunner runner) override {
    if (d.place != runtime::DeferPlace::kSlot) return;
    runners.push_back(runner);
    if (runner != runtime::DeferRunner::kPanic || g.defer == 0) return;
    const DeferredCall head = runtime_.design().deferred_call(g.defer);
    starts_from_record = starts_from_record && head.stands_for_frame && head.frame == d.frame;
  }
  void resumed_after_recovery(const G& g, const DeferredCall&) override {
    listed_after_recovery = 0;
    for (Address a = g.defer; a != 0; a = runtime_.design().deferred_call(a).link) {
      if (runtime_.design().deferred_call(a).stands_for_frame) ++listed_after_recovery;
    }
  }

  std::vector<std::string> in_functions;  // of the frames that got records, in order
  size_t given_back = 0;
  bool is_heap_record = true;
  bool is_sorted = true;
  bool is_right_frame = true;
  bool starts_from_record = true;
  std::vector<runtime::DeferRunner> runners;  // of open-coded calls
  size_t listed_after_recovery = 0;

 private:
  std::string function_at(runtime::Word pc) const {
    const runtime::Program& program = runtime_.program();
    return std::string(program.functions[program.function_of[runtime::code_index(pc)]].name);
  }
  bool has_sorted_list(const G& g) const {
    Address frame = 0;
    for (Address a = g.defer; a != 0;) {
      const DeferredCall d = runtime_.design().deferred_call(a);
      if (d.frame < frame) return false;
      frame = d.frame;
      a = d.link;
    }
    return true;
  }

  const runtime::Runtime& runtime_;
  std::map<Address, uint64_t> frames_;
};

class OpenRecordsTest : public testing::TestWithParam<std::string_view> {
 protected:
  OpenRecordsTest() : checker_(GetParam()), records_(checker_.runner().runtime()) {}

  // Runs the functions of a nest with a copy at every safepoint, and returns what main traces.
  std::vector<int64_t> traces_of(const std::string& functions) {
    text_ = "package main\n\n" + functions;
    Diagnostic diagnostic;
    const Nest* nest = checker_.load(text_, diagnostic);
    EXPECT_NE(nest, nullptr) << diagnostic.message;
    if (nest == nullptr) return {};
    runtime::Options options = options_of(nest->directives);
    options.move = runtime::MovePolicy::kSafepoint;
    const runtime::RunResult& result = checker_.run(options, Checks::kAll, records_);
    EXPECT_FALSE(result.violation) << result.violation->message;
    EXPECT_TRUE(records_.is_heap_record);
    EXPECT_TRUE(records_.is_sorted);
    EXPECT_TRUE(records_.is_right_frame);
    EXPECT_TRUE(records_.starts_from_record);
    EXPECT_EQ(records_.given_back, records_.in_functions.size());
    return result.traces().empty() ? std::vector<int64_t>() : result.traces().front();
  }

  using Names = std::vector<std::string>;

  NestChecker checker_;
  OpenRecords records_;
  std::string text_;  // the names of its functions are parts of it
};

TEST_P(OpenRecordsTest, AFunctionThatEndsByItselfNeedsNone) {
  EXPECT_EQ(traces_of("func main() {\n\tdefer trace(1)\n\tdefer trace(2)\n}\n"),
            (std::vector<int64_t>{2, 1}));
  EXPECT_EQ(records_.in_functions, Names());
}

// The walk passes frames without open-coded calls, and goes on only when a record is done.
TEST_P(OpenRecordsTest, APanicMakesThemOneAfterAnother) {
  traces_of(R"(func inner() {
	defer trace(1)
	panic(1)
}

func middle() {
	inner()
}

func outer() {
	defer func() {
		recover()
	}()
	middle()
}

func main() {
	defer trace(3)
	outer()
}
)");
  EXPECT_EQ(records_.in_functions, (Names{"inner", "outer"}));
}

// The deferred call of inner lies in the heap, so the walk goes on to outer. When the call
// recovers, outer is to run its calls itself.
TEST_P(OpenRecordsTest, ARecoveryGivesThoseBackThatAreNotStarted) {
  const std::vector<int64_t> traces = traces_of(R"(func inner() {
	for i := 0; i < 1; i++ {
		defer func() {
			recover()
		}()
	}
	panic(1)
}

func main() {
	defer trace(1)
	inner()
	trace(2)
}
)");
  EXPECT_EQ(traces, (std::vector<int64_t>{2, 1}));
  EXPECT_EQ(records_.in_functions, (Names{"main"}));
  EXPECT_EQ(records_.listed_after_recovery, 0u);
  EXPECT_EQ(records_.runners, (std::vector{runtime::DeferRunner::kDeferreturn}));
}

// The frame that recovers keeps its record while it has calls left; deferreturn runs them.
TEST_P(OpenRecordsTest, DeferreturnRunsWhatIsLeftOfTheOneThatRecovered) {
  const std::vector<int64_t> traces = traces_of(R"(func main() {
	defer trace(1)
	defer trace(2)
	defer func() {
		recover()
	}()
	panic(1)
}
)");
  EXPECT_EQ(traces, (std::vector<int64_t>{2, 1}));
  EXPECT_EQ(records_.in_functions, (Names{"main"}));
  EXPECT_EQ(records_.listed_after_recovery, 1u);
  using enum runtime::DeferRunner;
  EXPECT_EQ(records_.runners, (std::vector{kPanic, kDeferreturn, kDeferreturn}));
}

// A panic inside of a call meets the started record, makes no other one, and runs what is left.
TEST_P(OpenRecordsTest, ALaterPanicRunsWhatIsLeftOfAStartedOne) {
  const std::vector<int64_t> traces = traces_of(R"(func broken() {
	defer trace(2)
	defer trace(3)
	defer func() {
		panic(2)
	}()
	panic(1)
}

func main() {
	defer func() {
		trace(code(recover()))
	}()
	broken()
}
)");
  EXPECT_EQ(traces, (std::vector<int64_t>{3, 2, 2}));
  EXPECT_EQ(records_.in_functions, (Names{"broken", "main"}));
  using enum runtime::DeferRunner;
  EXPECT_EQ(records_.runners, (std::vector{kPanic, kPanic, kPanic, kPanic}));
}

// The Goexit is two panics back. It goes on with the frames that the panics have not come to.
TEST_P(OpenRecordsTest, AGoexitGoesOnFromItsOwnFrame) {
  const std::vector<int64_t> traces = traces_of(R"(import "runtime"

func leave() {
	defer func() {
		panic(2)
	}()
	defer func() {
		panic(1)
	}()
	runtime.Goexit()
}

func outer() {
	defer trace(1)
	defer func() {
		trace(code(recover()))
	}()
	leave()
	trace(4)
}

func main() {
	defer trace(3)
	outer()
}
)");
  EXPECT_EQ(traces, (std::vector<int64_t>{2, 1, 3}));
}

INSTANTIATE_TEST_SUITE_P(Designs, OpenRecordsTest, testing::Values("go1.14", "go1.18"),
                         [](const auto& test) {
                           std::string name(test.param);
                           std::erase_if(name, [](char c) { return !std::isalnum(c); });
                           return name;
                         });

}  // namespace
}  // namespace stackquake
