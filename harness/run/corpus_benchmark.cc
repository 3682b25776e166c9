// What a run costs: the whole corpus under its own directives, the clean-up between two nests, and
// each part of the machine alone.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "harness/audit/checker.h"
#include "harness/compiler/corpus_testing.h"
#include "harness/run/nest_checker.h"
#include "harness/testing/corpus_folder.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

using Clock = std::chrono::steady_clock;
using runtime::Options;
using runtime::PoisonMode;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// A runtime and the compiler for its design.
struct Machine {
  runtime::Runtime runtime{runtime::make_design("go1.4")};
  Compiler compiler{runtime.design()};
};

// The slowest nests with their times: "stack_overflow 812 us, …".
std::string slowest_nests(runtime::Runtime& runtime, const std::vector<CompiledNest>& nests,
                          PoisonMode poison) {
  constexpr int kRepeats = 5;
  constexpr size_t kNamed = 5;
  std::vector<std::pair<double, std::string>> times;
  for (const CompiledNest& nest : nests) {
    Options options = nest.options;
    options.poison = poison;
    double best = 1e9;
    for (int i = 0; i < kRepeats; ++i) {
      const auto start = Clock::now();
      runtime.run(nest.program, options);
      best = std::min(best, seconds_since(start));
    }
    times.emplace_back(best, nest.name);
  }
  std::sort(times.rbegin(), times.rend());
  std::string label;
  for (size_t i = 0; i < kNamed; ++i) {
    label += (i == 0 ? "" : ", ") + times[i].second + " " +
             std::to_string(static_cast<int>(times[i].first * 1e6)) + " us";
  }
  return label;
}

void run_corpus(benchmark::State& state, PoisonMode poison) {
  Machine machine;
  std::vector<CompiledNest> nests = compile_corpus(machine.compiler);
  const std::string slowest = slowest_nests(machine.runtime, nests, poison);
  for (CompiledNest& nest : nests) nest.options.poison = poison;
  for (auto _ : state) {
    for (const CompiledNest& nest : nests) machine.runtime.run(nest.program, nest.options);
  }
  const auto runs = static_cast<double>(state.iterations() * nests.size());
  state.counters["nests"] = benchmark::Counter(runs, benchmark::Counter::kIsRate);
  state.counters["seconds_per_nest"] =
      benchmark::Counter(runs, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.SetLabel("slowest: " + slowest);
}
BENCHMARK_CAPTURE(run_corpus, none, PoisonMode::kNone)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run_corpus, fill, PoisonMode::kFill)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run_corpus, protect, PoisonMode::kProtect)->Unit(benchmark::kMillisecond);

// The same runs with shadow and audits, but without the oracle.
void audit_corpus(benchmark::State& state) {
  Machine machine;
  Checker checker(machine.runtime);
  const std::vector<CompiledNest> nests = compile_corpus(machine.compiler);
  for (auto _ : state) {
    for (const CompiledNest& nest : nests) checker.run(nest.program, nest.options);
  }
  state.counters["nests"] = benchmark::Counter(
      static_cast<double>(state.iterations() * nests.size()), benchmark::Counter::kIsRate);
}
BENCHMARK(audit_corpus)->Unit(benchmark::kMillisecond);

