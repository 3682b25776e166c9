#ifndef STACKQUAKE_HARNESS_COMPILER_FUNCTION_COMPILER_H_
#define STACKQUAKE_HARNESS_COMPILER_FUNCTION_COMPILER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "harness/compiler/emitter.h"
#include "harness/compiler/liveness.h"
#include "harness/language/tree.h"
#include "runtime_under_test/code.h"
#include "runtime_under_test/defects.h"
#include "runtime_under_test/deferred_call.h"
#include "runtime_under_test/design.h"

namespace stackquake {

// The offset of a field in a node, in bytes.
inline int64_t field_offset(Field field) {
  return static_cast<int64_t>(field) * runtime::kWordBytes;
}

// The number of the word of a value that holds a pointer, or -1. At most one does.
inline int pointer_word(Type type) {
  switch (type.kind) {
    case TypeKind::kInt:
    case TypeKind::kArray:
      return -1;
    case TypeKind::kAny:
      return 1;
    default:
      return 0;
  }
}

// A wrapper that a deferred call needs. It is compiled when all functions are.
struct DeferWrapper {
  uint32_t number = 0;  // of the wrapper, in Program::functions
  uint32_t parent = 0;  // of the function that defers
  uint32_t line = 0;
  const Expression* call = nullptr;
};

// Compiles the functions and literals of a nest, one after another, into a program. The code of a
// function has these parts:
//
//   prologue    checks the stack and makes the frame
//   entry       - loads the addresses of captured variables from the closure
//               - zeroes the result and the addressed words
//               - makes boxes for the parameters that live in boxes
//   body
//   epilogue    - calls open-coded deferred calls, the last one first, or else deferreturn, if the
//                 function defers
//               - copies a boxed result to its place
//               - returns
//
// A function with open-coded calls has a call of deferreturn as well, to which only a recovery
// leads.
//
// When a recovery returns to a deferproc, that instruction jumps to the epilogue.
class FunctionCompiler {
 public:
  explicit FunctionCompiler(const runtime::Design& design)
      : lowering_(design.defer_lowering()),
        defer_layout_(design.defer_layout()),
        defects_(design.defects()) {
    liveness_.set_defects(defects_);
  }

  // Before the first function of a program.
  void begin(const Nest& nest);

  // Appends the code of `function` and completes its entry in program.functions, which must exist.
  void compile(const Function& function, runtime::Program& program);

  // The wrappers that the functions so far need, those of one function in a row. Their entries in
  // program.functions exist.
  std::span<const DeferWrapper> wrappers() const { return wrappers_; }
  void compile(const DeferWrapper& wrapper);

 private:
  bool has(runtime::Defect defect) const { return defects_.has(defect); }

  // The place of a variable: a slot, or behind a pointer in a slot.
  struct Place {
    Slot slot = 0;
    bool through = false;
  };

  // An int operand of an instruction: a slot or a constant.
  struct Operand {
    Slot slot = 0;
    bool is_constant = false;
    int64_t constant = 0;
  };

  // An open-coded deferred call.
  struct OpenDefer {
    const Expression* call = nullptr;
    Slot arguments = 0;
  };

  // ---- function_compiler.cc: frame, entry, epilogue ----
  void place_variables();
  void place_variable(const Variable& variable, uint32_t& argument);
  void describe_arguments();
  void describe_variables(runtime::Function& compiled) const;
  enum class Access : uint8_t { kDirect, kBox, kCaptured };
  void describe_variable(const Variable& variable, Slot slot, Access access) const;
  void emit_entry();
  void emit_epilogue();
  void finish();
  void finish_code(runtime::Function& compiled);
  void finish_instruction(runtime::Instruction& instruction) const;
  Place place_of(const Variable& variable) const;
  bool is_boxed(const Variable& variable) const {
    return variable.boxed || (all_escape_ && (variable.address_taken || variable.captured));
  }
  // `first`: the first type that may be it. The runtime knows objects of its own types.
  uint16_t type_index(const runtime::ObjectType& type, uint16_t first = 0);
  uint16_t box_type(Type type);
  void make_box(const Variable& variable);

  // ---- values.cc: moving values of any type ----
  Slot temporary_for(Type type);
  void zero(Type type, Slot to);
  void copy(Type type, Slot to, Slot from);
  void load(Type type, Slot to, Slot pointer);
  void store(Type type, Slot pointer, Slot from);
  void store_to(const Variable& variable, Slot from);
  Slot slot_of(const Variable& variable);
  Slot address_slot_of(const Variable& variable);

