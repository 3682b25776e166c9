// What the oracle costs: the whole corpus, loaded once, and a loop of calls.

#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "harness/language/language.h"
#include "harness/oracle/oracle.h"
#include "harness/testing/corpus_folder.h"

namespace stackquake {
namespace {

struct LoadedNest {
  Arena arena;
  const Nest* nest = nullptr;
};

std::unique_ptr<LoadedNest> load_text(const std::string& text) {
  auto loaded = std::make_unique<LoadedNest>();
  Diagnostic diagnostic;
  loaded->nest = load(loaded->arena.copy(text), loaded->arena, diagnostic);
  return loaded;
}

std::vector<std::unique_ptr<LoadedNest>> load_corpus() {
  std::vector<std::unique_ptr<LoadedNest>> nests;
  for (const std::string folder : {"seeds", "truth"}) {
    for (const auto& entry : std::filesystem::directory_iterator(corpus_folder() + "/" + folder)) {
      if (entry.path().extension() != ".go") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      nests.push_back(load_text(std::string(std::istreambuf_iterator<char>(file), {})));
    }
  }
  return nests;
}

void evaluate_corpus(benchmark::State& state, Level level) {
  const std::vector<std::unique_ptr<LoadedNest>> nests = load_corpus();
  Oracle oracle;
  uint64_t steps = 0;
  for (auto _ : state) {
    for (const auto& loaded : nests) {
      steps +=
          oracle.evaluate(*loaded->nest, oracle_options(loaded->nest->directives, level)).steps;
    }
  }
  const auto evaluations = static_cast<double>(state.iterations() * nests.size());
  state.counters["nests"] = benchmark::Counter(evaluations, benchmark::Counter::kIsRate);
  state.counters["seconds_per_nest"] =
      benchmark::Counter(evaluations, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["steps"] =
      benchmark::Counter(static_cast<double>(steps), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(evaluate_corpus, go14, Level::kGo14)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(evaluate_corpus, modern, Level::kModern)->Unit(benchmark::kMillisecond);

void evaluate(benchmark::State& state, const std::string& text) {
  const std::unique_ptr<LoadedNest> loaded = load_text(text);
  Oracle oracle;
  for (auto _ : state) benchmark::DoNotOptimize(oracle.evaluate(*loaded->nest, {}).steps);
}
BENCHMARK_CAPTURE(evaluate, empty, "package main\n\nfunc main() {\n}\n");
BENCHMARK_CAPTURE(evaluate, thousand_calls,
                  "package main\n\nfunc f(x int) int {\n\treturn x + 1\n}\n\nfunc main() {\n"
                  "\tx := 0\n\tfor i := 0; i < 1000; i++ {\n\t\tx = f(x)\n\t}\n}\n");

}  // namespace
}  // namespace stackquake
