// The reference runtime behaves as the oracle expects, under every schedule, and on stacks with
// just as much room as the oracle asks for.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "harness/oracle/expectation.h"
#include "harness/run/oracle_behaviour.h"
#include "harness/run/run_testing.h"
#include "harness/testing/corpus_folder.h"

namespace stackquake {
namespace {

class OracleAgreementTest : public testing::Test {
 protected:
  void load(const std::string& text) {
    text_ = text;
    Diagnostic diagnostic;
    nest_ = runner_.load(text_, diagnostic);
    ASSERT_NE(nest_, nullptr) << to_string(diagnostic, "nest");
  }

  // Runs the loaded nest. When the oracle's expectation is certain, compares and returns true.
  bool expect_agreement(const runtime::Options& options) {
    OracleOptions asked;
    asked.seed = options.seed;
    asked.stack_bytes = options.stack_bytes;
    asked.limit_bytes = options.limit_bytes;
    const Expectation expectation = expectations_.of(*nest_, asked);
    if (!expectation.is_compared()) return false;
    seen_ = behaviour_of(runner_.run(options));
    EXPECT_EQ(seen_, behaviour_of(*expectation.result))
        << "seed " << options.seed << ", limit " << options.limit_bytes << "\n"
        << text_;
    return true;
  }

  void load_corpus_nest(const std::pair<std::string, std::string>& name) {
    load(read_corpus_file(corpus_folder() + "/" + name.first + "/" + name.second + ".go"));
  }

  NestRunner runner_{"go1.4"};
  Expectations expectations_;
  const Nest* nest_ = nullptr;
  Behaviour seen_;
  std::string text_;
};

TEST_F(OracleAgreementTest, TheCorpusUnderSeeds) {
  size_t compared = 0;
  for (const auto& name : corpus_names()) {
    load_corpus_nest(name);
    for (uint32_t seed : {0, 1, 7, 12345}) {
      runtime::Options options = options_of(nest_->directives);
      options.seed = seed;
      compared += expect_agreement(options) ? 1 : 0;
    }
  }
  // Five nests are about overflow or a nil panic, for which the oracle has no certain expectation.
  EXPECT_GE(compared, 4 * (corpus_names().size() - 5));
}

// A nest that the oracle accepts on a small stack must fit there in the runtime.
TEST_F(OracleAgreementTest, TheCorpusUnderSmallLimits) {
  size_t compared = 0;
  size_t not_compared = 0;
  for (const auto& name : corpus_names()) {
    load_corpus_nest(name);
    for (uint32_t limit = 256; limit <= 65536; limit *= 2) {
      runtime::Options options = options_of(nest_->directives);
      options.stack_bytes = 256;
      options.limit_bytes = limit;
      ++(expect_agreement(options) ? compared : not_compared);
    }
  }
  EXPECT_GT(compared, corpus_names().size());
  EXPECT_GT(not_compared, corpus_names().size());
}

// The traces show which goroutine came first.
constexpr char kRace[] = R"(package main

import "runtime"

func step(k int) int {
	return k + 1
}

func work(k int, c chan int, d chan int, done chan int) {
	x := k
	for i := 0; i < 4; i++ {
		x = step(x)
		select {
		case c <- x:
			trace(x)
		case x = <-c:
			trace(x + 100)
		case d <- x:
			trace(x + 200)
		case x = <-d:
			trace(x + 300)
		}
		if x > 20 {
			runtime.Gosched()
		}
	}
	done <- k
	runtime.Goexit()
}

func main() {
	c := make(chan int)
	d := make(chan int, 2)
	done := make(chan int, 1)
	for i := 0; i < 5; i++ {
		go work(i*10, c, d, done)
	}
	x := 0
	for j := 0; j < 3; j++ {
		x = <-done
		trace(x)
	}
	close(d)
	x = <-done
	trace(x)
}
)";

TEST_F(OracleAgreementTest, SchedulesAreTheSame) {
  std::set<std::string> behaviours;
  load(kRace);
  for (uint32_t seed = 0; seed < 300; ++seed) {
    runtime::Options options;
    options.stack_bytes = 256;
    options.seed = seed;
    ASSERT_TRUE(expect_agreement(options));
    behaviours.insert(to_string(seen_));
  }
  EXPECT_GT(behaviours.size(), 100u);
}

// When the oracle has enough fuel for a nest, the runtime has, too. These nests do work that costs
// the runtime many steps at once.
TEST_F(OracleAgreementTest, FuelOfTheOracleIsEnough) {
  const std::vector<std::string> bodies = {"trace(i)",
                                           "move()",
                                           "grow(i)",
                                           "runtime.GC()",
                                           "frames()",
                                           "b = a",
                                           "shrink()",
                                           "m = &node{val: i, next: m}",
                                           "c = make(chan int, 1024)",
                                           "defer trace(i)",
                                           "func(x [512]int) {\n\t\t\tb = x\n\t\t}(a)",
                                           "deep(9, a)\n\t\tshrink()",
                                           "defer trace(i)\n\t\tmove()",
                                           "defer trace(i)\n\t\tframes()",
                                           "defer trace(i)\n\t\truntime.GC()",
                                           "grow(3000)\n\t\tshrink()",
                                           "runtime.Gosched()",
                                           "select {\n\t\tcase <-c:\n\t\tdefault:\n\t\t}",
                                           "func(x int) {\n\t\t\tfunc() {\n\t\t\t\tx++\n"
                                           "\t\t\t}()\n\t\t}(i)",
                                           "func() {\n\t\t\tdefer func() {\n\t\t\t\trecover()\n"
                                           "\t\t\t}()\n\t\t\tpanic(7)\n\t\t}()"};
  for (const std::string& body : bodies) {
    bool was_compared = true;
    for (int rounds = 1000; was_compared && rounds < 10'000'000; rounds *= 3) {
      load(
          "//quake:limit=16777216\npackage main\n\nimport \"runtime\"\n\n"
          "func deep(k int, a [512]int) {\n\tif k > 0 {\n\t\tdeep(k-1, a)\n\t}\n}\n\n"
          "func main() {\n\tvar a [512]int\n\tvar b [512]int\n\tvar m *node\n\tvar c chan int\n"
          "\t_ = a\n\t_ = b\n\t_ = m\n\t_ = c\n\truntime.GC()\n\tdeep(0, a)\n\tfor i := 0; i < " +
          std::to_string(rounds) + "; i++ {\n\t\t" + body + "\n\t}\n}\n");
      was_compared = expect_agreement(options_of(nest_->directives));
    }
    EXPECT_FALSE(was_compared) << body;
  }
}

}  // namespace
}  // namespace stackquake
