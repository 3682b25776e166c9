// The cost of a stack copy for numbers of frames and of words, compared with a plain memcpy of the
// same number of bytes in the same process.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <vector>

#include "runtime_under_test/runtime_testing.h"

namespace stackquake::runtime {
namespace {

constexpr int64_t kMoves = 200;

// The frames of the stack that is moved again and again.
struct Shape {
  int64_t frames;
  uint16_t frame_words;
  PoisonMode poison;
};

// Writes a function that calls itself until its argument is 0, and then moves the stack kMoves
// times. Its frame holds a pointer into itself. Slots: 0 the argument for the callee, 1 the
// pointer, 2 a counter.
void write_moving_recursion(ProgramWriter& writer, const Shape& shape) {
  const auto words = shape.frame_words;
  const uint32_t down = writer.begin("down", words, 1);
  writer.emit({Opcode::kFrameAddress, 1, static_cast<uint16_t>(words - 1)});
  writer.emit({Opcode::kAddConst, 0, static_cast<uint16_t>(words + 1), 0, -1});
  const uint32_t branch = writer.emit({Opcode::kJumpLessConst, 0, 0, 0, 0});
  writer.call(down, {1});
  writer.end();
  writer.program().code[branch].set_short_target(writer.here());
  writer.emit({Opcode::kConst, 2, 0, 0, 0});
  const uint32_t loop = writer.here();
  writer.emit_safepoint({Opcode::kMove}, {1});
  writer.emit({Opcode::kAddConst, 2, 2, 0, 1});
  Instruction again{Opcode::kJumpLessConst, 2, 0, 0, kMoves};
  again.set_short_target(loop);
  writer.emit(again);
  writer.end();
  writer.begin("main", 1);
  writer.emit({Opcode::kConst, 0, 0, 0, shape.frames - 1});
  writer.call(down);
  writer.end();
}

// Times the copies alone: from the safepoint before a move to the copy's end.
class CopyTimer final : public Observer {
 public:
  using Clock = std::chrono::steady_clock;

  void safepoint(const G&, uint64_t) override { start_ = Clock::now(); }
  void stack_copied(const G&, const StackCopy& copy) override {
    if (copy.old_stack.bytes() != copy.new_stack.bytes()) return;
    seconds += std::chrono::duration<double>(Clock::now() - start_).count();
    ++copies;
    used_bytes = copy.used_bytes;
    words_adjusted = copy.words_adjusted;
  }

  double seconds = 0;
  uint64_t copies = 0;
  uint64_t used_bytes = 0;
  uint64_t words_adjusted = 0;

 private:
  Clock::time_point start_;
};

// The shortest time, in seconds, that a memcpy of so many bytes takes. Like a stack copy it goes to
// one of several places in turn.
double memcpy_seconds(uint64_t bytes) {
  constexpr int kBatches = 20;
  constexpr uint64_t kPlaces = 16;
  std::vector<char> from(bytes, 1);
  std::vector<char> to(bytes * kPlaces);
  double best = 1;
  for (int batch = 0; batch < kBatches; ++batch) {
    const auto start = CopyTimer::Clock::now();
    for (int64_t i = 0; i < kMoves; ++i) {
      std::memcpy(to.data() + static_cast<uint64_t>(i) % kPlaces * bytes, from.data(), bytes);
      benchmark::ClobberMemory();
    }
    const std::chrono::duration<double> taken = CopyTimer::Clock::now() - start;
    best = std::min(best, taken.count() / kMoves);
  }
  return best;
}

void time_copies(benchmark::State& state, const Shape& shape) {
  Machine machine;
  write_moving_recursion(machine.writer, shape);
  Options options;
  options.poison = shape.poison;
  options.limit_bytes = kMaxStackLimitBytes;
  CopyTimer timer;
  double best = 1;
  for (auto _ : state) {
    timer.seconds = 0;
    timer.copies = 0;
    if (machine.run(options, timer).violation) state.SkipWithError("a check fired");
    if (timer.copies != kMoves) state.SkipWithError("a move did not copy");
    state.SetIterationTime(timer.seconds / kMoves);
    best = std::min(best, timer.seconds / kMoves);
  }
  state.counters["used_bytes"] = static_cast<double>(timer.used_bytes);
  state.counters["words_adjusted"] = static_cast<double>(timer.words_adjusted);
  state.counters["times_memcpy"] = best / memcpy_seconds(timer.used_bytes);
}

constexpr uint16_t kSmallFrame = 8;

void copystack_by_frames(benchmark::State& state, PoisonMode poison) {
  time_copies(state, {state.range(0), kSmallFrame, poison});
}
BENCHMARK_CAPTURE(copystack_by_frames, none, PoisonMode::kNone)
    ->RangeMultiplier(8)
    ->Range(1, 4096)
    ->Iterations(20)
    ->UseManualTime();
BENCHMARK_CAPTURE(copystack_by_frames, fill, PoisonMode::kFill)
    ->RangeMultiplier(8)
    ->Range(1, 4096)
    ->Iterations(20)
    ->UseManualTime();
BENCHMARK_CAPTURE(copystack_by_frames, protect, PoisonMode::kProtect)
    ->RangeMultiplier(8)
    ->Range(1, 4096)
    ->Iterations(20)
    ->UseManualTime();

// A stack of main's frame and one frame of so many words.
void copystack_by_words(benchmark::State& state, PoisonMode poison) {
  time_copies(state, {1, static_cast<uint16_t>(state.range(0)), poison});
}
BENCHMARK_CAPTURE(copystack_by_words, none, PoisonMode::kNone)
    ->RangeMultiplier(8)
    ->Range(8, 32768)
    ->Iterations(20)
    ->UseManualTime();
BENCHMARK_CAPTURE(copystack_by_words, fill, PoisonMode::kFill)
    ->RangeMultiplier(8)
    ->Range(8, 32768)
    ->Iterations(20)
    ->UseManualTime();

}  // namespace
}  // namespace stackquake::runtime
