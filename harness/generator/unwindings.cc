// Frames inside frames, through which several panics and Goexits come.
//
// A runtime keeps a deferred call in a record or, outside of loops, in the frame that defers it. A
// panic that comes through both kinds of frames leaves each of them half done when a deferred call
// panics again, exits or recovers. Then the next panic, the recovery or the return takes up what is
// left.

#include <array>

#include "harness/generator/generator.h"
#include "harness/generator/percent.h"

namespace stackquake {
namespace {

constexpr uint32_t kMostLayers = 3;

// What a deferred call of a layer, with the panic that it may raise, takes at most in steps.
constexpr uint64_t kLayerSteps = 60;

}  // namespace

// Makes func() { defer …; func() { for … { defer …; defer … }; panic(1) }(); … }(), and something
// that looks at what is left of the frames.
bool Generator::unwind_layers(Frame& frame, Statements& out) {
  if (frame.literals > 1 || !has_room() || !fits_steps(kMostLayers * kLayerSteps)) return false;
  const auto layers = random_.pick({kMostLayers - 1, kMostLayers, kMostLayers});
  steps_ += repeats_ * layers * kLayerSteps;
  put_layer(layers, frame, out);
  disturb(frame, out);
  return true;
}

// A call of a literal with deferred calls, which then calls the next layer. The innermost one ends
// abnormally, and the others may do so when they go on.
void Generator::put_layer(uint32_t layers, Frame& frame, Statements& out) {
  const auto body = [&](Frame& inside, Statements& within) {
    const bool innermost = layers == 1;
    const bool loops =
        random_.chance(innermost ? percent::kInnermostInLoop : percent::kLayerInLoop);
    const int64_t calls = random_.between(1, 3);
    for (int64_t i = 0; i < calls; ++i) {
      const auto defers = [&](Frame& deferring, Statements& made) {
        defer_in_layer(innermost, deferring, made);
      };
      if (loops) {
        in_loop(inside, random_.pick({1, 1, 2}), defers, within);
      } else {
        defers(inside, within);
      }
    }
    if (!innermost) put_layer(layers - 1, inside, within);
    if (innermost || random_.chance(percent::kLayerEndsAgain)) end_layer(inside, within);
  };
  emit(builder_.expression(builder_.call(literal_with(frame, body))), out);
}

void Generator::end_layer(Frame& frame, Statements& out) {
  if (random_.chance(percent::kLayerExits)) {
    exit_goroutine(frame, out);
  } else {
    panic(frame, out);
  }
}

// Defers a literal that ends abnormally.
void Generator::defer_ending(Frame& frame, Statements& out) {
  const auto ends = [this](Frame& inside, Statements& within) { end_layer(inside, within); };
  emit(builder_.defer(builder_.call(literal_with(frame, ends))), out);
}

// Defers a trace, or a literal that recovers, ends abnormally, recovers from panics of its own, or
// disturbs the stack. The innermost ones mostly end abnormally, and the others recover.
void Generator::defer_in_layer(bool innermost, Frame& frame, Statements& out) {
  constexpr std::array<uint32_t, 5> kInnermost = {14, 26, 36, 18, 6};
  constexpr std::array<uint32_t, 5> kOthers = {28, 38, 14, 14, 6};
  const size_t choice = has_room() ? random_.weighted(innermost ? kInnermost : kOthers) : 0;
  if (choice == 0) {
    Expression* number = builder_.literal(random_.between(1, 9));
    emit(builder_.defer(builder_.builtin(Builtin::kTrace, number)), out);
    return;
  }
  if (choice == 2) return defer_ending(frame, out);
  const auto body = [&](Frame& inside, Statements& within) {
    switch (choice) {
      case 1:
        recover(inside, within);
        return;
      case 3:
        emit(defer_plain_recover(), within);
        if (random_.chance(percent::kEven) && has_room()) defer_ending(inside, within);
        panic(inside, within);
        return;
      default:
        disturb(inside, within);
    }
  };
  emit(builder_.defer(builder_.call(literal_with(frame, body))), out);
}

}  // namespace stackquake
