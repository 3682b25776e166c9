#include "harness/cli/oracle_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/cli/request_testing.h"

namespace stackquake {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

// Go 1.4 cancels the Goexit when the panic is recovered; later versions carry it out.
constexpr const char* kLevels = R"(package main

import "runtime"

func body() {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		panic(3)
	}()
	runtime.Goexit()
}

func main() {
	body()
	trace(4)
}
)";

class OracleRequestTest : public CommandTest {
 protected:
  void run(const std::vector<std::string>& arguments) {
    run_command(arguments, parse_oracle_command_line, oracle_request);
  }

  // The "not_compared" of a nest under 20 schedules.
  json why_not_compared(const std::string& text) {
    run({"--json", "--schedules=20", folder_.write("a.go", text)});
    return json::parse(out_)[0]["not_compared"];
  }
};

TEST_F(OracleRequestTest, LevelsDiffer) {
  const std::string file = folder_.write("a.go", kLevels);
  run({"--level", "go1.4", file});
  EXPECT_EQ(out_, file + "  exit; traces [3 4]\n");
  run({"--level", "modern", file});
  EXPECT_EQ(out_, file + "  goexit; traces [3]\n");
  EXPECT_EQ(status_, ExitStatus::kOk);
  EXPECT_THAT(errors_, IsEmpty());
}

TEST_F(OracleRequestTest, JsonHasTheBehaviourAlone) {
  const std::string good = folder_.write("a.go", "package main\n\nfunc main() {\n\tpanic(3)\n}\n");
  run({"--json", "--level=modern", good, folder_ / "missing.go"});
  const json document = json::parse(out_);
  ASSERT_EQ(document.size(), 2);
  EXPECT_EQ(
      document[0],
      (json{{"file", good},
            {"level", "modern"},
            {"outcome", {{"kind", "panic"}, {"chain", {{{"code", 3}, {"recovered", false}}}}}},
            {"traces", json::array()},
            {"events", json::array()}}));
  EXPECT_EQ(document[1].size(), 2);
  EXPECT_EQ(status_, ExitStatus::kBadInput);
}

TEST_F(OracleRequestTest, SetReachesTheOracle) {
  const std::string file =
      folder_.write("a.go", "package main\n\nfunc main() {\n\tgrow(1000)\n}\n");
  run({"--set", "limit=4096", file});
  EXPECT_EQ(out_, file + "  overflow; no traces\n");
}

// The trace depends on which goroutine comes first. In the second nest it does not.
constexpr const char* kRace = R"(package main

func send(ch chan int, x int) {
	ch <- x
}

func main() {
	ch := make(chan int)
	go send(ch, 1)
	go send(ch, 2)
	x := <-ch
	trace(x)
}
)";
constexpr const char* kNoRace = R"(package main

func main() {
	panic(3)
}
)";

TEST_F(OracleRequestTest, SchedulesTellWhatIsNotCompared) {
  const std::string race = folder_.write("a.go", kRace);
  const std::string alone = folder_.write("b.go", kNoRace);
  run({"--json", "--schedules=20", race, alone});
  const json document = json::parse(out_);
  ASSERT_EQ(document.size(), 2);
  EXPECT_EQ(document[0]["not_compared"], "schedule");
  EXPECT_EQ(document[1]["not_compared"], nullptr);
  const std::string deep =
      folder_.write("c.go", "package main\n\nfunc main() {\n\tgrow(1000)\n}\n");
  run({"--json", "--schedules=1", "--set=limit=4096", deep});
  EXPECT_EQ(json::parse(out_)[0]["not_compared"], "overflow");
}

TEST_F(OracleRequestTest, SchedulesTellPeopleWhyNothingIsCompared) {
  const std::string race = folder_.write("a.go", kRace);
  run({"--schedules=20", race});
  EXPECT_EQ(out_,
            race + "  exit; traces [1]; not compared: the behaviour depends on the schedule\n");
  const std::string alone = folder_.write("b.go", kNoRace);
  run({"--schedules=20", alone});
  EXPECT_EQ(out_, alone + "  panic 3; no traces\n");
  const std::string deep =
      folder_.write("c.go", "package main\n\nfunc main() {\n\tgrow(1000)\n}\n");
  run({"--schedules=1", "--set=limit=4096", deep});
  EXPECT_EQ(out_,
            deep +
                "  overflow; no traces; not compared: the outcome overflow says nothing about "
                "a runtime\n");
}

// main sees the 1 only on a Go that preempts between any two statements.
constexpr const char* kRaceOfStatements = R"(package main

func set(n *node, ch chan int) {
	n.val = 1
	ch <- 0
	n.val = 2
}

func main() {
	n := &node{}
	ch := make(chan int)
	go set(n, ch)
	<-ch
	trace(n.val)
}
)";

TEST_F(OracleRequestTest, SchedulesPreemptBetweenStatements) {
  EXPECT_EQ(why_not_compared(kRaceOfStatements), "schedule");
}

// The goroutine waits when main sends and receives. Some runtimes serve the goroutine at once, and
// then main waits for the 2. Others wake it, and then either of the two may come first.
constexpr const char* kBuffer = R"(package main

import "runtime"

func receive(ch chan int) {
	x := <-ch
	trace(x)
	ch <- 2
}

func main() {
	ch := make(chan int, 1)
	go receive(ch)
	runtime.Gosched()
	ch <- 1
	x := <-ch
	trace(x)
}
)";

TEST_F(OracleRequestTest, SchedulesTellRacesAtBuffers) {
  EXPECT_EQ(why_not_compared(kBuffer), "schedule");
}

// The goroutine that yields less often panics first, unless the other one gets far ahead.
constexpr const char* kUnfair = R"(package main

import "runtime"

func yield(n int, x int) {
	for i := 0; i < n; i++ {
		runtime.Gosched()
	}
	panic(x)
}

func main() {
	go yield(4, 1)
	yield(30, 2)
}
)";

TEST_F(OracleRequestTest, SchedulesLetOneGetFarAhead) {
  EXPECT_EQ(why_not_compared(kUnfair), "schedule");
}

// The other goroutine traces, too, if it runs before the first one's panic has ended the program.
constexpr const char* kRaceOfUnwindings = R"(package main

func fail() {
	defer move()
	defer trace(0)
	panic(1)
}

func main() {
	go fail()
	fail()
}
)";

TEST_F(OracleRequestTest, SchedulesPreemptBetweenDeferredCalls) {
  EXPECT_EQ(why_not_compared(kRaceOfUnwindings), "schedule");
}

TEST(OracleCommandLineTest, RefusesWhatItDoesNotKnow) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{},
                                                    {"--level=go2", "a.go"},
                                                    {"--design=go1.4", "a.go"},
                                                    {"--schedules=0", "a.go"}}) {
    const auto parsed = parse_oracle_command_line(arguments);
    const auto* refusal = std::get_if<Refusal>(&parsed);
    ASSERT_NE(refusal, nullptr);
    EXPECT_EQ(refusal->status, ExitStatus::kBadInput);
  }
}

TEST(OracleCommandLineTest, HelpSaysWhatThereIs) {
  const auto parsed = parse_oracle_command_line(std::vector<std::string>{"--help"});
  const auto* help = std::get_if<Help>(&parsed);
  ASSERT_NE(help, nullptr);
  for (const char* word : {"--level", "--set", "--json", "PATH", "Exit status", "\"error\""}) {
    EXPECT_THAT(help->text, HasSubstr(word));
  }
}

}  // namespace
}  // namespace stackquake
