#ifndef STACKQUAKE_HARNESS_STACK_STATES_MACHINE_PROGRAM_H_
#define STACKQUAKE_HARNESS_STACK_STATES_MACHINE_PROGRAM_H_

#include <fuzzer/FuzzedDataProvider.h>

#include <cstdint>
#include <span>
#include <vector>

#include "runtime_under_test/code.h"
#include "runtime_under_test/design.h"

namespace stackquake {

// A program of functions with random frame sizes and pointer maps. Nobody runs it: its functions
// are what the frames of a made-up stack are of.
//
// The code of each function, by instruction:
//
//   0 prologue
//   1 call            two calls in a row, with maps of their own
//   2 call
//   3 load            no safepoint: where a fault interrupts it
//   4 deferreturn     where a recovered frame goes on
//   5 return
class MachineProgram {
 public:
  // Slots at the low end of every frame that no map names: the arguments to callees, in words.
  static constexpr uint16_t kOutgoingWords = 4;

  static constexpr uint32_t kCalls[] = {1, 2};
  static constexpr uint32_t kFault = 3;
  static constexpr uint32_t kDeferreturn = 4;

  // The type of a closure: its code, and a captured pointer.
  static constexpr uint16_t kTypeClosure = runtime::kBuiltinTypes;

  // Makes another program for `design`, of 1 to 8 functions. Storage is reused.
  void make(FuzzedDataProvider& choices, const runtime::Design& design);

  const runtime::Program& program() const { return program_; }

  // The functions that are not the runtime's own. The last is main, without arguments.
  std::span<const runtime::Function> functions() const {
    return std::span(program_.functions).subspan(runtime::kRuntimeFunctions);
  }

 private:
  void add_function(FuzzedDataProvider& choices, bool is_main);
  void add_instruction(runtime::Opcode opcode, uint32_t locals_map);
  uint32_t random_locals(FuzzedDataProvider& choices, uint16_t frame_words);
  runtime::PointerMap random_map(FuzzedDataProvider& choices, uint16_t first, uint16_t end);

  runtime::Program program_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STACK_STATES_MACHINE_PROGRAM_H_
