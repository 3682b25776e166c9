#ifndef STACKQUAKE_HARNESS_AUDIT_NAMED_WORDS_H_
#define STACKQUAKE_HARNESS_AUDIT_NAMED_WORDS_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "harness/audit/reserved_memory.h"
#include "runtime_under_test/memory.h"
#include "runtime_under_test/options.h"
#include "runtime_under_test/stack_allocator.h"
#include "runtime_under_test/word.h"

namespace stackquake {

// Notes which words were named, and by which namers. Each namer is a bit, and several namers can
// name the same word.
//
// There is a byte for every word of one stack, by its distance from the high end, and for every
// word of the heap, so naming a word takes constant time. The few words that lie elsewhere, such as
// words in a G, are kept in a list. The time to forget grows with the number of named words.
class NamedWords {
 public:
  NamedWords()
      : of_stack_(runtime::kMaxStackLimitBytes / runtime::kWordBytes + 1),
        of_heap_(runtime::kHeapBytes / runtime::kWordBytes) {}

  // Forgets every word. Words of this stack are noted by distance from now on.
  void begin(const runtime::Stack& stack) {
    for (runtime::Address word : words_) names(word) = 0;
    words_.clear();
    elsewhere_.clear();
    high_end_ = stack.hi;
    stack_bytes_ = std::min(stack.bytes(), runtime::kMaxStackLimitBytes);
  }

  // Notes that the namer `who` names the word. Returns the bits of the earlier namers of the word.
  uint8_t name(runtime::Address word, uint8_t who) {
    uint8_t& all = names(word);
    const uint8_t before = all;
    if (before == 0) words_.push_back(word);
    all |= who;
    return before;
  }

  // The bits of all namers of the word.
  uint8_t names_of(runtime::Address word) { return names(word); }

  // The words that were named, each once, in the order in which they were first named.
  std::span<const runtime::Address> words() const { return words_; }

 private:
  uint8_t& names(runtime::Address word) {
    const uint64_t below = high_end_ - word;
    if (below - 1 < stack_bytes_) return bytes(of_stack_)[below / runtime::kWordBytes];
    if (!runtime::in_heap(word)) return names_elsewhere(word);
    return bytes(of_heap_)[(word - runtime::kHeapBase) / runtime::kWordBytes];
  }
  uint8_t& names_elsewhere(runtime::Address word) {
    for (auto& [known, names] : elsewhere_) {
      if (known == word) return names;
    }
    return elsewhere_.emplace_back(word, uint8_t{0}).second;
  }
  static uint8_t* bytes(const ReservedMemory& memory) {
    return reinterpret_cast<uint8_t*>(memory.begin());
  }

  ReservedMemory of_stack_;
  ReservedMemory of_heap_;
  std::vector<std::pair<runtime::Address, uint8_t>> elsewhere_;
  std::vector<runtime::Address> words_;
  runtime::Address high_end_ = 0;
  uint64_t stack_bytes_ = 0;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_NAMED_WORDS_H_
