#ifndef STACKQUAKE_HARNESS_AUDIT_RUN_BOOKS_H_
#define STACKQUAKE_HARNESS_AUDIT_RUN_BOOKS_H_

// unpaid-work, not-forced, bad-traceback: what a run must have cost, and what it must have been
// made to do.

#include <cstddef>
#include <cstdint>

#include "harness/audit/reporter.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// Both runs of a nest, observed and not, leave out the same steps, and the same copies where the
// options are misread. So the events of a run are counted, and at its end the counts are compared
// with the options and with the table of costs in options.h:
//
//   unpaid-work   the run has taken fewer steps than its events cost together. What no event tells
//                 of is left out: most instructions, and collections that might have been forced
//   bad-traceback a copy has looked at fewer frames than the stack has
//   not-forced    fewer copies or collections than the options ask for, or others; or as much was
//                 allocated as makes a collection begin by itself, and none has begun
//
// Forced copies and collections have an allowance. Runs that come near it are not checked for them.
class RunBooks {
 public:
  RunBooks(runtime::Runtime& runtime, Reporter& reporter)
      : runtime_(runtime), reporter_(reporter) {}

  // A run begins.
  void reset() { counts_ = {}; }

  // ---- Events ----

  void called(const runtime::Function& function);
  void allocated(uint32_t words, uint16_t type);
  void unwinding() { counts_.steps += kStepsOfUnwinding; }
  void blocked() { counts_.steps += kStepsOfSwitch; }
  void copying() { work_before_ = runtime_.work; }
  void copied(const runtime::StackCopy& copy, size_t frames);
  void collecting();
  void collected(const runtime::Collection& collection);

  // The run has ended, without a violation.
  void ended();

 private:
  // The table of costs.
  static constexpr uint64_t kStepsOfObject = 4;
  static constexpr uint64_t kObjectWordsPerStep = 4;
  static constexpr uint64_t kStepsOfCopy = 32;
  static constexpr uint64_t kCopiedBytesPerStep = 256;
  static constexpr uint64_t kStepsOfUnwinding = 64;
  static constexpr uint64_t kStepsOfCollection = 32;
  static constexpr uint64_t kCollectedBytesPerStep = 64;
  static constexpr uint64_t kStepsOfSwitch = 16;

  struct Counts {
    uint64_t steps = 0;            // at least
    uint64_t prologues = 0;        // calls of functions that check the stack
    uint64_t objects = 0;          // that the nest has made
    uint64_t allocated_bytes = 0;  // since the last collection, at least, …
    uint64_t most_allocated = 0;   // … and at most
    uint64_t live_bytes = 0;       // after the last collection
    // Of the allowances, used up by now: exactly, and at most.
    uint64_t copy_allowance = 0;
    uint64_t collection_allowance = 0;
  };

  uint64_t trigger() const;
  bool program_collects() const;
  void steps();
  void copies();
  void collections();

  runtime::Runtime& runtime_;
  Reporter& reporter_;
  Counts counts_;
  uint64_t work_before_ = 0;  // the copy that is being made
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_RUN_BOOKS_H_
