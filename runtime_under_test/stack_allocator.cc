#include "runtime_under_test/stack_allocator.h"

#include <algorithm>
#include <bit>

#include "runtime_under_test/check.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/poison.h"

namespace stackquake::runtime {

namespace {

uint32_t order_of(uint32_t bytes) {
  STACKQUAKE_CHECK(StackAllocator::is_size(bytes));
  return static_cast<uint32_t>(std::countr_zero(bytes) - std::countr_zero(kMinStackBytes));
}

size_t page_of(Address address) {
  return (address - kStackBase) / kPageBytes;
}

}  // namespace

// AddressSanitizer remembers poison by address: whoever uses the range next would meet it.
StackAllocator::~StackAllocator() {
  if (poison_ == PoisonMode::kAsan) unpoison_for_sanitizer(kStackBase, next_ - kStackBase);
}

void StackAllocator::reset(PlacePolicy place, PoisonMode poison, Observer* observer) {
  if (poison_ == PoisonMode::kProtect) unprotect_pages(kStackBase, next_ - kStackBase);
  if (poison_ == PoisonMode::kAsan) unpoison_for_sanitizer(kStackBase, next_ - kStackBase);
  dirty_end_ = std::max(dirty_end_, next_);
  // Every other mode fills a stack before it is used, so what earlier runs left there cannot be
  // seen.
  if (poison == PoisonMode::kNone && dirty_end_ > kStackBase) {
    Memory::clear(kStackBase, dirty_end_ - kStackBase);
    dirty_end_ = kStackBase;
  }
  place_ = place;
  poison_ = poison;
  observer_ = observer;
  next_ = kStackBase;
  for (auto& stacks : free_) stacks.clear();
  quarantine_.clear();
  quarantined_bytes_ = 0;
  held_.clear();
  holds_freed_ = false;
  bytes_in_use_ = 0;
  stacks_in_use_ = 0;
  protected_pages_.clear();
}

uint32_t StackAllocator::span_bytes(uint32_t stack_bytes) const {
  if (poison_ != PoisonMode::kProtect) return stack_bytes;
  return std::max(stack_bytes, static_cast<uint32_t>(kPageBytes));
}

Stack StackAllocator::fresh(uint32_t bytes) {
  const uint32_t span = span_bytes(bytes);
  const Address alignment = std::min<Address>(span, kPageBytes);
  const Address end = ((next_ + alignment - 1) & ~(alignment - 1)) + span;
  STACKQUAKE_CHECK(end <= kStackBase + kStackBytes);
  next_ = end;
  return {end - bytes, end};
}

bool StackAllocator::is_size(uint64_t bytes) {
  return std::has_single_bit(bytes) && kMinStackBytes <= bytes && bytes <= kMaxStackLimitBytes;
}

Stack StackAllocator::stackalloc(uint32_t bytes, Poison fill) {
  std::vector<Stack>& free = free_[order_of(bytes)];
  Stack stack;
  if (free.empty()) {
    stack = fresh(bytes);
  } else {
    stack = free.back();
    free.pop_back();
    if (poison_ == PoisonMode::kProtect) set_protected(stack, false);
    if (poison_ == PoisonMode::kAsan) unpoison_for_sanitizer(stack.lo, bytes);
  }
  if (observer_ != nullptr) observer_->stack_allocated(stack);
  // Of a stack that nobody may touch, the observer has told: the run has ended.
  if (poison_ != PoisonMode::kNone && is_usable(stack)) {
    poison(stack.lo, bytes, fill, PoisonMode::kFill);
  }
  bytes_in_use_ += bytes;
  ++stacks_in_use_;
  return stack;
}

void StackAllocator::stackfree(Stack stack) {
  if (observer_ != nullptr) observer_->stack_freed(stack);
  bytes_in_use_ -= stack.bytes();
  --stacks_in_use_;
  if (holds_freed_) {
    held_.push_back(stack);
  } else {
    retire(stack);
  }
}

void StackAllocator::release_held() {
  for (Stack stack : held_) retire(stack);
  held_.clear();
  holds_freed_ = false;
}

void StackAllocator::retire(Stack stack) {
  // It was given back before, as the observer has told. Poison is there already.
  if (!is_usable(stack)) return;
  poison(stack.lo, stack.bytes(), Poison::kOldStack, poison_);
  if (poison_ == PoisonMode::kProtect) set_protected(stack, true);
  if (place_ == PlacePolicy::kReuse) {
    free_[order_of(stack.bytes())].push_back(stack);
    return;
  }
  quarantine_.push_back(stack);
  quarantined_bytes_ += stack.bytes();
  release_quarantine();
}

void StackAllocator::release_quarantine() {
  while (quarantined_bytes_ > kQuarantineBytes && quarantine_.size() > 1) {
    const Stack oldest = quarantine_.front();
    quarantine_.pop_front();
    quarantined_bytes_ -= oldest.bytes();
    free_[order_of(oldest.bytes())].push_back(oldest);
  }
}

void StackAllocator::set_protected(Stack stack, bool is_protected) {
  const uint32_t span = span_bytes(stack.bytes());
  const Address start = stack.hi - span;
  if (is_protected) {
    protect_pages(start, span);
  } else {
    unprotect_pages(start, span);
  }
  const size_t end_page = page_of(stack.hi - 1) + 1;
  if (protected_pages_.size() < end_page) protected_pages_.resize(end_page);
  std::fill(protected_pages_.begin() + static_cast<ptrdiff_t>(page_of(start)),
            protected_pages_.begin() + static_cast<ptrdiff_t>(end_page), is_protected);
}

bool StackAllocator::is_usable(const Stack& stack) const {
  const Address last = stack.hi - kWordBytes;
  return accessible(stack.lo) && accessible(last) && !is_poisoned_for_sanitizer(stack.lo) &&
         !is_poisoned_for_sanitizer(last);
}

bool StackAllocator::accessible(Address address) const {
  const size_t page = page_of(address);
  return page >= protected_pages_.size() || !protected_pages_[page];
}

}  // namespace stackquake::runtime
