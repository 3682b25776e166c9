#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_CODE_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_CODE_H_

// What a compiler hands to the machine: instructions, functions with the layout of their frames,
// and maps that say where the pointers are.
//
// A FRAME is Go 1.4's on amd64. A word is 8 bytes; the stack grows downwards; slots are words
// counted upwards from sp:
//
//                            +-----------------------+
//                            | …  the caller's locals|
//      argp                  | result                |  slot frame_words + 1 + parameter_words
//        + 8 · parameters    | parameters            |  (in the caller's frame: its lowest slots,
//      argp = varp + 8       +-----------------------+   its "args to callee")
//      varp                  | return pc             |  slot frame_words
//                            +-----------------------+
//                            | locals                |
//                            | args to callee        |  slots 0, 1, …: argument 0 of the callee, …
//      sp                    +-----------------------+  slot 0
//
// Function::frame_words counts locals and args to callees, not the return pc. A function that
// stands at its entry has no frame yet: varp is sp then, and slot 0 holds the return pc.
//
// A PC is kCodeBase plus the index of an instruction. A return pc is the one after the call.
//
// POINTER MAPS. At a safepoint, and nowhere else, the compiler knows of every slot whether it holds
// a live pointer. Copier and collector find the map of a frame so:
//
//  1. The frame's return address, or sched.pc of the innermost frame, is past the instruction that
//     is in progress: its index minus 1 is that instruction's.
//  2. Program::locals_map_of[that index] is an index into locals_maps, or kNoMap: no safepoint.
//  3. locals_maps[…] is a range of map_slots: slots from sp, ascending.
//  4. Function::arguments is the same for parameters and result: words from argp. A function that
//     stands at its entry has entry_arguments instead, without the result, and no locals.
//
// INVARIANTS: code, lines, function_of and locals_map_of have one entry per instruction; functions
// begin with the runtime's own, in the order of RuntimeFunction, and cover the code without gaps,
// in order. The caller of the compiler owns the Program and every name in it, and may change
// neither during a run.

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
  kWrapper,  // a compiler's: calls a function of the program with arguments that it has captured
  kRuntime,  // the runtime's own
};

// The runtime's own functions. Every program begins with them, in this order.
enum class RuntimeFunction : uint8_t {
  kGoexitBase,  // the base frame of a goroutine, which its function returns to: Go's goexit
  kGopanic,
  kGoexit,
  kDeferproc,
  kDeferprocStack,  // in designs that keep records in frames
  kDeferreturn,
  kJmpdefer,
  kAbortpanic,  // what the Defer in a gopanic's frame calls, in designs that have one
  kNewproc,
  kSigpanic,    // what a faulting instruction seems to have called
  kPanicindex,  // what an index out of range calls
  kPanicchan,   // what a misused channel calls
  kPanicmem,    // what the runtime calls in place of a nil closure
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

// The type of a variable of a nest.
enum class ValueType : uint8_t {
  kInt,
  kArray,  // of int
  kIntPointer,
  kNodePointer,
  kFunc,
  kAny,
  kIntChannel,
  kNodeChannel,
};

// A variable of a function as its declaration has it, and where it lives. The machine does not use
// variables: they are for messages, and for checks of what the compiler makes of them. A variable
// that has two places, as a parameter that is copied into a box, is two of them.
struct Variable {
  std::string_view name;  // empty for a result without a name
  ValueType type = ValueType::kInt;
  // The slot holds the variable's address: in a box, or in the frame of the function around.
  bool is_indirect = false;
  bool is_captured = false;  // is_indirect, and the address is a word of the function's closure
  uint16_t slot = 0;         // from sp; of a parameter or result past the return pc
  uint16_t words = 0;        // of the variable itself
};

// Deferred calls without records: a word of bits in the frame, and as many slots for closures, the
// one of bit 0 first. A bit is set while the call in its slot is pending. Slots from sp.
struct OpenDefers {
  uint16_t bits = 0;
  uint16_t first_slot = 0;
  uint16_t count = 0;       // 0: the function has none
  uint32_t first_call = 0;  // of bit 0, an index into Program::open_calls
};

// The arguments of an open-coded call, and its result, in the frame; from sp. None where the design
// has calls without arguments.
struct OpenCall {
  uint16_t arguments = 0;
  uint16_t words = 0;
  uint32_t callee = 0;  // the function whose arguments they are: an index into Program::functions
};

struct Function {
  // Of a literal: its function's name, ".func" and a number, as Go names it. Owned by the compiler.
  std::string_view name;
  FunctionKind kind = FunctionKind::kNest;
  bool is_wrapper = false;  // moves Panic::argp to its callee: reflectcall

