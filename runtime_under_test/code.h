#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_CODE_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_CODE_H_

// What a compiler hands to the machine: instructions, functions with their frame layouts and
// pointer maps.
//
// A frame is Go 1.4's on amd64; the stack grows downwards.
//
//        args from caller     <- argp: parameters, then the result
//        return pc
//        locals               <- varp, the top of the locals
//        args to callee       <- sp, slot 0
//
// Slots are words counted upwards from sp. Function::frame_words counts the locals and the args to
// callees; the return pc lies at slot frame_words, the args from the caller from slot frame_words +
// 1 on.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime_under_test/object_type.h"
#include "runtime_under_test/word.h"

namespace stackquake::runtime {

enum class Opcode : uint16_t {
#define STACKQUAKE_OPERATION(enumerator, mnemonic, operands) enumerator,
#include "runtime_under_test/operations.def"
#undef STACKQUAKE_OPERATION
};

// The mnemonic, and the meaning of a, b, c and imm, as operations.def has them.
std::string_view mnemonic(Opcode opcode);
std::string_view operands(Opcode opcode);

struct Instruction {
  Opcode opcode;
  uint16_t a = 0;
  uint16_t b = 0;
  uint16_t c = 0;
  int64_t imm = 0;

  // The branch target of the operations that compare with a constant.
  uint32_t short_target() const { return b | static_cast<uint32_t>(c) << 16; }
  void set_short_target(uint32_t target) {
    b = static_cast<uint16_t>(target);
    c = static_cast<uint16_t>(target >> 16);
  }
};
static_assert(sizeof(Instruction) == 16);

// A pc is kCodeBase plus the index of an instruction. It is what stands in return-address words.
constexpr Word kCodeBase = 0x400000;

// A pointer map: the slots, or argument words, that hold pointers, ascending. A range of
// Program::map_slots.
struct PointerMap {
  uint32_t first = 0;
  uint32_t size = 0;
};

enum class FunctionKind : uint8_t {
  kNest,     // a function or literal of the program: what frames() counts
  kShim,     // a built-in of the language
  kRuntime,  // the runtime's own
};

// The runtime's own functions. Every program begins with them, in this order.
enum class RuntimeFunction : uint8_t {
  kGoexitBase,  // the base frame of a goroutine, which its function returns to: Go's goexit
  kGopanic,
  kGoexit,
  kDeferproc,
  kDeferreturn,
  kJmpdefer,
  kAbortpanic,  // what the Defer in a gopanic's frame calls, in designs that have one
  kNewproc,
  kSigpanic,    // what a faulting instruction seems to have called
  kPanicindex,  // what an index out of range calls
  kPanicchan,   // what a misused channel calls
  kTrace,
  kMove,
  kGrow,
  kShrink,
  kReflectcall16,  // one for each size of argument block: Go's callXX
  kReflectcall32,
  kReflectcall64,
  kReflectcall128,
  kReflectcall256,
  kReflectcall512,
  kReflectcall1024,
  kReflectcall2048,
  kReflectcall4096,
  kReflectcall8192,
  kReflectcall16384,
  kReflectcall32768,
  kCount,
};
constexpr size_t kRuntimeFunctions = static_cast<size_t>(RuntimeFunction::kCount);

struct Function {
  // Of a literal: its function's name, ".func" and a number, as Go names it. Owned by whoever
  // compiled.
  std::string_view name;
  FunctionKind kind = FunctionKind::kNest;
  bool is_wrapper = false;      // moves Panic::argp to its callee: reflectcall
  uint16_t frame_words = 0;     //
  uint16_t argument_words = 0;  // parameters and result
  uint16_t parameter_words = 0;
  uint32_t entry = 0;  // index of the first instruction
  uint32_t end = 0;    // past the last
  uint32_t deferreturn =
      0;  // index of the call of deferreturn, where a recovered function goes on; 0: none
  PointerMap
      entry_arguments;   // pointers among the arguments before the function has run: parameters
  PointerMap arguments;  // from then on: parameters and result
  uint32_t line = 0;
};

// A select statement: its cases in source order.
struct SelectCase {
  bool is_send = false;
  uint16_t channel = 0;  // slot
  uint16_t element = 0;  // slot of the value to send, or where a received one goes
  uint32_t target = 0;   // index of the instruction that the case goes on at
};
struct SelectTable {
  uint32_t first_case = 0;  // in Program::select_cases
  uint32_t cases = 0;
  bool has_default = false;
  uint32_t default_target = 0;
};

constexpr uint32_t kNoMap = UINT32_MAX;

// A compiled nest. Owned by whoever compiles; its storage is reused from one compilation to the
// next.
struct Program {
  std::vector<Instruction> code;
  std::vector<uint32_t> lines;        // by instruction: line of the nest; 0 for the runtime's own
  std::vector<uint16_t> function_of;  // by instruction
  std::vector<uint32_t>
      locals_map_of;  // by instruction: index into locals_maps at a safepoint, or kNoMap
  std::vector<Function> functions;
  std::vector<PointerMap> locals_maps;
  std::vector<uint16_t> map_slots;
  std::vector<ObjectType> types;
  std::vector<SelectTable> select_tables;
  std::vector<SelectCase> select_cases;
  uint32_t main = 0;  // the function that a run begins with

  // Empties everything, keeping the storage.
  void clear();

  std::span<const uint16_t> slots(PointerMap map) const {
    return {map_slots.data() + map.first, map.size};
  }
  const Function& runtime_function(RuntimeFunction function) const {
    return functions[static_cast<size_t>(function)];
  }
};

// The code as text, one instruction a line, with functions, frame sizes and pointer maps: for
// people.
std::string disassemble(const Program& program);

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_CODE_H_
