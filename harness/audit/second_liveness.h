#ifndef STACKQUAKE_HARNESS_AUDIT_SECOND_LIVENESS_H_
#define STACKQUAKE_HARNESS_AUDIT_SECOND_LIVENESS_H_

// Which pointers of a frame are live at each safepoint of a function: a second answer, beside the
// compiler's, by another method and from other tables.
//
// The compiler flows sets of words backwards through the function until nothing changes. Here each
// read of a word is followed backwards alone, along every path, up to the writes of the word: the
// word is live before every instruction on the way. So the time is in proportion to the lengths of
// the words' lives.
//
// An instruction that may panic leads to the function's call of deferreturn as well, where a
// recovery continues the function. It may panic before it has written, so its write does not end a
// life that comes from there.

#include <cstdint>
#include <span>
#include <vector>

#include "harness/audit/instruction_effects.h"
#include "harness/audit/word_kinds.h"
#include "runtime_under_test/code.h"

namespace stackquake {

class SecondLiveness {
 public:
  // One bit for each pointer of the frame.
  using Bits = std::span<const uint64_t>;

  // Finds out about a function of a nest whose kinds of words are known. A word of unknown kind
  // counts as a pointer where `mapped` has it.
  void find(const runtime::Program& program, const runtime::Function& function,
            const WordKinds& kinds, std::span<const uint8_t> mapped);

  // The number of a slot's bit; negative for a word that is no pointer of the frame's own.
  int32_t bit_of(uint32_t slot) const { return slot < bit_of_.size() ? bit_of_[slot] : -1; }
  uint16_t slot_of(uint32_t bit) const { return slots_[bit]; }
  size_t bits_words() const { return words_; }

  SafepointTime time(uint32_t index) const { return effects_[index - entry_].safepoint; }

  // The words that the map of this safepoint must have, those whose address closures hold left out.
  // Valid until the next call.
  Bits live_at(uint32_t index);

 private:
  void number(const runtime::Function& function, const WordKinds& kinds,
              std::span<const uint8_t> mapped);
  void find_jumps();
  void add_jump(uint32_t from, uint32_t to);
  void follow_reads();
  void follow(uint16_t slot, uint32_t reader);
  void arrive(uint32_t index, bool completed);
  bool mark(uint32_t index);
  std::span<uint64_t> live_in(uint32_t index) {
    return {live_in_.data() + size_t{index - entry_} * words_, words_};
  }

  const runtime::Program* program_ = nullptr;
  uint32_t entry_ = 0;
  uint32_t end_ = 0;
  uint32_t deferreturn_ = 0;
  size_t words_ = 0;
  std::vector<int32_t> bit_of_;
  std::vector<uint16_t> slots_;  // by bit
  std::vector<InstructionEffects> effects_;
  std::vector<uint64_t> live_in_;
  std::vector<uint64_t> result_;
  // The jumps to an instruction: a list in jumps_, whose first entry's place plus 1 is in
  // first_jump_.
  struct Jump {
    uint32_t from;
    uint32_t next;
  };
  std::vector<uint32_t> first_jump_;
  std::vector<Jump> jumps_;
  std::vector<uint32_t> may_panic_;  // instructions that lead to the call of deferreturn
  // Of the read that is being followed.
  uint16_t slot_ = 0;
  size_t bit_word_ = 0;
  uint64_t bit_mask_ = 0;
  std::vector<uint32_t> to_follow_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_SECOND_LIVENESS_H_