  // Sizes in words.
  uint16_t frame_words = 0;     // locals and args to callees
  uint16_t outgoing_words = 0;  // of them, args to callees, which no map of locals has
  uint16_t argument_words = 0;  // parameters and result
  uint16_t parameter_words = 0;

  // Indices of instructions.
  uint32_t entry = 0;
  uint32_t end = 0;          // past the last
  uint32_t wrapped = 0;      // of a wrapper: the function that it calls, an index into functions
  uint32_t deferreturn = 0;  // the call of deferreturn, at which a recovered function continues;
                             // 0: the function defers nothing
  OpenDefers open_defers;

  // Pointers among the arguments: at the entry, where only the parameters are there, and from then
  // on.
  PointerMap entry_arguments;
  PointerMap arguments;

  uint32_t line = 0;  // of the nest; 0 for the runtime's own

  // A range of Program::variables: parameters and result in order, then the others.
  uint32_t first_variable = 0;
  uint32_t variables = 0;
};

// A select statement: a range of Program::select_cases, in source order.
struct SelectCase {
  bool is_send = false;
  uint16_t channel = 0;  // slot
  uint16_t element = 0;  // slot of the value to send, or of where a received one goes
  uint32_t target = 0;   // index of the instruction at which the case continues
};
struct SelectTable {
  uint32_t first_case = 0;
  uint32_t cases = 0;
  bool has_default = false;
  uint32_t default_target = 0;
};

// In Program::locals_map_of: the instruction is no safepoint.
constexpr uint32_t kNoMap = UINT32_MAX;

// A compiled nest. Its storage is reused from one compilation to the next.
struct Program {
  // One entry per instruction.
  std::vector<Instruction> code;
  std::vector<uint32_t> lines;          // of the nest; 0 for the runtime's own
  std::vector<uint16_t> function_of;    // index into functions
  std::vector<uint32_t> locals_map_of;  // index into locals_maps, or kNoMap

  std::vector<Function> functions;
  std::vector<PointerMap> locals_maps;
  std::vector<uint16_t> map_slots;  // what the PointerMaps are ranges of
  std::vector<ObjectType> types;    // of heap objects; the runtime's own come first
  std::vector<SelectTable> select_tables;
  std::vector<SelectCase> select_cases;
  std::vector<Variable> variables;
  std::vector<OpenCall> open_calls;
  uint32_t main = 0;     // index into functions: where a run begins
  uint64_t edition = 0;  // another one for each compilation of the process; 0: not compiled

  // Functions of kind kNest, which follow the runtime's own; kAllOthers if no wrappers follow them.
  static constexpr uint32_t kAllOthers = UINT32_MAX;
  uint32_t nest_functions = kAllOthers;

  // Empties everything, keeping the storage.
  void clear();

  std::span<const uint16_t> slots(PointerMap map) const {
    return {map_slots.data() + map.first, map.size};
  }
  std::span<const Variable> variables_of(const Function& function) const {
    return {variables.data() + function.first_variable, function.variables};
  }
  std::span<const OpenCall> calls_of(const OpenDefers& open) const {
    return {open_calls.data() + open.first_call, open.count};
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
