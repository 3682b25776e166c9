#ifndef STACKQUAKE_HARNESS_STACK_STATES_MACHINE_PROGRAM_H_
#define STACKQUAKE_HARNESS_STACK_STATES_MACHINE_PROGRAM_H_

#include <fuzzer/FuzzedDataProvider.h>

#include <cstdint>
#include <span>
#include <vector>

#include "runtime_under_test/code.h"
#include "runtime_under_test/design.h"

namespace stackquake {

// A program of functions with random frame sizes and pointer maps. It never runs: the frames of a
// made-up stack belong to its functions.
//
// The instructions of each function:
//
//   0  prologue
//   1  call           two calls in a row, each with its own maps
//   2  call
//   3  load           not a safepoint: here a fault interrupts the function
//   4  deferreturn    here a recovered frame goes on
//   5  return
class MachineProgram {
 public:
  // Words at the low end of every frame for the arguments to callees. No map of the frame has them.
  static constexpr uint16_t kOutgoingWords = 4;

  static constexpr uint32_t kCalls[] = {1, 2};
  static constexpr uint32_t kFault = 3;
  static constexpr uint32_t kDeferreturn = 4;

  // The type of a closure: its code and one captured pointer.
  static constexpr uint16_t kTypeClosure = runtime::kBuiltinTypes;

  // Words at the high end of each function's frame for a record of a deferred call. No
  // map has them. 0 if the design keeps no records in frames.
  uint16_t record_words() const { return record_words_; }

  // Makes a new program of 1 to 8 functions for `design`. Storage is reused.
  void make(FuzzedDataProvider& choices, const runtime::Design& design);

  const runtime::Program& program() const { return program_; }

  // The functions that do not belong to the runtime. The last one is main, which has no arguments.
  std::span<const runtime::Function> functions() const {
    return std::span(program_.functions).subspan(runtime::kRuntimeFunctions);
  }

 private:
  void add_function(FuzzedDataProvider& choices, bool is_main);
  void add_instruction(runtime::Opcode opcode, uint32_t locals_map);
  uint32_t random_locals(FuzzedDataProvider& choices, uint16_t locals_end);
  runtime::PointerMap random_map(FuzzedDataProvider& choices, uint16_t first, uint16_t end);

  runtime::Program program_;
  uint16_t record_words_ = 0;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_STACK_STATES_MACHINE_PROGRAM_H_
