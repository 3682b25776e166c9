#include "harness/fuzzing/variation.h"

#include <algorithm>
#include <array>
#include <span>

#include "harness/generator/random.h"
#include "harness/mutation/step_cost.h"

namespace stackquake {

namespace {

using runtime::GcPolicy;
using runtime::MovePolicy;
using runtime::PlacePolicy;

// As the mutator bounds nests (NestMutator), so that most of what it makes is varied.
constexpr uint64_t kMostSteps = 2'500;

// Steps, each at its cost: see cost_of_a_step.
constexpr uint64_t kMostCost = 4'000;

constexpr size_t kMostListed = 4;

// none, prologue, call, safepoint, at. A few places alone find most that copies everywhere hide.
constexpr std::array<uint32_t, 5> kMoveWeights = {15, 20, 10, 15, 40};
// none, alloc, safepoint, at
constexpr std::array<uint32_t, 4> kGcWeights = {45, 12, 13, 30};

// Some of the safepoints that the run has passed.
SafepointList some_safepoints(const RunExtent& extent, Random& random, Arena& arena) {
  std::array<uint64_t, kMostListed> points = {};
  const auto list = std::span(points).first(1 + random.below(kMostListed));
  for (uint64_t& point : list) point = random.below(extent.safepoints);
  std::sort(list.begin(), list.end());
  const auto repeats = std::unique(list.begin(), list.end());
  return arena.copy(std::span<const uint64_t>(list.begin(), repeats));
}

// A policy of these weights that takes no longer than is allowed; else that of a list.
template <typename Policy, size_t kCount>
Policy choose(const std::array<uint32_t, kCount>& weights, uint64_t steps, Random& random) {
  const auto policy = static_cast<Policy>(random.weighted(weights));
  const uint64_t cost = cost_of_a_step(policy);
  return steps * cost > kMostCost && cost > 1 ? Policy::kAt : policy;
}

}  // namespace

bool can_vary(const RunExtent& extent) {
  return extent.safepoints > 0 && extent.steps <= kMostSteps;
}

Directives varied(const Directives& directives, const RunExtent& extent, uint64_t seed,
                  Arena& arena) {
  Random random(seed);
  Directives made = directives;
  made.move = choose<MovePolicy>(kMoveWeights, extent.steps, random);
  made.gc = choose<GcPolicy>(kGcWeights, extent.steps, random);
  if (made.move == MovePolicy::kNone && made.gc == GcPolicy::kNone) made.move = MovePolicy::kAt;
  made.place = random.pick({PlacePolicy::kFresh, PlacePolicy::kReuse});
  const bool lists_moves = made.move == MovePolicy::kAt;
  made.move_at = lists_moves ? some_safepoints(extent, random, arena) : SafepointList();
  const bool lists_collections = made.gc == GcPolicy::kAt;
  made.gc_at = lists_collections ? some_safepoints(extent, random, arena) : SafepointList();
  forget_finds(made);
  made.written |= directive_bit("move") | directive_bit("gc") | directive_bit("place");
  return made;
}

std::string with_directives(std::string_view text, const Directives& directives) {
  std::string varied;
  print_directives(directives, varied);
  varied += '\n';
  for (size_t line = 0; line < text.size();) {
    const size_t begin = std::min(text.find_first_not_of(" \t\r\n", line), text.size());
    if (!text.substr(begin).starts_with("//")) {
      varied += text.substr(begin);
      break;
    }
    line = std::min(text.find('\n', begin), text.size());
  }
  return varied;
}

}  // namespace stackquake
