#include "harness/audit/stack_books.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "runtime_under_test/memory.h"

namespace stackquake {

namespace {

using runtime::kMinStackBytes;
using runtime::kStackBase;
using runtime::kStackBytes;
using runtime::Stack;

constexpr size_t kUnits = kStackBytes / kMinStackBytes;

// A run that touched more than this gives the memory of its books back: 256 KiB of books.
constexpr size_t kKeptUnits = size_t{1} << 16;

constexpr bool is_used(uint32_t unit) {
  return (unit & 1) != 0;
}

}  // namespace

StackBooks::StackBooks() : units_(kUnits * sizeof(Unit)) {}

void StackBooks::reset(runtime::PlacePolicy place) {
  if (touched_ > kKeptUnits) {
    units_.release(units_.begin(), units_.end());  // not only the whole pages below touched_
    touched_ = kKeptUnits;
  }
  std::fill_n(reinterpret_cast<Unit*>(units_.begin()), touched_, 0);
  touched_ = 0;
  place_ = place;
  stacks_ = 0;
  freed_units_ = 0;
  recent_.fill({});
  next_recent_ = 0;
  collects_ = false;
  reusable_.fill(0);
  held_.fill(0);
}

bool StackBooks::is_possible(const Stack& stack) {
  return runtime::in_stacks(stack.lo) && stack.lo < stack.hi && runtime::in_stacks(stack.hi - 1) &&
         stack.lo % kMinStackBytes == 0 && std::has_single_bit(stack.hi - stack.lo) &&
         stack.hi - stack.lo >= kMinStackBytes;
}

std::span<StackBooks::Unit> StackBooks::units(const Stack& stack) const {
  auto* first = reinterpret_cast<Unit*>(units_.begin()) + (stack.lo - kStackBase) / kMinStackBytes;
  return {first, stack.bytes() / kMinStackBytes};
}

size_t StackBooks::order_of(const Stack& stack) {
  return std::min<size_t>(std::countr_zero(stack.bytes() / kMinStackBytes), kOrders - 1);
}

void StackBooks::collected() {
  collects_ = false;
  for (size_t i = 0; i < kOrders; ++i) reusable_.at(i) += std::exchange(held_.at(i), 0);
}

StackBooks::Answer StackBooks::allocated(const Stack& stack) {
  was_used_ = false;
  if (!is_possible(stack)) return Answer::kOutside;
  const std::span<Unit> memory = units(stack);
  Answer answer = units_to_use(memory);
  if (answer == Answer::kInUse) return answer;
  if (answer == Answer::kFine && is_wasteful(stack)) answer = Answer::kWasteful;
  std::ranges::fill(memory, 2 * ++stacks_ + 1);
  touched_ = std::max(touched_, static_cast<size_t>(stack.hi - kStackBase) / kMinStackBytes);
  return answer;
}

bool StackBooks::is_wasteful(const Stack& stack) {
  if (place_ != runtime::PlacePolicy::kReuse) return false;
  uint32_t& reusable = reusable_.at(order_of(stack));
  if (reusable == 0) return false;
  if (was_used_) --reusable;
  return !was_used_;
}

StackBooks::Answer StackBooks::units_to_use(std::span<const Unit> memory) {
  Answer answer = Answer::kFine;
  for (Unit unit : memory) {
    if (unit == 0) continue;
    was_used_ = true;
    if (is_used(unit)) return Answer::kInUse;
    // Counted as the quarantine counts: what has waited longest is a part of what waits.
    const uint32_t freed_since =
        freed_units_ - (unit / 2 - 1) + static_cast<uint32_t>(memory.size());
    const uint32_t enough = runtime::StackAllocator::kQuarantineBytes / kMinStackBytes;
    const bool waits = place_ == runtime::PlacePolicy::kFresh;
    if (waits && freed_since <= enough) answer = Answer::kTooEarly;
  }
  return answer;
}

bool StackBooks::in_use(const Stack& stack) const {
  if (!is_possible(stack)) return false;
  const std::span<const Unit> memory = units(stack);
  const Unit number = memory.front();
  const bool is_whole = std::ranges::all_of(memory, [&](Unit unit) { return unit == number; });
  const bool goes_on_below = stack.lo > kStackBase && *(memory.data() - 1) == number;
  const bool goes_on_above =
      stack.hi < kStackBase + kStackBytes && *(memory.data() + memory.size()) == number;
  return is_used(number) && is_whole && !goes_on_below && !goes_on_above;
}

bool StackBooks::is_free(const Stack& stack) const {
  return std::ranges::none_of(units(stack), is_used);
}

StackBooks::Answer StackBooks::freed(const Stack& stack) {
  if (!is_possible(stack)) return Answer::kOutside;
  if (is_free(stack)) return Answer::kNotInUse;
  if (!in_use(stack)) return Answer::kOtherSize;
  const std::span<Unit> memory = units(stack);
  freed_units_ += static_cast<uint32_t>(memory.size());
  std::ranges::fill(memory, 2 * freed_units_ + 2);
  ++(collects_ ? held_ : reusable_).at(order_of(stack));
  recent_[next_recent_++ % kRecent] = stack;
  return Answer::kFine;
}

}  // namespace stackquake
