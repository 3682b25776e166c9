#include "runtime_under_test/heap.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "runtime_under_test/check.h"
#include "runtime_under_test/poison.h"

namespace stackquake::runtime {

namespace {

// Words of an object of each size class; a larger object gets whole pages.
constexpr uint32_t kClassWords[] = {1, 2, 3, 4, 6, 8, 10, 12, 16, 24, 32, 48, 64, 128, 256, 512};
constexpr uint32_t kSmallClasses = std::size(kClassWords);
constexpr uint32_t kLargeClass = kSmallClasses;

bool test(std::span<const uint64_t> bits, uint32_t index) {
  return (bits[index / 64] >> (index % 64) & 1) != 0;
}
void set(std::span<uint64_t> bits, uint32_t index) {
  bits[index / 64] |= uint64_t{1} << (index % 64);
}
void unset(std::span<uint64_t> bits, uint32_t index) {
  bits[index / 64] &= ~(uint64_t{1} << (index % 64));
}

}  // namespace

Heap::Heap() : span_of_page_(kPages) {
  static_assert(kClasses == kSmallClasses + 1);
}

void Heap::reset(PoisonMode poison) {
  const size_t bytes = next_page_ * kSpanBytes;
  const bool is_large = bytes > kKeptSpans * kSpanBytes;
  // So much memory is given back; what a few spans have taken is cheaper to clear.
  if (is_large) Memory::clear(kHeapBase, bytes);
  if (used_spans_ > kKeptSpans) spans_.resize(kKeptSpans);
  used_spans_ = std::min(used_spans_, kKeptSpans);
  for (uint32_t i = 0; i < used_spans_; ++i) {
    Span& span = *spans_[i];
    if (!is_large) Memory::clear(span.start, size_t{span.fresh} * span.object_words * kWordBytes);
    span.allocated.fill(0);
    span.marked.fill(0);
  }
  std::fill_n(span_of_page_.begin(), next_page_, 0);
  used_spans_ = 0;
  next_page_ = 0;
  for (auto& spans : spans_of_class_) spans.clear();
  for (auto& spans : free_large_) spans.clear();
  cursor_.fill(0);
  poison_ = poison;
  bytes_allocated_ = 0;
  bytes_live_ = 0;
  miscounted_ = false;
}

uint32_t Heap::size_class_of(uint32_t words) {
  const auto* found = std::lower_bound(std::begin(kClassWords), std::end(kClassWords), words);
  return static_cast<uint32_t>(found - std::begin(kClassWords));
}

Heap::Span& Heap::new_span(uint32_t object_words, uint32_t size_class) {
  if (used_spans_ == spans_.size()) spans_.push_back(std::make_unique<Span>());
  Span& span = *spans_[used_spans_++];
  const uint32_t pages = (object_words + kSpanWords - 1) / kSpanWords;
  span.start = kHeapBase + next_page_ * kSpanBytes;
  span.object_words = object_words;
  span.capacity = size_class == kLargeClass ? 1 : kSpanWords / object_words;
  span.fresh = 0;
  span.used = 0;
  span.size_class = size_class;
  span.hint = 0;
  STACKQUAKE_CHECK(next_page_ + pages <= kPages);
  std::fill_n(span_of_page_.begin() + next_page_, pages, used_spans_);
  next_page_ += pages;
  spans_of_class_[size_class].push_back(used_spans_ - 1);
  return span;
}

Heap::Span& Heap::span_with_room(uint32_t size_class) {
  const std::vector<uint32_t>& spans = spans_of_class_[size_class];
  uint32_t& cursor = cursor_[size_class];
  for (; cursor < spans.size(); ++cursor) {
    Span& span = *spans_[spans[cursor]];
    if (span.used < span.capacity) return span;
  }
  return new_span(kClassWords[size_class], size_class);
}

Heap::Span& Heap::large_span(uint32_t words) {
  const uint32_t pages = (words + kSpanWords - 1) / kSpanWords;
  STACKQUAKE_CHECK(pages <= kMaxLargePages);
  std::vector<uint32_t>& vacant = free_large_[pages];
  if (vacant.empty()) return new_span(pages * kSpanWords, kLargeClass);
  Span& span = *spans_[vacant.back()];
  vacant.pop_back();
  return span;
}

uint32_t Heap::take_slot(Span& span) {
  if (span.fresh < span.capacity) return span.fresh++;
  for (uint32_t word = span.hint / 64; word < span.allocated.size(); ++word) {
    const uint64_t vacant = ~span.allocated[word];
    if (vacant == 0) continue;
    span.hint = word * 64 + static_cast<uint32_t>(std::countr_zero(vacant));
    return span.hint;
  }
  return span.capacity;
}

Address Heap::allocate(uint32_t words, uint16_t type) {
  const uint32_t size_class = size_class_of(words);
  Span& span = size_class == kLargeClass ? large_span(words) : span_with_room(size_class);
  const bool clean = span.fresh < span.capacity;
  const uint32_t index = take_slot(span);
  if (index >= span.capacity) {
    span.used = span.capacity;
    miscounted_ = true;
    return allocate(words, type);
  }
  const size_t bytes = size_t{span.object_words} * kWordBytes;
  const Address start = span.start + index * bytes;
  if (!clean) Memory::clear(start, bytes);
  set(span.allocated, index);
  span.types[index] = type;
  ++span.used;
  bytes_allocated_ += bytes;
  bytes_live_ += bytes;
  return start;
}

Heap::Object Heap::find(Address address) const {
  if (!in_heap(address)) return {};
  const uint32_t number = span_of_page_[(address - kHeapBase) / kSpanBytes];
  if (number == 0) return {};
  const Span& span = *spans_[number - 1];
  const size_t bytes = size_t{span.object_words} * kWordBytes;
  const auto index = static_cast<uint32_t>((address - span.start) / bytes);
  if (index >= span.capacity || !test(span.allocated, index)) return {};
  return {span.start + index * bytes, span.object_words, span.types[index], number - 1, index};
}

bool Heap::mark(const Object& object) {
  Bits& marked = spans_[object.span]->marked;
  if (test(marked, object.index)) return false;
  set(marked, object.index);
  return true;
}

void Heap::free_object(Span& span, uint32_t index) {
  const size_t bytes = size_t{span.object_words} * kWordBytes;
  poison(span.start + index * bytes, bytes, Poison::kFreed, poison_);
  unset(span.allocated, index);
  span.hint = std::min(span.hint, index);
  --span.used;
  bytes_live_ -= bytes;
}

void Heap::sweep(std::vector<Address>& freed) {
  freed.clear();
  cursor_.fill(0);
  for (uint32_t i = 0; i < used_spans_; ++i) {
    Span& span = *spans_[i];
    for (uint32_t word = 0; word * 64 < span.fresh; ++word) {
      uint64_t dead = span.allocated[word] & ~span.marked[word];
      span.marked[word] = 0;
      for (; dead != 0; dead &= dead - 1) {
        const uint32_t index = word * 64 + static_cast<uint32_t>(std::countr_zero(dead));
        freed.push_back(span.start + size_t{index} * span.object_words * kWordBytes);
        free_object(span, index);
        if (span.size_class == kLargeClass) {
          free_large_[span.object_words / kSpanWords].push_back(i);
        }
      }
    }
  }
}

}  // namespace stackquake::runtime
