#ifndef STACKQUAKE_HARNESS_GENERATOR_PERCENT_H_
#define STACKQUAKE_HARNESS_GENERATOR_PERCENT_H_

// The chances, in percent, of the choices inside the generator's methods. Which piece and which
// ending is made has weights of its own: see pieces.def and endings.def. Chances that depend on the
// profile are in profiles.h.
//
// None of these numbers is tuned to a few points. Each says how much of a nest its alternative may
// take:
//   - 50 to 80: the alternative is what the generator is for, and the other one must come up, too.
//   - 20 to 45: the alternative matters, but it takes the place of something that matters more.
//   - 12 or less: it is enough that some nests have it; more of it would end or shadow the rest.
// variety_test.cc sees that every construct and situation still comes up in a few thousand nests.
//
// Other small numbers stand where they are used: rounds of loops, values of literals, parameters of
// a function, pieces of a body. They are picked, not measured: small, so that a nest stays short to
// read and its run short, and with a few values, so that no size is special.

#include <cstdint>

namespace stackquake::percent {

inline constexpr uint32_t kEven = 50;

// Sizes, depths and counts have a long tail (Random::long_tailed): most are small, because a nest
// is to be small, and one in some dozens is far beyond. Most nests have several, so one nest in
// some hundred has each. What is large and takes many steps fits only into a large nest, so that
// the rest stays quick. There most sizes are large together.
inline constexpr uint32_t kLongTail = 3;
inline constexpr uint32_t kLargeNest = 1;  // all of them together take a tenth of the time
inline constexpr uint32_t kLongTailOfLarge = 35;

// ---- Functions and bodies ----

inline constexpr uint32_t kResult = 25;
inline constexpr uint32_t kLiteralResult = 20;
inline constexpr uint32_t kIntResult = 65;    // else a *node, which copier and collector read
inline constexpr uint32_t kNamedResult = 60;  // deferred literals can change only these
inline constexpr uint32_t kBareReturn = 40;   // of a named result; else it is assigned once more
inline constexpr uint32_t kChannelParameter = 60;   // with goroutines; else a func()
inline constexpr uint32_t kLongParameter = 35;      // in the few nests with long arrays: an array
inline constexpr uint32_t kLiteralParameters = 65;  // arguments in a Defer record are adjusted
inline constexpr uint32_t kFails = 12;              // of ordinary functions; none returns
inline constexpr uint32_t kFailsByPanic = 70;       // else by any abnormal ending
inline constexpr uint32_t kMovesBeforeFailing = 30;
inline constexpr uint32_t kPieceInRecursion = 60;
inline constexpr uint32_t kRecursiveInLarge = 60;      // functions of a large nest
inline constexpr uint32_t kPieceInDeepRecursion = 15;  // each takes steps at each level
inline constexpr uint32_t kDisturbedDepth = 60;        // a walk or copy at the innermost level
inline constexpr uint32_t kRecursionRecovers = 25;     // of levels that are deferred literals
inline constexpr uint32_t kPiecePart = 88;  // of parts for a tree; else an abnormal ending

// A body that ends abnormally mostly defers a recover first; otherwise the whole nest ends there. A
// deferred body seldom does, because its caller's recover can catch its panic.
inline constexpr uint32_t kGuardedBody = 60;
inline constexpr uint32_t kGuardedDeferredBody = 10;

// A deferred call that runs after the recover looks at the frames that the recovery has left.
inline constexpr uint32_t kWatchesRecovery = 12;  // of guarded bodies
inline constexpr uint32_t kWatchesFailing = 25;   // of main's calls of functions that always fail

// Deferred code recovers in about a third of all cases. With more recovers no panic would get far
// enough to meet another one.
inline constexpr uint32_t kDeferredFunctionRecovers = 35;
inline constexpr uint32_t kDeferredLiteralRecovers = 25;
inline constexpr uint32_t kValueRecovers = 30;  // a func() value
inline constexpr uint32_t kRecoverFirst = 55;   // of those that recover; else later, or not at all

// A function that nothing calls is called by main at the end.
inline constexpr uint32_t kDeferUncalledDeferred = 70;
inline constexpr uint32_t kDeferUncalledOrdinary = 25;

// ---- Calls and panics ----

inline constexpr uint32_t kCallFailing = 60;      // last, if there is one; else any function
inline constexpr uint32_t kLiteralArgument = 60;  // of a func() parameter; a literal captures
inline constexpr uint32_t kKnownValue = 60;       // a deferred func() variable; else a nil one
inline constexpr uint32_t kSamePanic = 70;        // panic_again raises what it recovered
inline constexpr uint32_t kComputedPanic = 20;    // a variable may be 0, which code() cannot show

// ---- Layers of frames through which panics come ----

inline constexpr uint32_t kLayerInLoop = 10;      // all deferred calls of a layer; else none
inline constexpr uint32_t kInnermostInLoop = 60;  // the same of the innermost layer
inline constexpr uint32_t kLayerEndsAgain = 15;   // after the layer within has recovered
inline constexpr uint32_t kLayerExits = 25;       // by a Goexit; else by a panic

// ---- Loops ----

inline constexpr uint32_t kComputedBound = 25;     // where the loop is long enough
inline constexpr uint32_t kGarbageFirst = 60;      // in the largest nests
inline constexpr uint32_t kYieldsFirst = 50;       // in the largest nests, of goroutines
inline constexpr uint32_t kListFirst = 40;         // in a large nest
inline constexpr uint32_t kRefillFirst = 25;       // likewise
inline constexpr uint32_t kListAgain = 40;         // where dead objects were
inline constexpr uint32_t kPanicKept = 25;         // what was recovered and kept
inline constexpr uint32_t kChangeResultLate = 70;  // by a deferred literal; else by a call
inline constexpr uint32_t kDeferInLoop = 25;  // a literal that gets a literal; else it is called

// ---- Computation ----

inline constexpr uint32_t kSmallNumber = 94;  // else it looks like an address
inline constexpr uint32_t kNegativeNumber = 6;
inline constexpr uint32_t kMinusOneDivisor = 8;  // divides without a division
inline constexpr uint32_t kNilNode = 3;          // using it would fault
inline constexpr uint32_t kLinkByNext = 70;      // else by peer
inline constexpr uint32_t kChain = 40;           // a further node behind a new one
inline constexpr uint32_t kNegated = 8;
inline constexpr uint32_t kSingleComparison = 84;
inline constexpr uint32_t kNestedCondition = 25;  // an operand of && or || that is a pair itself
inline constexpr uint32_t kLongExpression = 15;   // may be one; there are many in a nest
inline constexpr uint32_t kLiteralLeft = 15;      // of an operation
inline constexpr uint32_t kOperationLeft = 15;
inline constexpr uint32_t kNilComparison = 30;  // reads a pointer without a fault
inline constexpr uint32_t kCopyArray = 25;      // declares an array as a copy of another
inline constexpr uint32_t kNilFunc = 20;
inline constexpr uint32_t kNilAny = 30;
inline constexpr uint32_t kTraceAny = 30;       // if there is one
inline constexpr uint32_t kAssignElement = 80;  // else the whole array
inline constexpr uint32_t kStoreByVariable = 65;
inline constexpr uint32_t kStoreArray = 20;     // whole, in place of an element
inline constexpr uint32_t kAssignRecover = 60;  // to an any; else a nil or another any
inline constexpr uint32_t kAdd = 70;            // else subtract
inline constexpr uint32_t kByOne = 60;
inline constexpr uint32_t kEarlyReturn = 12;  // more would cut off the rest of the bodies
inline constexpr uint32_t kElse = 25;
inline constexpr uint32_t kElseIf = 30;          // of those with an else
inline constexpr uint32_t kLiteralGrowth = 92;   // a computed size is mostly too small or too large
inline constexpr uint32_t kVisibleAddress = 20;  // a trace that depends on it is not compared

// ---- Values over calls and branches ----

inline constexpr uint32_t kStaysOnStack = 75;    // linked nodes that nothing stores in the heap
inline constexpr uint32_t kLendToAnything = 25;  // such a node as an argument that may escape
inline constexpr uint32_t kSafeIndex = 85;     // a variable index that is in range, whatever it is
inline constexpr uint32_t kSafeDivisor = 85;   // a variable divisor that is never 0
inline constexpr uint32_t kGuardedFault = 60;  // a fault in the middle of a body; else its caller's
inline constexpr uint32_t kNilLoad = 15;  // of faults through a pointer that is nil; else a store
inline constexpr uint32_t kFaultingAddress = 12;  // of an element; else a load or store
inline constexpr uint32_t kUsedFault = 50;        // the value of what faults; else it is dropped
inline constexpr uint32_t kDisturbedLoad = 40;    // a load does not sink below a call
inline constexpr uint32_t kHiddenMerge = 60;
inline constexpr uint32_t kReturnEarlyValue = 15;
inline constexpr uint32_t kComparedNodes = 70;  // else pointers to ints
inline constexpr uint32_t kBothLoaded = 20;     // of comparisons with a loaded pointer
inline constexpr uint32_t kPointerLeft = 15;    // nil left of a comparison
inline constexpr uint32_t kNegatedPair = 35;    // ! before && or ||

// ---- Goroutines and channels ----

inline constexpr uint32_t kNoGoexitInHandOvers = 85;
inline constexpr uint32_t kMainReturns = 50;         // in such a nest; else the weights decide
inline constexpr uint32_t kPieceBetween = 50;        // two hand-overs of a goroutine
inline constexpr uint32_t kCloseInsteadOfSend = 25;  // the last hand-over
inline constexpr uint32_t kContends = 30;            // a goroutine; else it does anything
inline constexpr uint32_t kBufferedContention = 70;  // who is woken there has to try again
inline constexpr uint32_t kNilChannel = 5;   // of a select; waiting for it alone would be for ever
inline constexpr uint32_t kManyFirst = 40;   // goroutines, in a large nest
inline constexpr uint32_t kIntChannel = 80;  // else it carries *node
inline constexpr uint32_t kUnbuffered = 60;  // only without a buffer do goroutines meet
inline constexpr uint32_t kBufferedDone = 60;       // then no goroutine waits to report
inline constexpr uint32_t kNewChannel = 25;         // an argument of its own; else a shared channel
inline constexpr uint32_t kYieldAfterGo = 75;       // lets the goroutine run until it waits
inline constexpr uint32_t kGrowBeforeWait = 12;     // a goroutine that then hands over
inline constexpr uint32_t kDeclareReceived = 60;    // a received value; else it is dropped
inline constexpr uint32_t kSameChannel = 40;        // two cases of a select wait for one channel
inline constexpr uint32_t kDefaultInMain = 45;      // main would else wait for what never comes
inline constexpr uint32_t kDefaultElsewhere = 12;   // a select with a default does not wait
inline constexpr uint32_t kSendCase = 35;           // else a receive
inline constexpr uint32_t kCloseAtEnd = 60;         // wakes the goroutines that still wait
inline constexpr uint32_t kWaitForDone = 60;        // else main yields, and may end before them
inline constexpr uint32_t kReportByDefer = 70;      // reports even after a panic or Goexit
inline constexpr uint32_t kGoroutineRecovers = 35;  // an unrecovered panic ends the whole nest

// ---- Directives ----

inline constexpr uint32_t kEarlySafepoints = 70;  // among the first 24; else among 160
inline constexpr uint32_t kWriteDefault = 10;     // writes move=none or gc=none
inline constexpr uint32_t kWritePlace = 20;
inline constexpr uint32_t kReusePlace = 80;  // fresh is the default
inline constexpr uint32_t kSmallLimit = 2;   // a nest that overflows is not compared
inline constexpr uint32_t kSeed = 1;         // without goroutines a seed changes nothing
inline constexpr uint32_t kConcurrentSeed = 60;
inline constexpr uint32_t kLargeLimit = 70;  // of large nests and long arrays
inline constexpr uint32_t kForceInLargeNest =
    25;  // at every safepoint of a kind; else at some or none

}  // namespace stackquake::percent

#endif  // STACKQUAKE_HARNESS_GENERATOR_PERCENT_H_
