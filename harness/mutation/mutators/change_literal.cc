#include <iterator>
#include <limits>

#include "harness/mutation/mutator.h"
#include "harness/mutation/percent.h"
#include "harness/mutation/types.h"
#include "runtime_under_test/memory.h"

namespace stackquake {
namespace {

// Boundaries of words, of sizes of stacks, and of lengths of arrays.
constexpr int64_t kBoundaries[] = {
    0,   1,   2,    7,    8,    15,   16,    31,
    63,  64,  127,  128,  255,  256,  511,   512,
    513, 999, 1023, 1024, 4096, 8192, 65536, std::numeric_limits<int64_t>::max()};

// A number that looks like an address in the runtime under test, for collectors and copiers that
// treat numbers as pointers. The first 512 words hold the objects, or the stack, of most nests.
int64_t address(Random& random) {
  const bool heap = random.chance(mutation_percent::kEven);
  const uint64_t base = heap ? runtime::kHeapBase : runtime::kStackBase;
  return static_cast<int64_t>(base + random.below(512) * sizeof(int64_t));
}

// Of eight changes two add 1 and two subtract 1: steps around a boundary matter most. The others
// double, negate, or take an address or a boundary.
int64_t other_value(int64_t value, Random& random) {
  const auto bits = static_cast<uint64_t>(value);
  switch (random.below(8)) {
    case 0:
    case 1:
      return static_cast<int64_t>(bits + 1);
    case 2:
    case 3:
      return static_cast<int64_t>(bits - 1);
    case 4:
      return static_cast<int64_t>(bits * 2);
    case 5:
      return static_cast<int64_t>(-bits);
    case 6:
      return address(random);
    default:
      return kBoundaries[random.below(std::size(kBoundaries))];
  }
}

}  // namespace

bool change_literal(MutationContext& context) {
  Site& site = context.site;
  const auto literal = [](const Expression& expression, const Statement&) {
    return is_literal(expression);
  };
  if (!find_expression(context.nest, context.random, site, literal)) return false;
  int64_t& value = (*site.slot)->value;
  value = other_value(value, context.random);
  return true;
}

}  // namespace stackquake
