#ifndef STACKQUAKE_HARNESS_GENERATOR_SIZES_H_
#define STACKQUAKE_HARNESS_GENERATOR_SIZES_H_

// How far the long tails of sizes, depths and counts go (Generator::size). Where the language has a
// limit, the tail ends there or as near as a nest allows that has other things, too; elsewhere at
// what the steps of a large nest are enough for.

#include <cstdint>

namespace stackquake {

// Blocks inside blocks, bodies of literals included. The language allows 64; deeper blocks only
// make a nest harder to read.
inline constexpr uint32_t kMaxBlocks = 7;

inline constexpr int64_t kMostFunctions = 12;  // each has its share of the statements
inline constexpr int64_t kMostParameters = 24;
inline constexpr int64_t kMostGoParameters = 40;  // with variables, up to the 64 of a function
inline constexpr int64_t kMostLongArrays = 3;  // as parameters: most of the 4,096 words of a frame

// Expressions nest 64 deep, parentheses included, and so do blocks, of which bodies have some.
inline constexpr int64_t kMostOperands = 24;
inline constexpr int64_t kMostBlocksAround = 40;

inline constexpr int64_t kMostDepth = 2000;       // of a recursion
inline constexpr int64_t kMostRounds = 1000;      // of a loop
inline constexpr int64_t kMostLongRounds = 200;   // of a loop with calls or channel operations
inline constexpr int64_t kMostDefers = 1000;      // of one body
inline constexpr int64_t kMostListed = 2000;      // objects
inline constexpr int64_t kMostGoroutines = 1000;  // of 1,024 that a run may have
inline constexpr int64_t kMostContending = 60;    // goroutines

// Two goroutines with so many outrun the scheduler's list.
inline constexpr int64_t kMostYields = 2500;

// In words. A quarter of the usual limit is 8,192; beyond it, the oracle gives up.
inline constexpr int64_t kMostGrowth = 8000;

// Over 2 MiB: a stack of 4 MiB, and with those before it more than the part of memory that is given
// back in whole pages.
inline constexpr int64_t kMostLargeGrowth = 300'000;

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_GENERATOR_SIZES_H_
