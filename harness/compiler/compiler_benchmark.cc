// What a fuzzer pays to compile an input: a nest of about 1 KB, and the whole corpus.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "harness/compiler/compiler.h"
#include "harness/language/language.h"
#include "harness/testing/corpus_folder.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// A nest of the corpus with most constructs in it.
const std::string& kilobyte() {
  static const std::string text = read_text(corpus_folder() + "/truth/defer_records_and_moves.go");
  return text;
}

class Front {
 public:
  const Nest& checked(const std::string& text) {
    arena_.reset();
    const Nest* nest = load(text, arena_, diagnostic_);
    if (nest == nullptr) std::abort();
    return *nest;
  }

  const runtime::Program& compiled(const Nest& nest) { return compiler_.compile(nest, arena_); }

 private:
  std::unique_ptr<runtime::Design> design_ = runtime::make_design("go1.4");
  Compiler compiler_{*design_};
  Arena arena_;
  Diagnostic diagnostic_;
};

void compile_checked_nest(benchmark::State& state) {
  Front front;
  const Nest& nest = front.checked(kilobyte());
  for (auto _ : state) benchmark::DoNotOptimize(&front.compiled(nest));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kilobyte().size()));
}
// The names of literals are allocated in the tree's arena, which is not reset here, so the number
// of iterations is fixed.
BENCHMARK(compile_checked_nest)->Iterations(20000);

void parse_check_and_compile_nest(benchmark::State& state) {
  Front front;
  for (auto _ : state) benchmark::DoNotOptimize(&front.compiled(front.checked(kilobyte())));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kilobyte().size()));
}
BENCHMARK(parse_check_and_compile_nest);

void parse_check_and_compile_corpus(benchmark::State& state) {
  std::vector<std::string> texts;
  int64_t bytes = 0;
  for (const char* folder : {"/truth", "/seeds"}) {
    for (const auto& entry : std::filesystem::directory_iterator(corpus_folder() + folder)) {
      if (entry.path().extension() != ".go") continue;
      texts.push_back(read_text(entry.path()));
      bytes += static_cast<int64_t>(texts.back().size());
    }
  }
  Front front;
  for (auto _ : state) {
    for (const std::string& text : texts) {
      benchmark::DoNotOptimize(&front.compiled(front.checked(text)));
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * bytes);
  state.counters["nests"] = benchmark::Counter(
      static_cast<double>(state.iterations() * texts.size()), benchmark::Counter::kIsRate);
}
BENCHMARK(parse_check_and_compile_corpus)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace stackquake
