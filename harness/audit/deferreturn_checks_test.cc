// The end of a function must run deferred calls of its own frame, and not those of its callers.

#include "harness/audit/checks_testing.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

using runtime::DeferLayout;

// run defers nothing in this run.
constexpr char kDefersInLoops[] = R"(
package main

func run(n int) {
	for i := 0; i < n; i++ {
		defer trace(1)
	}
}

func main() {
	for i := 0; i < 1; i++ {
		defer trace(2)
	}
	run(0)
	trace(3)
}
)";

using DeferreturnChecksTest = ChecksTest;

TEST_F(DeferreturnChecksTest, ARecordSaysThatItIsOfTheFrameThatEnds) {
  for (const std::string_view design : runtime::design_names()) {
    faults.design = design;
    int ends = 0;
    faults.instead_of_deferreturn = [this, &ends](G& g) {
      if (ends++ != 0) return false;
      const Stkframe frame = runtime::frame_at(program(), g.sched.pc, g.sched.sp);
      const DeferLayout& layout = runtime().design().defer_layout();
      *runtime::at(DeferLayout::word(g.defer, layout.argp)) = frame.argp;
      return false;
    };
    EXPECT_EQ(signature(kDefersInLoops), "bad-defer-chain:other frame") << design;
    EXPECT_EQ(ends, 1) << design;
  }
}

// Also where a recovery has led to the end, with frames of gopanic and of a function without words
// below.
TEST_F(DeferreturnChecksTest, NothingIsWrongWithCallsOfTheFrameThatEnds) {
  constexpr char kRecovers[] = R"(
package main

func fail() {
	panic(1)
}

func run() {
	defer trace(1)
	defer func() {
		trace(code(recover()))
	}()
	for i := 0; i < 2; i++ {
		fail()
	}
}

func main() {
	defer trace(2)
	for i := 0; i < 2; i++ {
		defer run()
	}
	run()
	move()
}
)";
  for (const std::string_view design : runtime::design_names()) {
    faults.design = design;
    EXPECT_EQ(signature(kDefersInLoops), "") << design;
    EXPECT_EQ(signature(kRecovers), "") << design;
  }
}

// ---- Open-coded calls, which a function runs without deferreturn ----

constexpr char kOpenCoded[] = R"(package main

func f() {
}

func run() {
	trace(1)
}

func main() {
	defer f()
	run()
	trace(2)
}
)";

// Tells where run traces that run has come to its end and runs the call that main has deferred.
class OuterCallStarter final : public runtime::Observer {
 public:
  explicit OuterCallStarter(runtime::Runtime& runtime) : runtime_(runtime) {}

  void traced(const runtime::G& g, int64_t value) override {
    if (value != 1) return;
    const runtime::Program& program = runtime_.program();
    const runtime::Address main = runtime::frame_at(program, g.sched.pc, g.sched.sp).argp;
    const runtime::OpenDefers& open = program.functions[program.main].open_defers;
    runtime_.open_started(const_cast<runtime::G&>(g), DeferLayout::word(main, open.first_slot),
                          main, runtime::DeferRunner::kDeferreturn);
  }

 private:
  runtime::Runtime& runtime_;
};

TEST(OpenDeferreturnTest, AFrameRunsACallOfItsCaller) {
  for (const std::string_view design : {"go1.14", "go1.18", "go1.22", "go1.26"}) {
    NestRunner runner(design);
    Diagnostic diagnostic;
    const Nest* nest = runner.load(kOpenCoded, diagnostic);
    ASSERT_NE(nest, nullptr) << diagnostic.message;
    Checker checker(runner.runtime());
    OuterCallStarter starter(runner.runtime());
    const runtime::Options options = options_of(nest->directives);
    const auto& violation = checker.run(runner.program(), options, starter).violation;
    EXPECT_EQ(violation ? violation->signature : "", "bad-defer-chain:other frame");
    EXPECT_FALSE(checker.run(runner.program(), options).violation);
  }
}

}  // namespace
}  // namespace stackquake
