#include <algorithm>
#include <bit>

#include "harness/mutation/mutator.h"
#include "harness/mutation/percent.h"

namespace stackquake {
namespace {

using runtime::GcPolicy;
using runtime::MovePolicy;
using runtime::PlacePolicy;

// A finding seldom needs more than one or two safepoints; longer lists hide which.
constexpr size_t kMostListed = 6;

// Most nests pass fewer safepoints than kLastListed, and every nest that does much passes the first
// kEarlyListed.
constexpr uint64_t kLastListed = 400;
constexpr uint64_t kEarlyListed = 40;

// Seeds of the scheduler: each is as good as any other.
constexpr uint64_t kSeeds = 1000;

// Stacks larger than this hold a small nest without a copy.
constexpr uint32_t kLargestFirstStack = 4096;

// A limit below would end most nests in an overflow; above, filling the stack takes long.
constexpr uint32_t kSmallestLimit = 8192;
constexpr uint32_t kLargestLimit = 1 << 20;

enum Key : uint32_t { kStack, kMove, kGc, kPlace, kLimit, kSched };

void note_written(Directives& directives, Key key) {
  directives.written |= uint32_t{1} << key;
}

uint64_t other_safepoint(uint64_t safepoint, Random& random) {
  if (random.chance(mutation_percent::kDistantSafepoint)) return random.below(kLastListed);
  const auto moved = static_cast<int64_t>(safepoint) + random.between(-3, 3);
  return static_cast<uint64_t>(std::max<int64_t>(moved, 0));
}

// Changes a list: ascending, without repeats, at least one element.
SafepointList other_list(SafepointList list, MutationContext& context) {
  Random& random = context.random;
  std::span<uint64_t> all = context.arena.make_array<uint64_t>(list.size() + 1);
  std::copy(list.begin(), list.end(), all.begin());
  all.back() = random.below(random.chance(mutation_percent::kEven) ? kEarlyListed : kLastListed);
  const bool grows =
      list.empty() || (list.size() < kMostListed && random.chance(mutation_percent::kGrowList));
  if (!grows) {
    all = all.first(list.size());
    uint64_t& one = all[random.below(all.size())];
    if (all.size() > 1 && random.chance(mutation_percent::kShrinkList)) {
      std::swap(one, all.back());
      all = all.first(all.size() - 1);
    } else {
      one = other_safepoint(one, random);
    }
  }
  std::sort(all.begin(), all.end());
  return all.first(static_cast<size_t>(std::unique(all.begin(), all.end()) - all.begin()));
}

void change_move(Directives& directives, MutationContext& context) {
  const bool stays =
      directives.move == MovePolicy::kAt && context.random.chance(mutation_percent::kKeepList);
  directives.move =
      stays ? MovePolicy::kAt
            : context.random.pick({MovePolicy::kNone, MovePolicy::kPrologue, MovePolicy::kCall,
                                   MovePolicy::kSafepoint, MovePolicy::kAt, MovePolicy::kAt});
  const bool listed = directives.move == MovePolicy::kAt;
  directives.move_at = listed ? other_list(directives.move_at, context) : SafepointList();
}

void change_gc(Directives& directives, MutationContext& context) {
  const bool stays =
      directives.gc == GcPolicy::kAt && context.random.chance(mutation_percent::kKeepList);
  directives.gc = stays ? GcPolicy::kAt
                        : context.random.pick({GcPolicy::kNone, GcPolicy::kAlloc,
                                               GcPolicy::kSafepoint, GcPolicy::kAt});
  const bool listed = directives.gc == GcPolicy::kAt;
  directives.gc_at = listed ? other_list(directives.gc_at, context) : SafepointList();
}

uint32_t power_between(uint32_t low, uint32_t high, Random& random) {
  const auto powers = static_cast<uint64_t>(std::countr_zero(high) - std::countr_zero(low));
  return low << random.below(powers + 1);
}

}  // namespace

bool change_directive(MutationContext& context) {
  Directives& directives = context.nest.directives;
  Random& random = context.random;
  // In the order of Key. Where copies and collections happen matters most. limit= and sched= change
  // nothing in most nests; with several goroutines, each seed is another schedule.
  const uint32_t weights[] = {5, 6, 4, 2, 1, context.goroutines ? 6U : 1U};
  const auto key = static_cast<Key>(random.weighted(weights));
  switch (key) {
    case kStack:
      directives.stack = power_between(runtime::kMinStackBytes, kLargestFirstStack, random);
      directives.limit = std::max(directives.limit, directives.stack);
      break;
    case kMove:
      change_move(directives, context);
      break;
    case kGc:
      change_gc(directives, context);
      break;
    case kPlace:
      directives.place =
          directives.place == PlacePolicy::kFresh ? PlacePolicy::kReuse : PlacePolicy::kFresh;
      break;
    case kLimit:
      directives.limit =
          power_between(std::max(directives.stack, kSmallestLimit), kLargestLimit, random);
      break;
    case kSched:
      directives.sched = static_cast<uint32_t>(random.below(kSeeds));
      break;
  }
  note_written(directives, key);
  return true;
}

}  // namespace stackquake