  // ---- expressions.cc ----
  // The value of an expression, in a slot. It may be the slot of a variable, so the caller must use
  // it before anything else is stored.
  Slot value_of(const Expression& expression);
  void value_to(const Expression& expression, Slot to);
  Operand operand_of(const Expression& expression);
  Slot slot_of(const Operand& operand);
  void index_to(const Expression& expression, Slot to);
  void address_to(const Expression& expression, Slot to);
  void node_to(const Expression& expression, Slot to);
  void binary_to(const Expression& expression, Slot to);
  void make_to(const Expression& expression, Slot to);

  // ---- conditions.cc ----
  // Jumps to `target` when the condition equals `sense`; otherwise goes on.
  void branch(const Expression& condition, bool sense, Label target);
  void branch_on_comparison(const Expression& condition, bool sense, Label target);
  void branch_on_constant(Operation operation, Slot left, int64_t right, Label target);
  void branch_on_slots(Operation operation, Slot left, Slot right, Label target);

  // ---- calls.cc ----
  // `only_called`: the closure is not used after the call for which it is made.
  void closure_to(const Function& literal, bool only_called, Slot to);
  void heap_closure_to(const Function& literal, Slot to);
  void frame_closure_to(const Function& literal, Slot to);
  bool allocates(const Expression& argument) const;
  void call(const Expression& call);
  void call_to(const Expression& call, Slot to);
  void arguments_to(std::span<Expression* const> arguments, Slot first);
  Slot started_closure(const Expression& call);
  Slot deferred_closure(const Expression& call);
  void wrapped_in_frame(const Expression& call, uint32_t number, Slot to);
  void wrapped_in_heap(const Expression& call, uint32_t number, Slot to);
  uint32_t new_wrapper(const Expression& call);
  void start_call(const Expression& call, runtime::RuntimeFunction starter);
  void defer_statement(const Expression& call);
  void defer_open_coded(const Expression& call);
  void defer_wrapped(const Expression& call);
  bool defer_in_frame(const Expression& call);
  void run_open_defers();
  runtime::OpenCall described(const OpenDefer& open) const;
  void built_in_to(const Expression& call, Slot to);
  void built_in(const Expression& call);
  void panic(const Expression& value);
  void call_function(uint32_t index) { emitter_.emit(runtime::Opcode::kCall, 0, 0, 0, index); }
  void call_runtime(runtime::RuntimeFunction function) {
    call_function(static_cast<uint32_t>(function));
  }

  // ---- statements.cc ----
  void count_defers(const Block& block, bool in_loop);
  void count_defers(const Statement& statement, bool in_loop);
  bool is_open_coded() const;
  bool needs_wrapper(const Expression& call) const;
  static bool may_pass_address(const Expression& call);
  void block(const Block& block);
  void statement(const Statement& statement);
  void declare(const Statement& statement);
  void assign(const Statement& statement);
  void assign_to_place(const Expression& target, const Expression& value);
  void operate(const Statement& statement);
  void if_statement(const Statement& statement);
  void for_statement(const Statement& statement);
  void return_statement(const Statement& statement);
  void select_statement(const Statement& statement);
  void receive_to(const Expression& receive, Slot to);
  uint32_t select_table(const Statement& statement);
  runtime::SelectCase case_of(const SelectCase& select_case);

  runtime::DeferLowering lowering_;
  runtime::DeferLayout defer_layout_;
  runtime::DefectSet defects_;  // those of the compiler are mistakes of this class and its parts
  const Function* function_ = nullptr;
  runtime::Program* program_ = nullptr;
  Emitter emitter_;
  Liveness liveness_;
  std::vector<Place> places_;   // of the function's variables, by Variable::index
  std::vector<Slot> captured_;  // of the addresses of captured variables, in the order of captures
  Label epilogue_ = 0;
  uint32_t loop_start_ = 0;  // first instruction of the outermost loop around the statement, or 0
  uint32_t deferreturn_ = 0;
  uint32_t record_words_ = 0;  // of deferred calls, in the frame

  // What a function defers.
  struct Defers {
    uint32_t outside_of_loops = 0;
    uint32_t in_loops = 0;
    uint32_t wrapped_in_frame = 0;
    uint32_t returns = 1;  // the end of the function is one
    bool escapes = false;  // an argument that may be an address of a local goes to the heap
  };
  Defers defers_;
  std::vector<Defers> defers_of_;  // by Function::index

  // Whether all variables whose address is taken, and all closures that are kept, live in the heap:
  // where wrappers in the heap capture addresses, none may be of a frame.
  bool all_escape_ = false;
  bool open_coded_ = false;
  Slot open_bits_ = 0;
  Slot open_slots_ = 0;
  uint32_t open_entry_ = 0;             // first instruction at which the slots are live
  std::vector<OpenDefer> open_defers_;  // so far

  std::vector<DeferWrapper> wrappers_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_COMPILER_FUNCTION_COMPILER_H_
