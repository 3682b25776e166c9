// What a fresh nest costs, with what every user of it has to do.

#include "harness/generator/generator.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "harness/language/language.h"

namespace stackquake {
namespace {

// The argument chooses nests with several goroutines.
void generate_check_and_print(benchmark::State& state) {
  Arena arena;
  Diagnostic diagnostic;
  std::string text;
  Random random(1);
  size_t bytes = 0;
  for (auto _ : state) {
    arena.reset();
    text.clear();
    Nest* nest = Generator(random, arena, {.goroutines = state.range(0) != 0}).nest();
    if (!check(*nest, arena, diagnostic)) std::abort();
    print(*nest, text);
    bytes += text.size();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}
BENCHMARK(generate_check_and_print)->Arg(0)->Arg(1);

}  // namespace
}  // namespace stackquake
