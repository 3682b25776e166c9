#ifndef STACKQUAKE_HARNESS_COMPILER_LIVENESS_H_
#define STACKQUAKE_HARNESS_COMPILER_LIVENESS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "harness/compiler/emitter.h"
#include "runtime_under_test/code.h"

namespace stackquake {

// Finds which pointer slots are live at each safepoint of a function, by backward analysis over its
// control flow.
//
// A local is live where some path reads it before it is written. Any instruction that may panic has
// a second way on: the function's call of deferreturn, where a recovery resumes it. What is live
// there is live at every such instruction. panic and Goexit have only that way on, and neither do
// they return.
//
// An addressed word is live from the instruction that first sets it, on all later ones: closures
// and deferred calls may use it until the function returns. It is nil where that instruction was
// not reached.
//
// At a call the words of the caller are as they are when the callee runs: operands that only the
// call reads are dead. At every other safepoint they are as they are before the instruction.
class Liveness {
 public:
  // Analyses the emitter's function, which ends at the end of the program's code, and writes the
  // locals map of every safepoint. Slots are still those of the emitter's regions; the maps have
  // finished ones. `deferreturn` is the index of the call of deferreturn, or 0.
  void analyse(const Emitter& emitter, uint32_t deferreturn, runtime::Program& program);

 private:
  // One bit for each pointer of the local region.
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

  const Emitter* emitter_ = nullptr;
  runtime::Program* program_ = nullptr;
  uint32_t start_ = 0;
  uint32_t end_ = 0;
  uint32_t deferreturn_ = 0;
  bool loops_ = false;
  size_t words_ = 0;               // of a Bits
  std::vector<int32_t> bit_of_;    // by word of the local region; negative for a scalar
  std::vector<uint64_t> live_in_;  // by instruction
  std::vector<uint64_t> scratch_;
  std::vector<uint64_t> last_live_;  // of the map written last
  uint32_t last_map_ = 0;
  size_t last_addressed_ = 0;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_COMPILER_LIVENESS_H_
