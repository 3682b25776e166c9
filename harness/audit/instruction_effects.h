#ifndef STACKQUAKE_HARNESS_AUDIT_INSTRUCTION_EFFECTS_H_
#define STACKQUAKE_HARNESS_AUDIT_INSTRUCTION_EFFECTS_H_

// What each instruction of a nest reads, writes and can do to the flow of control, as far as the
// lives of pointers depend on it. Written from what the interpreter does. The compiler's tables are
// not used: a slip in them must not be repeated here.

#include <cstdint>
#include <span>

#include "runtime_under_test/code.h"

namespace stackquake {

// When the words in the map of a safepoint are looked at.
enum class SafepointTime : uint8_t {
  kNone,    // no safepoint
  kBefore,  // before the instruction does anything
  kReturn,  // while a callee runs: what the instruction behind the call finds
  kPanic,   // while panicindex runs, which never returns
};

struct InstructionEffects {
  SafepointTime safepoint = SafepointTime::kNone;
  bool may_panic = false;  // a recovery may continue the function at its deferreturn
  bool falls_through = true;

  // The slots that are read and may hold pointers. Elements of arrays are numbers and left out, and
  // so are the slots of a select's cases.
  uint16_t reads[4] = {};
  uint8_t read_count = 0;

  // The slots [written, written + written_words) are overwritten as a whole.
  uint16_t written = 0;
  uint32_t written_words = 0;

  std::span<const uint16_t> read_slots() const { return {reads, read_count}; }
  bool writes(uint16_t slot) const {
    return static_cast<uint32_t>(slot - written) < written_words && slot >= written;
  }
};

// Of an instruction of a nest's function; those of the runtime's own functions have no effects.
InstructionEffects effects_of(const runtime::Program& program,
                              const runtime::Instruction& instruction);

// The index that an instruction may jump to; itself for one that is no jump. Selects have more.
uint32_t jump_target(const runtime::Instruction& instruction, uint32_t itself);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_INSTRUCTION_EFFECTS_H_
