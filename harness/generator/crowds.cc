// Crowds: many goroutines, those that contend for the same channels, and those that yield often.
//
// A crowd reaches what a few goroutines do not: waiting lists with a middle, and a select that is
// woken and finds that another goroutine was faster.

#include <algorithm>
#include <array>
#include <utility>

#include "harness/generator/generator.h"
#include "harness/generator/percent.h"
#include "harness/generator/sizes.h"
#include "harness/generator/types.h"

namespace stackquake {
namespace {

// Estimates of the steps in a round of a loop with a select, and of one that yields.
constexpr uint64_t kSelectSteps = 12;
constexpr uint64_t kYieldSteps = 4;

}  // namespace

// Starts goroutines in a loop, up to as many as a run may have.
bool Generator::start_many(Frame& frame, Statements& out) {
  return put_starts(size(2, 4, kMostGoroutines), frame, out);
}

// Starts at most so many.
bool Generator::put_starts(int64_t most, Frame& frame, Statements& out) {
  if (frame.role == Role::kDeferred || frame.scope.blocks >= kMaxBlocks) return false;
  uint64_t steps = most_steps_;
  for (const Known& callee : known_) {
    if (callee.role == Role::kGoroutine) steps = std::min(steps, callee.steps);
  }
  const auto times = static_cast<int64_t>(fitting(static_cast<uint64_t>(most), steps));
  if (times == 0) return false;
  const auto round = [&](Frame& inside, Statements& body) {
    if (!start_goroutine(inside, body)) yield(inside, body);
  };
  in_loop(frame, times, round, out);
  return true;
}

// A function for a goroutine that waits again and again for any of two channels, which others use
// in the same way: see contend.
Function* Generator::contending_function(bool sends) {
  Function* made = declare_named('g', Role::kGoroutine);
  std::array<Variable*, 3> all = {};
  for (size_t i = 0; i < 2; ++i) {
    all.at(i) = parameter(fresh_name('y'), kIntChannelType, *made);
  }
  all[2] = parameter("done", kIntChannelType, *made);
  made->parameters = arena_.copy(std::span<Variable* const>(all));
  Scope scope = scope_in(*made);
  Frame frame{scope, Role::kGoroutine};
  Statements prologue;
  Statements body;
  Statements ending;
  frame.prologue = &prologue;
  open_body(frame, body);
  const auto times = static_cast<int64_t>(
      fitting(static_cast<uint64_t>(size(1, 4, kMostLongRounds)), kSelectSteps));
  const auto round = [&](Frame& inside, Statements& out) {
    // A select on both, one operation, anything else.
    constexpr std::array<uint32_t, 3> kWeights = {64, 22, 14};
    const size_t way = random_.weighted(kWeights);
    const std::span<Variable* const> both = std::span(all).first(2);
    if (way == 0) return select_any(both, sends, inside, out);
    if (way == 1) return put_operation(*random_.pick(both), sends, inside, out);
    if (!select(inside, out)) yield(inside, out);
  };
  if (times > 0) in_loop(frame, times, round, body);
  if (random_.chance(percent::kEven)) piece(frame, body);
  put_ending(choose_ending(Role::kGoroutine, false), frame, ending);
  close_body(frame, prologue, body, ending);
  return made;
}

// One send or receive.
void Generator::put_operation(const Variable& channel, bool sends, Frame& frame, Statements& out) {
  fault_ = Fault::kNone;
  if (sends) {
    emit(builder_.send(read(channel), integer(frame.scope, 1)), out);
    return;
  }
  Expression* value = builder_.receive(read(channel));
  emit(
      random_.chance(percent::kEven) ? builder_.expression(value) : builder_.assign(nullptr, value),
      out);
}

// A select that waits for any of the channels, in one direction.
void Generator::select_any(std::span<Variable* const> channels, bool sends, Frame& frame,
                           Statements& out) {
  std::array<SelectCase, 2> cases = {};
  for (size_t i = 0; i < cases.size(); ++i) {
    fault_ = Fault::kNone;
    Expression* of = read(*channels[i]);
    if (sends) {
      Expression* value = integer(frame.scope, 1);
      cases.at(i) = builder_.send_case(of, value, inner_block(frame, random_.below(2), false));
    } else {
      Variable* target = find_target(kIntType, frame.scope);
      Expression* into = target == nullptr ? nullptr : read(*target);
      cases.at(i) = builder_.receive_case(into, of, inner_block(frame, random_.below(2), false));
    }
  }
  if (random_.chance(percent::kEven)) std::swap(cases[0], cases[1]);
  emit(builder_.select(cases), out);
}

// Starts several goroutines that wait for the same two channels, lets them wait, and then serves
// both channels at once, a few times. So queues get long, and who is woken because there is an
// element, or room for one, finds both ready, or that somebody else was faster.
bool Generator::contend(Frame& frame, Statements& out) {
  if (frame.role != Role::kMain || frame.prologue == nullptr || !frame.scope.top_level)
    return false;
  const Known* chosen = nullptr;
  for (Known& one : known_) {
    if (!one.contends || (chosen != nullptr && random_.chance(percent::kEven))) continue;
    one.called = true;
    chosen = &one;
  }
  const auto count = static_cast<uint64_t>(size(2, 5, kMostContending));
  if (chosen == nullptr || !fits_steps(chosen->steps * count)) return false;
  const Known callee = *chosen;
  declare_done(frame);
  std::array<Variable*, 2> channels = {};
  for (Variable*& channel : channels) {
    const bool buffered = random_.chance(percent::kBufferedContention);
    const int64_t capacity = buffered ? size(1, 2, kMaxChannelCapacity) : -1;
    channel = add_local(kIntChannelType, builder_.make(kIntChannelType, capacity), frame, out);
  }
  const auto start = [&](Frame& inside, Statements& body) {
    const size_t first = random_.below(2);
    const std::array values = {read(*channels.at(first)), read(*channels.at(1 - first)),
                               builder_.name("done")};
    emit(builder_.go(builder_.call(callee.function->name, values)), body);
    if (random_.chance(percent::kEven)) yield(inside, body);
  };
  if (count > 5) {
    in_loop(frame, static_cast<int64_t>(count), start, out);
  } else {
    for (uint64_t i = 0; i < count; ++i) start(frame, out);
  }
  yield(frame, out);
  steps_ += count * callee.steps;
  started_ += static_cast<uint32_t>(count);
  const uint64_t bursts = 1 + random_.below(3);
  for (uint64_t i = 0; i < bursts; ++i) {
    const uint64_t operations = 2 + random_.below(3);
    for (uint64_t j = 0; j < operations; ++j) {
      put_operation(*channels.at((i + j) % 2), !callee.sends, frame, out);
    }
    if (random_.chance(percent::kEven)) piece(frame, out);
    yield(frame, out);
  }
  return true;
}

// Yields often. With other goroutines that do so, the queue of those that may run is never empty.
bool Generator::yield_often(Frame& frame, Statements& out) {
  if (frame.scope.blocks >= kMaxBlocks) return false;
  put_yields(size(2, 4, kMostYields), frame, out);
  return true;
}

void Generator::put_yields(int64_t most, Frame& frame, Statements& out) {
  const auto times = static_cast<int64_t>(fitting(static_cast<uint64_t>(most), kYieldSteps));
  if (times == 0) return;
  const auto round = [this](Frame& inside, Statements& body) { yield(inside, body); };
  in_loop(frame, times, round, out);
}

}  // namespace stackquake
