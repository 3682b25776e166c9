#include "harness/audit/run_books.h"

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "runtime_under_test/collector.h"
#include "runtime_under_test/object_type.h"

namespace stackquake {

namespace {

using runtime::Collector;
using runtime::CopyReason;
using runtime::GcPolicy;
using runtime::MovePolicy;
using runtime::Stats;

// What a collection takes of its allowance for each byte of the heap and of stacks, at most. An
// object of one word, which takes most, counts as 11 for each of its bytes.
constexpr uint64_t kAllowancePerByte = 16;
constexpr uint64_t kAllowancePerCollection = 4096;

// How many of the listed safepoints there were among the first `passed`.
uint64_t listed(const std::vector<uint64_t>& numbers, uint64_t passed) {
  return static_cast<uint64_t>(std::ranges::lower_bound(numbers, passed) - numbers.begin());
}

// The run may have ended at its last safepoint, before anything was forced there.
uint64_t all_but_the_last(uint64_t safepoints) {
  return safepoints == 0 ? 0 : safepoints - 1;
}

}  // namespace

// ---- Events ----

void RunBooks::called(const runtime::Function& function) {
  const auto entry = runtime_.program().code[function.entry].opcode;
  if (entry != runtime::Opcode::kPrologue) return;
  ++counts_.prologues;
  ++counts_.steps;
}

void RunBooks::allocated(uint32_t words, uint16_t type) {
  counts_.steps += kStepsOfObject + words / kObjectWordsPerStep;
  const bool is_record = type == runtime::kTypeDefer || type == runtime::kTypeSudog;
  if (!is_record) {
    ++counts_.objects;
    if (counts_.allocated_bytes >= trigger()) {
      reporter_.other("not-forced", "collection due",
                      "so much was allocated that a collection must have begun by itself");
    }
  }
  counts_.allocated_bytes += uint64_t{words} * runtime::kWordBytes;
  counts_.most_allocated += std::bit_ceil(uint64_t{words}) * runtime::kWordBytes;
}

uint64_t RunBooks::trigger() const {
  return std::clamp(counts_.live_bytes + runtime_.stacks().bytes_in_use(), Collector::kTriggerBytes,
                    Collector::kMostTriggerBytes);
}

void RunBooks::copied(const runtime::StackCopy& copy, size_t frames) {
  const uint64_t bytes = copy.new_stack.bytes();
  const uint64_t work = runtime_.work - work_before_;
  if (work < frames) {
    reporter_.other("bad-traceback", "copystack",
                    "a copy has looked at " + std::to_string(work) + " frames and records, and " +
                        std::to_string(frames) + " frames are there");
  }
  if (copy.reason == CopyReason::kForced) {
    counts_.copy_allowance += bytes + (work + kStepsOfCopy) * runtime::kBytesPerWork;
  } else if (copy.reason != CopyReason::kShrink) {  // a collection may have shrunk the stack
    counts_.steps += kStepsOfCopy + bytes / kCopiedBytesPerStep;
  }
}

// Whether the goroutine that runs stands at a runtime.GC().
bool RunBooks::program_collects() const {
  const runtime::G* g = runtime_.scheduler().current();
  if (g == nullptr || !runtime::is_code(runtime_.program(), g->sched.pc)) return false;
  const uint32_t index = runtime::code_index(g->sched.pc);
  return index > 0 && runtime_.program().code[index - 1].opcode == runtime::Opcode::kCollect;
}

void RunBooks::collecting() {
  const uint64_t bytes = runtime_.heap().bytes_live() + runtime_.stacks().bytes_in_use();
  counts_.collection_allowance += bytes * kAllowancePerByte + kAllowancePerCollection;
  if (runtime_.options().gc != GcPolicy::kNone) return;
  if (program_collects()) {
    counts_.steps += kStepsOfCollection + bytes / kCollectedBytesPerStep;
  } else if (counts_.most_allocated < trigger()) {
    reporter_.other("not-forced", "collection not due",
                    "a collection has begun for which nobody has asked, and too little was "
                    "allocated for one that begins by itself");
  }
}

void RunBooks::collected(const runtime::Collection& collection) {
  counts_.allocated_bytes = 0;
  counts_.most_allocated = 0;
  counts_.live_bytes = collection.live_bytes;
}

// ---- The end of the run ----

void RunBooks::ended() {
  if (!reporter_.silenced()) steps();
  if (!reporter_.silenced()) copies();
  if (!reporter_.silenced()) collections();
}

void RunBooks::steps() {
  if (runtime_.result().outcome.kind == runtime::OutcomeKind::kFuel) return;
  const int64_t taken = runtime_.options().fuel - runtime_.budget;
  const auto least = static_cast<int64_t>(counts_.steps);
  if (taken >= least) return;
  reporter_.other("unpaid-work", "steps",
                  "the run has taken " + std::to_string(taken) +
                      " steps, and its calls, objects, copies, panics and waits cost " +
                      std::to_string(least));
}

void RunBooks::copies() {
  const runtime::Options& options = runtime_.options();
  const Stats& stats = runtime_.stats();
  const uint64_t forced = stats.forced_copies;
  uint64_t least = 0;
  uint64_t most = stats.safepoints;
  switch (options.move) {
    case MovePolicy::kNone:
      most = 0;
      break;
    case MovePolicy::kPrologue:
    case MovePolicy::kCall:
      least = counts_.prologues;
      break;
    case MovePolicy::kSafepoint:
      least = all_but_the_last(stats.safepoints);
      break;
    case MovePolicy::kAt:
      least = listed(options.move_at, all_but_the_last(stats.safepoints));
      most = listed(options.move_at, stats.safepoints);
      break;
  }
  const bool has_allowance = counts_.copy_allowance < runtime::kForcedCopyBytes;
  if (forced > most || (forced < least && has_allowance)) {
    reporter_.other("not-forced", "copies",
                    std::to_string(forced) + " copies were forced, and the options ask for " +
                        std::to_string(forced > most ? most : least));
  }
}

void RunBooks::collections() {
  const runtime::Options& options = runtime_.options();
  const Stats& stats = runtime_.stats();
  uint64_t least = 0;
  switch (options.gc) {
    case GcPolicy::kNone:
      return;
    case GcPolicy::kAlloc:
      least = counts_.objects;
      break;
    case GcPolicy::kSafepoint:
      least = all_but_the_last(stats.safepoints);
      break;
    case GcPolicy::kAt:
      least = listed(options.gc_at, all_but_the_last(stats.safepoints));
      break;
  }
  const bool has_allowance = counts_.collection_allowance < runtime::kForcedCollectionBytes;
  if (stats.collections >= least || !has_allowance) return;
  reporter_.other("not-forced", "collections",
                  "there were " + std::to_string(stats.collections) +
                      " collections, and the options ask for " + std::to_string(least));
}

}  // namespace stackquake
