#include <algorithm>
#include <array>

#include "harness/generator/generator.h"
#include "harness/generator/percent.h"
#include "harness/generator/sizes.h"

namespace stackquake {
namespace {

using runtime::GcPolicy;
using runtime::MovePolicy;
using runtime::PlacePolicy;

// Frames with arrays longer than this soon take a quarter of the usual limit of a stack. What is
// beyond cannot be compared.
constexpr uint32_t kLongForLimit = 300;

// The largest limit that large nests have: 4 MiB. A larger one costs much memory.
constexpr int64_t kMostLimitBits = 22;

// The safepoints at which something is forced. A small nest passes some dozens of them, and 160 is
// more than most pass. The first ones are in the outermost calls, where little has happened yet, so
// the list may start at any of the first 24.
SafepointList safepoints(Random& random, Arena& arena) {
  std::array<uint64_t, 4> points = {};
  const auto list = std::span(points).first(1 + random.below(points.size()));
  uint64_t point = random.below(random.chance(percent::kEarlySafepoints) ? 24 : 160);
  for (uint64_t& one : list) {
    one = point;
    point += 1 + random.below(24);
  }
  return arena.copy(std::span<const uint64_t>(list));
}

}  // namespace

// Small stacks and forced copies are the rule, because a nest is small and would seldom outgrow a
// stack of 2048 bytes.
//
// The weights of stack sizes favour the smallest size, which copies most, and the default, which Go
// has. Those of move= (none, prologue, call, safepoint, at) and gc= (none, alloc, safepoint, at)
// leave a good part of the nests without force: a copy everywhere hides what a rare one shows.
Directives Generator::directives() {
  constexpr std::array kStacks = {256U, 512U, 1024U, 2048U};
  constexpr std::array<uint32_t, 4> kStackWeights = {45, 20, 10, 25};
  constexpr std::array<uint32_t, 5> kMoveWeights = {28, 28, 12, 12, 20};
  constexpr std::array<uint32_t, 4> kGcWeights = {54, 14, 14, 18};
  Directives made;
  made.stack = kStacks.at(random_.weighted(kStackWeights));
  made.written = directive_bit("stack");
  made.move = static_cast<MovePolicy>(random_.weighted(kMoveWeights));
  made.gc = static_cast<GcPolicy>(random_.weighted(kGcWeights));
  if (scale_ > 1 && !random_.chance(percent::kForceInLargeNest)) {
    made.move = random_.pick({MovePolicy::kNone, MovePolicy::kAt});
    made.gc = random_.pick({GcPolicy::kNone, GcPolicy::kAt});
  }
  if (made.move == MovePolicy::kAt) made.move_at = safepoints(random_, arena_);
  if (made.move != MovePolicy::kNone || random_.chance(percent::kWriteDefault))
    made.written |= directive_bit("move");
  if (made.gc == GcPolicy::kAt) made.gc_at = safepoints(random_, arena_);
  if (made.gc != GcPolicy::kNone || random_.chance(percent::kWriteDefault))
    made.written |= directive_bit("gc");
  if (random_.chance(percent::kWritePlace)) {
    made.place = random_.chance(percent::kReusePlace) ? PlacePolicy::kReuse : PlacePolicy::kFresh;
    made.written |= directive_bit("place");
  }
  const bool large = scale_ > 1 || lengths_.back() > kLongForLimit;
  if (largest_growth_ > kMostGrowth) {
    made.limit = 1U << kMostLimitBits;
    made.written |= directive_bit("limit");
  } else if (large && random_.chance(percent::kLargeLimit)) {
    made.limit = 1U << random_.between(19, kMostLimitBits);
    made.written |= directive_bit("limit");
  } else if (random_.chance(percent::kSmallLimit)) {
    // A few small frames fill the first; a recursion of some depth fills the second.
    made.limit = random_.pick({8192U, 65536U});
    made.written |= directive_bit("limit");
  }
  if (random_.chance(options_.goroutines ? percent::kConcurrentSeed : percent::kSeed)) {
    made.sched = static_cast<uint32_t>(random_.below(1000));  // any seed is as good as another
    made.written |= directive_bit("sched");
  }
  return made;
}

}  // namespace stackquake
