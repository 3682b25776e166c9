#ifndef STACKQUAKE_HARNESS_AUDIT_WORD_KINDS_H_
#define STACKQUAKE_HARNESS_AUDIT_WORD_KINDS_H_

// Which words of a function's frame are pointers, by the declared types of its variables and by
// what its instructions do with the others. The pointer maps are not used.

#include <cstdint>
#include <vector>

#include "runtime_under_test/code.h"

namespace stackquake {

// A word of a frame whose address closures hold. The compiler's rule for those that are pointers:
// live from where they are first set, in the order of the code, to the end of the function.
struct AddressedWord {
  uint16_t slot = 0;
  uint32_t may_live_from = 0;   // indices of instructions: in the map of none before this one,
  uint32_t must_live_from = 0;  // and of all from this one on
};

class WordKinds {
 public:
  enum Kind : uint8_t { kUnknown, kNumber, kPointer };

  // Finds out about a function of a nest.
  void find(const runtime::Program& program, const runtime::Function& function);

  // Of a slot of the frame, or behind it of an argument.
  Kind kind(uint32_t slot) const { return kinds_[slot]; }
  const std::vector<AddressedWord>& addressed() const { return addressed_; }

  // The closure whose code pointer this instruction stores lies in the frame: the instruction that
  // takes its address. 0 for a closure in the heap.
  uint32_t frame_closure(uint32_t code_pointer) const;
  bool is_in_loop(uint32_t index) const { return outermost_loop(index + 1) != index + 1; }

 private:
  void declare(const runtime::Variable& variable);
  void use(const runtime::Instruction& instruction);
  void load(const runtime::Instruction& instruction);
  void called(const runtime::Function& callee);
  void alike(uint32_t one, uint32_t other);
  void set(uint32_t slot, Kind kind) {
    if (slot < kinds_.size() && kinds_[slot] == kUnknown) kinds_[slot] = kind;
  }
  uint32_t closure_at(uint32_t slot) const {
    return slot < closure_of_.size() ? closure_of_[slot] : 0;
  }
  void points_to_closure(uint32_t slot, uint32_t function) {
    if (slot < closure_of_.size()) closure_of_[slot] = function;
  }
  void find_closure(uint32_t code_pointer);
  void find_wrapped(uint32_t code_pointer, const runtime::Function& wrapper);
  void find_open_slots();
  void find_addressed_variables();
  void first_set(const runtime::Variable& variable);
  uint32_t outermost_loop(uint32_t index) const;

  const runtime::Program* program_ = nullptr;
  const runtime::Function* function_ = nullptr;
  std::vector<Kind> kinds_;
  std::vector<const runtime::Variable*> variable_at_;  // by slot: which variable begins there
  std::vector<Kind> outgoing_;                         // as the last call has left them
  // By slot: the function whose closure lies there or is pointed to, plus 1; 0 where none is known.
  std::vector<uint32_t> closure_of_;
  std::vector<AddressedWord> addressed_;
};

// The words of a wrapper's closure, the code pointer included, by the declarations of the function
// that the wrapper calls.
std::vector<WordKinds::Kind> captured_by(const runtime::Program& program,
                                         const runtime::Function& wrapper);

// Which words of a value of this type are pointers, by their numbers: at most one is. -1: none.
int pointer_of(runtime::ValueType type);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_WORD_KINDS_H_
