#include "runtime_under_test/result.h"

namespace stackquake::runtime {

std::string_view to_string(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::kExit:
      return "exit";
    case OutcomeKind::kPanic:
      return "panic";
    case OutcomeKind::kGoexit:
      return "goexit";
    case OutcomeKind::kDeadlock:
      return "deadlock";
    case OutcomeKind::kOverflow:
      return "overflow";
    case OutcomeKind::kFuel:
      return "fuel";
    case OutcomeKind::kNilpanic:
      return "nilpanic";
  }
  return "";
}

std::string_view to_string(WordEventKind kind) {
  switch (kind) {
    case WordEventKind::kAllocated:
      return "allocated";
    case WordEventKind::kStored:
      return "stored";
    case WordEventKind::kAdjusted:
      return "adjusted";
    case WordEventKind::kMissed:
      return "missed";
    case WordEventKind::kFreed:
      return "freed";
  }
  return "";
}

void RunResult::clear() {
  outcome.kind = OutcomeKind::kExit;
  outcome.chain.clear();
  violation.reset();
  stats = {};
  trace_count_ = 0;
}

std::vector<int64_t>& RunResult::trace_of(uint32_t goroutine_id) {
  if (traces_.size() < goroutine_id) traces_.resize(goroutine_id);
  for (; trace_count_ < goroutine_id; ++trace_count_) traces_[trace_count_].clear();
  return traces_[goroutine_id - 1];
}

}  // namespace stackquake::runtime
