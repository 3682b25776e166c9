#ifndef STACKQUAKE_HARNESS_COMPILER_EMITTER_H_
#define STACKQUAKE_HARNESS_COMPILER_EMITTER_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "runtime_under_test/code.h"

namespace stackquake {

// A slot of a frame that is not laid out yet: a region, and a word in that region. When the
// function is complete, the regions are put together, and every operand becomes a slot counted from
// sp (see runtime_under_test/code.h). The regions, from sp up:
//
//   outgoing    arguments to callees
//   local       variables and temporaries
//   addressed   words whose address others hold while the function runs: captured variables and
//               closures. The region holds their pointers. They are zeroed at entry, and live from
//               their first write to the end of the function.
//   argument    the arguments from the caller, above the return pc
//
// The limits of the language keep the number of every word in a region below the next region's.
enum Region : uint16_t {
  kOutgoing = 0,
  kArgument = 0x2000,
  kLocal = 0x4000,
  kAddressed = 0x8000,
};

using Slot = uint16_t;
inline Slot slot_in(Region region, uint32_t word) {
  return static_cast<Slot>(region + word);
}
inline Region region_of(Slot slot) {
  if (slot >= kAddressed) return kAddressed;
  if (slot >= kLocal) return kLocal;
  return slot >= kArgument ? kArgument : kOutgoing;
}
inline uint32_t word_of(Slot slot) {
  return slot - static_cast<uint32_t>(region_of(slot));
}

// A place in the code. Jumps may name it before it is known. Labels count from 0 in each function.
using Label = uint32_t;

// The words of one region: their number, and which of them hold pointers.
struct RegionWords {
  uint32_t size = 0;
  std::vector<uint32_t> pointers;  // ascending
  // For addressed words only: for each pointer, the index of the first instruction at which it is
  // live.
  std::vector<uint32_t> since;
};

// The code of one function while it is being written. Appends instructions to a program, and hands
// out slots and labels.
class Emitter {
 public:
  // Starts a function at the end of the program's code.
  void begin(runtime::Program& program, uint16_t function);

  void set_line(uint32_t line) { line_ = line; }

  // Appends an instruction and returns its index.
  uint32_t emit(runtime::Opcode opcode, Slot a = 0, Slot b = 0, Slot c = 0, int64_t imm = 0);
  uint32_t here() const { return static_cast<uint32_t>(program_->code.size()); }

  Label new_label();
  void bind(Label label) { labels_[label] = here(); }
  void jump(Label target) { emit(runtime::Opcode::kJump, 0, 0, 0, target); }
  uint32_t target_of(Label label) const { return labels_[label]; }

  // `words` new words of the frame. Word number `pointer` holds a pointer; none when it is
  // negative.
  Slot new_local(uint32_t words, int pointer);
  // New addressed words. All hold pointers, except the first one if `first_is_scalar`.
  Slot new_addressed(uint32_t words, bool first_is_scalar);

  // The same, with pointers in the words of these numbers, ascending.
  Slot new_addressed(uint32_t words, std::span<const uint32_t> pointers);

  // From `instruction` on, the pointers among these addressed words may be set.
  void set_live_from(Slot addressed, uint32_t words, uint32_t instruction);

  // Makes the outgoing region at least this large.
  void need_outgoing(uint32_t words) { outgoing_ = outgoing_ > words ? outgoing_ : words; }

  // Temporaries are valid until the next release_temporaries. An `any` takes two words.
  Slot scalar_temporary() { return temporary(scalars_, scalars_used_, 1, -1); }
  Slot pointer_temporary() { return temporary(pointers_, pointers_used_, 1, 0); }
  Slot any_temporary() { return temporary(anys_, anys_used_, 2, 1); }
  // Only one of each size can be in use.
  Slot array_temporary(uint32_t words);
  void release_temporaries() { scalars_used_ = pointers_used_ = anys_used_ = 0; }

  // ---- For the completion of the function ----

  uint32_t start() const { return start_; }
  uint32_t outgoing() const { return outgoing_; }
  const RegionWords& locals() const { return locals_; }
  const RegionWords& addressed() const { return addressed_; }
  uint32_t frame_words() const { return outgoing_ + locals_.size + addressed_.size; }

  // The slot counted from sp in the finished frame.
  uint16_t finished(Slot slot) const {
    const uint32_t word = word_of(slot);
    switch (region_of(slot)) {
      case kOutgoing:
        return slot;
      case kLocal:
        return static_cast<uint16_t>(outgoing_ + word);
      case kAddressed:
        return static_cast<uint16_t>(outgoing_ + locals_.size + word);
      default:
        return static_cast<uint16_t>(frame_words() + 1 + word);
    }
  }

 private:
  Slot temporary(std::vector<Slot>& pool, size_t& used, uint32_t words, int pointer);

  runtime::Program* program_ = nullptr;
  uint16_t function_ = 0;
  uint32_t start_ = 0;
  uint32_t line_ = 0;
  uint32_t outgoing_ = 0;
  RegionWords locals_;
  RegionWords addressed_;
  std::vector<uint32_t> labels_;
  std::vector<Slot> scalars_, pointers_, anys_;
  // Temporaries for arrays, by size: each size is four times the one before. 0 for none yet.
  std::array<Slot, 6> arrays_{};
  size_t scalars_used_ = 0, pointers_used_ = 0, anys_used_ = 0;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_COMPILER_EMITTER_H_
