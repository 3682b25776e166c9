#ifndef STACKQUAKE_HARNESS_COMPILER_LIVENESS_H_
#define STACKQUAKE_HARNESS_COMPILER_LIVENESS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "harness/compiler/emitter.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/defects.h"

namespace stackquake {

// Finds out which pointer slots are live at each safepoint of a function, by backward analysis of
// its control flow.
//
// Locals. A local is live where some path reads it before writing it. An instruction that may panic
// has a second successor: the function's call of deferreturn, where a recovery resumes the
// function. Whatever is live there is live at every such instruction. panic and Goexit have only
// that successor, because they do not return.
//
// Addressed words. An addressed word is live from the instruction that first sets it, at all later
// instructions: closures and deferred calls may use it until the function returns. It is nil when
// that instruction was not reached.
//
// Time. At a call the words of the caller are as they are while the callee runs, so operands that
// only the call reads are dead. At any other safepoint they are as they are before the instruction.
class Liveness {
 public:
  // Analyses the function in the emitter, which is the last one in the program's code. Writes the
  // locals map of every safepoint. The slots are still those of the emitter's regions; the maps
  // have finished slots. `deferreturn` is the index of the call of deferreturn, or 0.
  void analyse(const Emitter& emitter, uint32_t deferreturn, runtime::Program& program);

  // Mistakes of this analysis are switched on from now on.
  void set_defects(const runtime::DefectSet& defects) { defects_ = defects; }

 private:
  // One bit for each pointer in the local region.
  using Bits = std::span<uint64_t>;

  Bits live_in(uint32_t index) {
    return {live_in_.data() + size_t{index - start_} * words_, words_};
  }
  void number_pointers();
  bool pass();
  void flow_back(uint32_t index);
  void add_successors(uint32_t index, Bits live);
  void add_uses(const runtime::Instruction& instruction, Bits live) const;
  void remove_definitions(const runtime::Instruction& instruction, Bits live) const;
  void set(Slot slot, Bits live) const;
  void unset(Slot slot, Bits live) const;
  void live_at_safepoint(uint32_t index, Bits live);
  void write_maps();
  uint32_t write_map(std::span<const uint64_t> live, uint32_t index);

  runtime::DefectSet defects_;
  const Emitter* emitter_ = nullptr;
  runtime::Program* program_ = nullptr;
  uint32_t start_ = 0;
  uint32_t end_ = 0;
  uint32_t deferreturn_ = 0;
  bool loops_ = false;
  size_t words_ = 0;               // of a Bits
  std::vector<int32_t> bit_of_;    // for each word of the local region; negative for a scalar
  std::vector<uint64_t> live_in_;  // for each instruction
  std::vector<uint64_t> scratch_;
  std::vector<uint64_t> last_live_;  // of the last map that was written
  uint32_t last_map_ = 0;
  size_t last_addressed_ = 0;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_COMPILER_LIVENESS_H_