// Loads and runs the corpus from its texts: the cost of an input for a fuzzer.
void load_and_run_corpus(benchmark::State& state, Checks checks) {
  NestChecker checker("go1.4");
  std::vector<std::string> texts;
  for (const auto& [folder, name] : corpus_names()) {
    texts.push_back(read_corpus_file(corpus_folder() + "/" + folder + "/" + name + ".go"));
  }
  Diagnostic diagnostic;
  for (auto _ : state) {
    for (const std::string& text : texts) {
      checker.run(options_of(checker.load(text, diagnostic)->directives), checks);
    }
  }
  state.counters["nests"] = benchmark::Counter(
      static_cast<double>(state.iterations() * texts.size()), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(load_and_run_corpus, none, Checks::kNone)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(load_and_run_corpus, oracle, Checks::kOracle)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(load_and_run_corpus, all, Checks::kAll)->Unit(benchmark::kMillisecond);

// ---- Between two nests ----

// Alternates `toucher`, a nest that touches memory, with an empty nest. Only the empty one is
// timed, because a run begins with cleaning up after the run before it.
void time_empty_nest_after(benchmark::State& state, const std::string& toucher, PoisonMode poison,
                           uint32_t limit_bytes) {
  Machine machine;
  CompiledNest touches = compile_nest(machine.compiler, toucher);
  CompiledNest empty = compile_nest(machine.compiler, "package main\n\nfunc main() {\n}\n");
  touches.options.poison = empty.options.poison = poison;
  empty.options.limit_bytes = limit_bytes;
  for (auto _ : state) {
    machine.runtime.run(touches.program, touches.options);
    const auto start = Clock::now();
    machine.runtime.run(empty.program, empty.options);
    state.SetIterationTime(seconds_since(start));
  }
}

constexpr uint32_t kLargeLimit = runtime::kMaxStackLimitBytes;

std::string grows_by(int64_t bytes) {
  return "//quake:limit=16777216\npackage main\n\nfunc main() {\n\tgrow(" +
         std::to_string(bytes / 8) + ")\n}\n";
}

// Two runs with the same limit, as a function of the bytes of stack that the first one touched.
void reset_after_stack(benchmark::State& state, PoisonMode poison) {
  time_empty_nest_after(state, grows_by(state.range(0)), poison, kLargeLimit);
}
BENCHMARK_CAPTURE(reset_after_stack, none, PoisonMode::kNone)
    ->RangeMultiplier(16)
    ->Range(256, 4 << 20)
    ->Iterations(500)
    ->UseManualTime();
BENCHMARK_CAPTURE(reset_after_stack, fill, PoisonMode::kFill)
    ->RangeMultiplier(16)
    ->Range(256, 4 << 20)
    ->Iterations(500)
    ->UseManualTime();
BENCHMARK_CAPTURE(reset_after_stack, protect, PoisonMode::kProtect)
    ->RangeMultiplier(16)
    ->Range(256, 4 << 20)
    ->Iterations(500)
    ->UseManualTime();

// The limit decides the size of native stacks, so a run with another limit allocates new ones.
void reset_to_another_limit(benchmark::State& state) {
  time_empty_nest_after(state, grows_by(0), PoisonMode::kFill, Options().limit_bytes);
}
BENCHMARK(reset_to_another_limit)->Iterations(5000)->UseManualTime();

void reset_after_heap_objects(benchmark::State& state) {
  time_empty_nest_after(state,
                        "package main\n\nfunc main() {\n\tvar n *node\n\tfor i := 0; i < " +
                            std::to_string(state.range(0)) +
                            "; i++ {\n\t\tn = &node{next: n}\n\t}\n}\n",
                        PoisonMode::kFill, Options().limit_bytes);
}
BENCHMARK(reset_after_heap_objects)
    ->RangeMultiplier(16)
    ->Range(1, 65536)
    ->Iterations(500)
    ->UseManualTime();

// ---- The machine's parts ----

// Runs a nest that does `times` operations, and reports how many per second, as counter `name`.
void time_operations(benchmark::State& state, const std::string& text, const char* name,
                     uint64_t times) {
  Machine machine;
  const CompiledNest nest = compile_nest(machine.compiler, text);
  for (auto _ : state) {
    const runtime::RunResult& result = machine.runtime.run(nest.program, nest.options);
    if (result.violation || result.outcome.kind != runtime::OutcomeKind::kExit) {
      state.SkipWithError("the nest does not exit");
    }
    if (times == 0) times = result.stats.steps;
  }
  state.counters[name] = benchmark::Counter(static_cast<double>(state.iterations() * times),
                                            benchmark::Counter::kIsRate);
}

void interpret_counting_loop(benchmark::State& state) {
  time_operations(state, R"(package main

func main() {
	x := 0
	for i := 0; i < 1000000; i++ {
		x += i & 7
	}
	trace(x)
}
)",
                  "instructions", 0);
}
BENCHMARK(interpret_counting_loop)->Unit(benchmark::kMillisecond);

void call_and_return(benchmark::State& state) {
  time_operations(state, R"(package main

func leaf(x int) int {
	return x + 1
}

func main() {
	x := 0
	for i := 0; i < 100000; i++ {
		x = leaf(x)
	}
	trace(x)
}
)",
                  "calls", 100000);
}
BENCHMARK(call_and_return)->Unit(benchmark::kMillisecond);

void defer_and_run(benchmark::State& state) {
  time_operations(state, R"(package main

func nothing(x int) {
	_ = x
}

func body(x int) {
	defer nothing(x)
}

func main() {
	for i := 0; i < 10000; i++ {
		body(i)
	}
}
)",
                  "defers", 10000);
}
BENCHMARK(defer_and_run)->Unit(benchmark::kMillisecond);

void panic_and_recover(benchmark::State& state) {
  time_operations(state, R"(package main

func body(x int) {
	defer func() {
		_ = recover()
	}()
	panic(x)
}

func main() {
	for i := 0; i < 10000; i++ {
		body(i)
	}
}
)",
                  "panics", 10000);
}
BENCHMARK(panic_and_recover)->Unit(benchmark::kMillisecond);

void channel_unbuffered(benchmark::State& state) {
  time_operations(state, R"(package main

func sender(c chan int) {
	for i := 0; i < 10000; i++ {
		c <- i
	}
}

func main() {
	c := make(chan int)
	go sender(c)
	for i := 0; i < 10000; i++ {
		<-c
	}
}
)",
                  "messages", 10000);
}
BENCHMARK(channel_unbuffered)->Unit(benchmark::kMillisecond);

void channel_buffered(benchmark::State& state) {
  time_operations(state, R"(package main

func main() {
	c := make(chan int, 16)
	for i := 0; i < 10000; i++ {
		c <- i
		<-c
	}
}
)",
                  "messages", 10000);
}
BENCHMARK(channel_buffered)->Unit(benchmark::kMillisecond);

// A collection without garbage; the argument is the number of live nodes.
void collect_live_nodes(benchmark::State& state) {
  time_operations(state,
                  "package main\n\nimport \"runtime\"\n\nfunc main() {\n\tvar n *node\n"
                  "\tfor i := 0; i < " +
                      std::to_string(state.range(0)) +
                      "; i++ {\n\t\tn = &node{next: n}\n\t}\n\tfor i := 0; i < 1000; i++ {\n"
                      "\t\truntime.GC()\n\t}\n\ttrace(n.val)\n}\n",
                  "collections", 1000);
}
BENCHMARK(collect_live_nodes)->RangeMultiplier(16)->Range(1, 4096)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace stackquake
