// What the front end costs a fuzzer per input: each step on its own, on a nest of about 1 KB.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "harness/language/language.h"
#include "harness/testing/corpus_folder.h"

namespace stackquake {
namespace {

// A nest of the corpus with most constructs in it.
const std::string& text() {
  static const std::string text = [] {
    std::ifstream file(corpus_folder() + "/truth/defer_records_and_moves.go");
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
  return text;
}

void count_bytes(benchmark::State& state) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text().size()));
}

Nest* loaded(Arena& arena) {
  Diagnostic diagnostic;
  Nest* nest = load(text(), arena, diagnostic);
  if (nest == nullptr) std::abort();
  return nest;
}

void parse_nest(benchmark::State& state) {
  Arena arena;
  Diagnostic diagnostic;
  for (auto _ : state) {
    arena.reset();
    benchmark::DoNotOptimize(parse(text(), arena, diagnostic));
  }
  count_bytes(state);
}
BENCHMARK(parse_nest);

void parse_and_check_nest(benchmark::State& state) {
  Arena arena;
  for (auto _ : state) {
    arena.reset();
    benchmark::DoNotOptimize(loaded(arena));
  }
  count_bytes(state);
}
BENCHMARK(parse_and_check_nest);

void print_nest(benchmark::State& state) {
  Arena arena;
  const Nest* nest = loaded(arena);
  std::string out;
  for (auto _ : state) {
    out.clear();
    print(*nest, out);
    benchmark::DoNotOptimize(out.data());
  }
  count_bytes(state);
}
BENCHMARK(print_nest);

// A single expression of nearly the largest text that is accepted: the worst input for the parser.
void reject_nesting(benchmark::State& state) {
  const std::string text = "package main\n\nfunc main() {\nx = " + std::string(60000, '(');
  Arena arena;
  Diagnostic diagnostic;
  for (auto _ : state) {
    arena.reset();
    benchmark::DoNotOptimize(parse(text, arena, diagnostic));
  }
}
BENCHMARK(reject_nesting);

// A long text whose only error is at its end.
void reject_at_the_end(benchmark::State& state) {
  std::string text = "package main\n\nfunc main() {\n";
  while (text.size() < 60000) text += "trace(1)\n";
  Arena arena;
  Diagnostic diagnostic;
  for (auto _ : state) {
    arena.reset();
    benchmark::DoNotOptimize(parse(text, arena, diagnostic));
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}
BENCHMARK(reject_at_the_end);

}  // namespace
}  // namespace stackquake
