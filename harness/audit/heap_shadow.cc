#include "harness/audit/heap_shadow.h"

#include <algorithm>

#include "runtime_under_test/kept_memory.h"
#include "runtime_under_test/object_type.h"

namespace stackquake {

namespace {

constexpr size_t kHeapWords = runtime::kHeapBytes / runtime::kWordBytes;

// A run that touched more than this gives the memory back: 8 MiB of shadow.
constexpr uint32_t kKeptHeapWords = 1 << 20;

}  // namespace

HeapShadow::HeapShadow()
    : words_(kHeapWords * sizeof(ShadowWord)),
      values_(kHeapWords * sizeof(runtime::Word)),
      owners_(kHeapWords * sizeof(uint32_t)) {}

void HeapShadow::reset() {
  first_serial_ += static_cast<uint32_t>(objects_.size());
  const bool wraps = first_serial_ >= UINT32_MAX / 2;
  if (touched_words_ > kKeptHeapWords || wraps) {
    words_.release(words_.begin(), words_.begin() + touched_words_ * sizeof(ShadowWord));
    values_.release(values_.begin(), values_.begin() + touched_words_ * sizeof(runtime::Word));
    owners_.release(owners_.begin(), owners_.end());
  }
  if (wraps) first_serial_ = 1;
  runtime::clear_for_reuse(objects_);
  runtime::clear_for_reuse(living_);
  runtime::clear_for_reuse(records_);
  touched_words_ = 0;
}

HeapObject& HeapShadow::allocated(runtime::Address start, uint32_t words, uint16_t type) {
  const uint32_t first = word_index(start);
  const uint32_t serial = first_serial_ + static_cast<uint32_t>(objects_.size());
  std::fill_n(owners() + first, words, serial);
  std::fill_n(this->words() + first, words, ShadowWord::scalar());
  touched_words_ = std::max(touched_words_, first + words);
  living_.push_back(serial);
  if (type == runtime::kTypeDefer || type == runtime::kTypeSudog) records_.push_back(serial);
  return objects_.emplace_back(HeapObject{start, words, serial, type});
}

void HeapShadow::settle() {
  const auto is_freed = [this](uint32_t serial) { return object(serial)->freed; };
  std::erase_if(living_, is_freed);
  std::erase_if(records_, is_freed);
}

}  // namespace stackquake
