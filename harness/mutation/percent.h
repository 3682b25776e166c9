#ifndef STACKQUAKE_HARNESS_MUTATION_PERCENT_H_
#define STACKQUAKE_HARNESS_MUTATION_PERCENT_H_

// The chances, in percent, of the choices that mutators make. Which mutator is chosen has weights
// of its own: see mutators.def.
//
// None of these numbers is tuned to a few points. An alternative at 50 is wanted as often as the
// other one. Away from 50, the comment says why one of them is preferred. mutators_test.cc runs
// each mutator with many seeds.
//
// Other small numbers stand where they are used: rounds of loops, depths of recursions, words of
// arrays, values of literals. Where no comment gives a reason, they are picked, not measured:
// small, so that a nest stays short and its run, too, and with a few values, so that no size is
// special.

#include <cstdint>

namespace stackquake::mutation_percent {

inline constexpr uint32_t kEven = 50;

// Sizes and depths have a long tail: see Random::long_tailed. Larger than in the generator, because
// a change that grows a nest too much is refused.
inline constexpr uint32_t kLongTail = 15;

// ---- How much is changed ----

// Small steps keep what the nest already does, so one statement is the rule. But statements in a
// row often belong together, so nearly half of the pieces have a further one.
inline constexpr uint32_t kFurtherStatement = 45;
inline constexpr uint32_t kFurtherDeletion = 35;     // less: a deletion cannot be undone
inline constexpr uint32_t kNextToOriginal = 70;      // a duplicate; else at the end of the block
inline constexpr uint32_t kReplaceRestOfBlock = 20;  // by a spliced piece; else beside it

// ---- Deferred or at once ----

inline constexpr uint32_t kDeferSplicedCall = 40;
inline constexpr uint32_t kDeferSafepoint = 20;  // a safepoint mostly matters where it was put
inline constexpr uint32_t kCallRecursion = 75;   // a deferred one runs only at the end

// ---- Operators ----

inline constexpr uint32_t kNegate = 15;        // a condition
inline constexpr uint32_t kSwapOperands = 25;  // of the rest; else another operator

// ---- Endings and recovers ----

inline constexpr uint32_t kNewEnding = 25;       // an additional one; else another kind of ending
inline constexpr uint32_t kFaultingEnding = 25;  // where a pointer is in scope
inline constexpr uint32_t kReturn = 15;          // the only ending without an unwinding
inline constexpr uint32_t kPanic = 60;           // else a Goexit, which nothing recovers
inline constexpr uint32_t kPlainRecover = 30;    // else its code is traced, which shows its value
inline constexpr uint32_t kDropRecover = 40;     // less than half: unrecovered panics end a nest
inline constexpr uint32_t kDeferRecover = 25;    // in a literal, where a plain one may work, too

// ---- Sizes, parameters, directives ----

inline constexpr uint32_t kArrays = 60;            // else grow() and channels
inline constexpr uint32_t kSmallCapacity = 60;     // of a channel: no buffer, or hardly any room
inline constexpr uint32_t kNearSize = 40;          // else near a power of two
inline constexpr uint32_t kDropParameter = 40;     // less than half, so that signatures grow
inline constexpr uint32_t kKeepList = 75;          // of move=at: and gc=at:, to be changed further
inline constexpr uint32_t kGrowList = 40;          // by one more safepoint
inline constexpr uint32_t kShrinkList = 40;        // of the rest; else one safepoint moves
inline constexpr uint32_t kDistantSafepoint = 30;  // else by three at most

// ---- Mending ----

inline constexpr uint32_t kVariableSubstitute =
    80;  // else a literal or nil, which does nothing new

}  // namespace stackquake::mutation_percent

#endif  // STACKQUAKE_HARNESS_MUTATION_PERCENT_H_
