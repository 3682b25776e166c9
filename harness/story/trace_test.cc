#include "harness/story/trace_printer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "harness/compiler/nest_runner.h"
#include "harness/story/recorder.h"

namespace stackquake {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

// The lines of a nest's log.
std::vector<std::string> log_of(NestRunner& runner, const std::string& text) {
  Diagnostic diagnostic;
  const Nest* nest = runner.load(text, diagnostic);
  EXPECT_NE(nest, nullptr) << to_string(diagnostic, "nest");
  std::vector<std::string> lines;
  Recorder recorder(runner.runtime(), [&](const Event& event) {
    if (std::string line = trace_line(event); !line.empty()) lines.push_back(std::move(line));
  });
  runner.run(options_of(nest->directives), recorder);
  return lines;
}

std::vector<std::string> log_of(const std::string& text) {
  NestRunner runner("go1.4");
  return log_of(runner, text);
}

// A line of the log without its indentation: goroutine, line of the nest, event: "g1 4 trace 7".
std::string without_indentation(const std::string& line) {
  std::string squeezed;
  for (const char c : line) {
    if (c == '\n' || (c == ' ' && (squeezed.empty() || squeezed.back() == ' '))) continue;
    squeezed += c;
  }
  return squeezed;
}

// The events of a log that contain one of these words.
std::vector<std::string> events(const std::vector<std::string>& lines,
                                const std::vector<std::string>& words) {
  std::vector<std::string> chosen;
  for (const std::string& line : lines) {
    for (const std::string& word : words) {
      if (line.find(word) == std::string::npos) continue;
      chosen.push_back(without_indentation(line));
      break;
    }
  }
  return chosen;
}

size_t indentation(const std::string& line) {
  return line.find_first_not_of(' ', 9);
}

constexpr const char* kRecover = R"(//quake:move=at:4
package main

func body(p *int) {
	defer func(x int) {
		trace(x)
		trace(code(recover()))
	}(5)
	panic(3)
}

func main() {
	var y int
	body(&y)
	trace(y)
}
)";

// The expected order follows from Go's rules for panics, whatever the runtime does in between.
TEST(TraceTest, APanicAndItsRecoveryInOrder) {
  EXPECT_THAT(
      events(log_of(kRecover), {"call main", "call body", "defer ", "panic", "trace ", "recover",
                                "return from main", "return from body"}),
      ElementsAre("g1 12 call main", "g1 4 call body",
                  HasSubstr("g1 5 defer body.func1 with 8 bytes of arguments"),
                  "g1 9 call runtime.gopanic", "g1 9 panic with 3",
                  "g1 9 panic 3 starts body.func1", "g1 5 call body.func1", "g1 6 trace 5",
                  "g1 7 recover from panic 3", "g1 7 trace 3", "g1 8 return from body.func1",
                  HasSubstr("recovered: body goes on at its deferreturn"), "g1 10 return from body",
                  "g1 15 trace 0", "g1 16 return from main"));
}

TEST(TraceTest, OneCopyIsForcedWhereTheListSays) {
  const auto copies = events(log_of(kRecover), {"copy "});
  ASSERT_THAT(copies, SizeIs(1));
  EXPECT_THAT(copies[0], HasSubstr("forced at safepoint 4:"));
  EXPECT_THAT(copies[0], HasSubstr("(2048 bytes) to 0x"));
}

TEST(TraceTest, CopiesTellTheirReason) {
  const auto copies = events(log_of(R"(//quake:stack=256
package main

func main() {
	move()
	grow(100)
	shrink()
}
)"),
                             {"copy "});
  ASSERT_THAT(copies, SizeIs(4));
  EXPECT_THAT(copies[0], StartsWith("g1 5 copy 1, move(): stack 0x"));
  EXPECT_THAT(copies[1], HasSubstr("copy 2, growth: "));
  EXPECT_THAT(copies[2], HasSubstr("(1024 bytes)"));
  EXPECT_THAT(copies[3], HasSubstr("copy 4, shrinking: "));
}

TEST(TraceTest, CallsAreIndentedByTheirDepthAlsoAfterARecovery) {
  const auto lines = log_of(kRecover);
  size_t main_indentation = 0;
  size_t body_indentation = 0;
  for (const std::string& line : lines) {
    if (line.find("call main") != std::string::npos) main_indentation = indentation(line);
    if (line.find("call body\n") != std::string::npos) body_indentation = indentation(line);
  }
  EXPECT_EQ(body_indentation, main_indentation + 2);
  EXPECT_EQ(indentation(lines.back()), main_indentation);
  EXPECT_THAT(lines.back(), EndsWith("return from main\n"));
}

TEST(TraceTest, AbortedPanicsAndGoexit) {
  const auto seen = events(log_of(R"(package main

import "runtime"

func main() {
	defer func() {
		runtime.Goexit()
	}()
	panic(1)
}
)"),
                           {"abort", "Goexit", "starts"});
  EXPECT_THAT(seen, ElementsAre("g1 9 panic 1 starts main.func1", HasSubstr("call runtime.Goexit"),
                                "g1 7 Goexit", "g1 7 panic 1 is aborted"));
}

TEST(TraceTest, GoroutinesStartWaitAndWake) {
  const auto seen = events(log_of(R"(package main

func worker(ch chan int) {
	ch <- 1
}

func main() {
	ch := make(chan int)
	go worker(ch)
	<-ch
}
)"),
                           {"go ", "wait", "wake", " end\n"});
  ASSERT_THAT(seen, SizeIs(5));
  EXPECT_THAT(seen[0], StartsWith("-- go main as g1"));
  EXPECT_THAT(seen[1], StartsWith("g1 9 go worker as g2"));
  EXPECT_EQ(seen[2], "g1 10 wait");
  EXPECT_EQ(seen[3], "g2 4 wake g1");
  EXPECT_EQ(seen[4], "g2 end");
}

TEST(TraceTest, CollectionsNameWhatTheyFree) {
  const auto seen = events(log_of(R"(package main

import "runtime"

func main() {
	_ = &node{}
	runtime.GC()
}
)"),
                           {"new node", "collect"});
  ASSERT_THAT(seen, SizeIs(2));
  const std::string address = seen[0].substr(seen[0].find("0x"));
  EXPECT_THAT(seen[1], HasSubstr("collection 1: 1 object freed"));
  EXPECT_THAT(seen[1], EndsWith("freed node " + address));
}

TEST(TraceTest, FaultsHaveTheirCode) {
  EXPECT_THAT(events(log_of(R"(package main

func main() {
	var n *node
	trace(n.val)
}
)"),
                     {"fault", "panic with"}),
              ElementsAre("g1 5 fault, code -1", "g1 5 panic with a runtime error (code -1)"));
}

TEST(TraceTest, EqualRunsGiveEqualLogs) {
  NestRunner runner("go1.4");
  const auto first = log_of(runner, kRecover);
  EXPECT_EQ(log_of(runner, kRecover), first);
}

}  // namespace
}  // namespace stackquake
