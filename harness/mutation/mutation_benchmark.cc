// What a mutation costs, with parsing, mending, checking, the oracle's run and printing: chains of
// five mutations, as a fuzzing engine makes them, from each seed of the corpus.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "harness/mutation/nest_mutator.h"
#include "harness/testing/corpus_folder.h"

namespace stackquake {
namespace {

constexpr size_t kMaxBytes = 8192;
constexpr uint32_t kChain = 5;

std::vector<std::string> seeds() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(corpus_folder() + "/seeds")) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> texts;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return texts;
}

// Reports for each mutator: of the changes for which it found a place, the share that was accepted.
void report(benchmark::State& state, const NestMutator& mutator) {
  for (size_t i = 0; i < mutator.counts().size(); ++i) {
    const MutatorCounts& counts = mutator.counts()[i];
    const uint64_t tries = counts.accepted + counts.unchanged + counts.too_long + counts.refused;
    if (tries == 0) continue;
    state.counters[std::string(kMutators[i].name)] =
        static_cast<double>(counts.accepted) / static_cast<double>(tries);
  }
}

void mutate(benchmark::State& state) {
  const std::vector<std::string> texts = seeds();
  NestMutator mutator({.goroutines = true});
  std::string text;
  uint32_t made = 0;
  for (auto _ : state) {
    if (made % kChain == 0) text = texts[made / kChain % texts.size()];
    text = mutator.mutate(text, kMaxBytes, made++);
  }
  state.SetItemsProcessed(state.iterations());
  report(state, mutator);
}
BENCHMARK(mutate);

void cross_over(benchmark::State& state) {
  const std::vector<std::string> texts = seeds();
  NestMutator mutator({.goroutines = true});
  uint32_t made = 0;
  for (auto _ : state) {
    const std::string& a = texts[made % texts.size()];
    const std::string& b = texts[(made / texts.size() + made + 1) % texts.size()];
    benchmark::DoNotOptimize(mutator.cross_over(a, b, kMaxBytes, made++));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(cross_over);

void generate(benchmark::State& state) {
  NestMutator mutator({.goroutines = true});
  uint32_t made = 0;
  for (auto _ : state) benchmark::DoNotOptimize(mutator.generate(kMaxBytes, made++));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(generate);

}  // namespace
}  // namespace stackquake
