#include "harness/compiler/function_compiler.h"

#include <algorithm>

#include "harness/compiler/operand_kinds.h"

namespace stackquake {

using runtime::Defect;
using runtime::Instruction;
using runtime::ObjectType;
using runtime::Opcode;
using runtime::RuntimeFunction;

namespace {

// Stands for the number of addressed words, which is known only at the end of the function.
constexpr int64_t kAllAddressed = -1;

runtime::ValueType value_type(Type type) {
  switch (type.kind) {
    case TypeKind::kArray:
      return runtime::ValueType::kArray;
    case TypeKind::kIntPointer:
      return runtime::ValueType::kIntPointer;
    case TypeKind::kNodePointer:
      return runtime::ValueType::kNodePointer;
    case TypeKind::kFunc:
      return runtime::ValueType::kFunc;
    case TypeKind::kAny:
      return runtime::ValueType::kAny;
    case TypeKind::kIntChannel:
      return runtime::ValueType::kIntChannel;
    case TypeKind::kNodeChannel:
      return runtime::ValueType::kNodeChannel;
    default:
      return runtime::ValueType::kInt;
  }
}

}  // namespace

void FunctionCompiler::begin(const Nest& nest) {
  wrappers_.clear();
  all_escape_ = false;
  defers_of_.clear();
  for (const Function* function : nest.all) {
    defers_ = {};
    if (function->has_defer) count_defers(function->body, false);
    defers_of_.push_back(defers_);
    all_escape_ = all_escape_ || (lowering_.wraps && defers_.escapes);
  }
}

void FunctionCompiler::compile(const Function& function, runtime::Program& program) {
  function_ = &function;
  program_ = &program;
  loop_start_ = 0;
  deferreturn_ = 0;
  record_words_ = 0;
  defers_ = defers_of_[function.index];
  open_coded_ = is_open_coded();
  open_defers_.clear();
  const auto number = static_cast<uint16_t>(runtime::kRuntimeFunctions + function.index);
  emitter_.begin(program, number);
  emitter_.set_line(function.position.line);
  epilogue_ = emitter_.new_label();
  place_variables();
  if (open_coded_) {
    open_bits_ = emitter_.new_local(1, -1);
    open_slots_ = emitter_.new_addressed(defers_.outside_of_loops, false);
  }
  describe_arguments();
  emitter_.emit(Opcode::kPrologue, 0, 0, 0, number);
  emit_entry();
  block(function.body);
  emitter_.set_line(function.end.line);
  emit_epilogue();
  finish();
}

// ---- The frame ----

void FunctionCompiler::place_variables() {
  places_.assign(function_->variables.size(), {});
  uint32_t argument = 0;
  for (const Variable* variable : function_->variables) place_variable(*variable, argument);
  captured_.clear();
  for (size_t i = 0; i < function_->captures.size(); ++i) {
    captured_.push_back(emitter_.new_local(1, 0));
  }
}

void FunctionCompiler::place_variable(const Variable& variable, uint32_t& argument) {
  Place& place = places_[variable.index];
  const bool is_argument =
      variable.kind == VariableKind::kParameter || variable.kind == VariableKind::kResult;
  if (is_argument) {
    place.slot = slot_in(kArgument, argument);
    argument += variable.type.words();
  }
  if (is_boxed(variable)) {
    place = {emitter_.new_local(1, 0), true};
  } else if (!is_argument) {
    const int pointer = pointer_word(variable.type);
    const bool addressed = variable.captured && pointer >= 0 && !has(Defect::kCapturedVariableDead);
    place.slot = addressed ? emitter_.new_addressed(variable.type.words(), pointer == 1)
                           : emitter_.new_local(variable.type.words(), pointer);
  }
}

void FunctionCompiler::describe_arguments() {
  runtime::Function& compiled = program_->functions[runtime::kRuntimeFunctions + function_->index];
  uint32_t word = 0;
  const auto first = static_cast<uint32_t>(program_->map_slots.size());
  const auto describe = [&](const Variable& variable) {
    const int pointer = pointer_word(variable.type);
    if (pointer >= 0) {
      program_->map_slots.push_back(static_cast<uint16_t>(word + static_cast<uint32_t>(pointer)));
    }
    word += variable.type.words();
  };
  const auto map = [&] {
    return runtime::PointerMap{first, static_cast<uint32_t>(program_->map_slots.size()) - first};
  };
  for (const Variable* parameter : function_->parameters) describe(*parameter);
  compiled.parameter_words = static_cast<uint16_t>(word);
  compiled.entry_arguments = map();
  if (function_->result != nullptr) describe(*function_->result);
  compiled.argument_words = static_cast<uint16_t>(word);
  const bool has_result = !(function_->has_defer && has(Defect::kResultNotLiveAtCall));
  compiled.arguments = has_result ? map() : compiled.entry_arguments;
  if (has(Defect::kResultLiveAtEntry)) compiled.entry_arguments = compiled.arguments;
  compiled.entry = emitter_.start();
}

void FunctionCompiler::describe_variables(runtime::Function& compiled) const {
  compiled.first_variable = static_cast<uint32_t>(program_->variables.size());
  uint32_t argument = 0;
  for (const Variable* variable : function_->variables) {
    if (variable->kind != VariableKind::kParameter && variable->kind != VariableKind::kResult) {
      continue;
    }
    describe_variable(*variable, slot_in(kArgument, argument), Access::kDirect);
    argument += variable->type.words();
  }
  for (const Variable* variable : function_->variables) {
    const Place& place = places_[variable->index];
    if (region_of(place.slot) != kArgument) {
      describe_variable(*variable, place.slot, place.through ? Access::kBox : Access::kDirect);
    }
  }
  for (size_t i = 0; i < captured_.size(); ++i) {
    describe_variable(*function_->captures[i], captured_[i], Access::kCaptured);
  }
  compiled.variables = static_cast<uint32_t>(program_->variables.size()) - compiled.first_variable;
}

void FunctionCompiler::describe_variable(const Variable& variable, Slot slot, Access access) const {
  program_->variables.push_back({variable.name, value_type(variable.type),
                                 access != Access::kDirect, access == Access::kCaptured,
                                 emitter_.finished(slot),
                                 static_cast<uint16_t>(variable.type.words())});
}

FunctionCompiler::Place FunctionCompiler::place_of(const Variable& variable) const {
  if (variable.owner == function_) return places_[variable.index];
  const auto captures = function_->captures;
  const auto* found = std::find(captures.data(), captures.data() + captures.size(), &variable);
  return {captured_[static_cast<size_t>(found - captures.data())], true};
}

uint16_t FunctionCompiler::type_index(const ObjectType& type, uint16_t first) {
  auto& types = program_->types;
  const auto found = std::find(types.begin() + first, types.end(), type);
  if (found != types.end()) return static_cast<uint16_t>(found - types.begin());
  types.push_back(type);
  return static_cast<uint16_t>(types.size() - 1);
}

uint16_t FunctionCompiler::box_type(Type type) {
  switch (type.kind) {
    case TypeKind::kInt:
      return runtime::kTypeInt;
    case TypeKind::kArray:
      return type_index({type.length, 0});
    case TypeKind::kAny:
      return runtime::kTypeAny;
    default:
      return runtime::kTypePointer;
  }
}

void FunctionCompiler::make_box(const Variable& variable) {
  emitter_.emit(Opcode::kNewObject, places_[variable.index].slot, 0, 0, box_type(variable.type));
}

// ---- Entry and epilogue ----

void FunctionCompiler::emit_entry() {
  for (size_t i = 0; i < captured_.size(); ++i) {
    emitter_.emit(Opcode::kClosureWord, captured_[i], 0, 0,
                  static_cast<int64_t>((i + 1) * runtime::kWordBytes));
  }
  uint32_t word = 0;
  for (const Variable* parameter : function_->parameters) word += parameter->type.words();
  const bool zeroes_late = has(Defect::kResultZeroedLate);
  const auto zero_result = [&, to = slot_in(kArgument, word)] {
    if (function_->result != nullptr) zero(function_->result->type, to);
  };
  if (!zeroes_late) zero_result();
  // The number of addressed words is known only at the end. Without captured variables it is 0.
  const bool captured = std::any_of(function_->variables.begin(), function_->variables.end(),
                                    [](const Variable* variable) { return variable->captured; });
  const bool has_slots = open_coded_ && !has(Defect::kOpenSlotsNotZeroed);
  if (captured || !captured_.empty() || has_slots || defers_.wrapped_in_frame != 0) {
    emitter_.emit(Opcode::kZeroWords, slot_in(kAddressed, 0), 0, 0, kAllAddressed);
  }
  if (open_coded_) {
    emitter_.emit(Opcode::kConst, open_bits_, 0, 0, 0);
    open_entry_ = emitter_.here();
    if (!has(Defect::kOpenSlotsNotLive)) {
      emitter_.set_live_from(open_slots_, defers_.outside_of_loops, open_entry_);
    }
  }
  if (function_->result != nullptr && is_boxed(*function_->result)) make_box(*function_->result);
  word = 0;
  for (const Variable* parameter : function_->parameters) {
    if (is_boxed(*parameter)) {
      make_box(*parameter);
      store(parameter->type, places_[parameter->index].slot, slot_in(kArgument, word));
    }
    word += parameter->type.words();
  }
  if (zeroes_late) zero_result();
}

void FunctionCompiler::emit_epilogue() {
  emitter_.bind(epilogue_);
  const Label result = emitter_.new_label();
  if (open_coded_) {
    run_open_defers();
    emitter_.jump(result);
  }
  if (function_->has_defer) {
    emitter_.need_outgoing(1);
    emitter_.emit(Opcode::kNop);
    deferreturn_ = emitter_.here();
    call_runtime(RuntimeFunction::kDeferreturn);
  }
  emitter_.bind(result);
  if (function_->result != nullptr && is_boxed(*function_->result)) {
    const uint32_t word =
        program_->functions[runtime::kRuntimeFunctions + function_->index].parameter_words;
    load(function_->result->type, slot_in(kArgument, word), places_[function_->result->index].slot);
  }
  emitter_.emit(Opcode::kReturn);
}

// ---- Completion: regions become a frame, labels become targets ----

void FunctionCompiler::finish() {
  runtime::Function& compiled = program_->functions[runtime::kRuntimeFunctions + function_->index];
  compiled.deferreturn = deferreturn_;
  if (open_coded_) {
    compiled.open_defers = {emitter_.finished(open_bits_), emitter_.finished(open_slots_),
                            static_cast<uint16_t>(open_defers_.size()),
                            static_cast<uint32_t>(program_->open_calls.size())};
    for (const OpenDefer& open : open_defers_) program_->open_calls.push_back(described(open));
  }
  describe_variables(compiled);
  finish_code(compiled);
  if (open_coded_ && has(Defect::kOpenDeferreturnWithoutMap)) {
    program_->locals_map_of[deferreturn_] = runtime::kNoMap;  // the body does not lead there
  }
}

void FunctionCompiler::finish_code(runtime::Function& compiled) {
  compiled.end = emitter_.here();
  compiled.frame_words = static_cast<uint16_t>(emitter_.frame_words());
  compiled.outgoing_words = static_cast<uint16_t>(emitter_.outgoing());
  liveness_.analyse(emitter_, has(Defect::kHeapResultAddressDead) ? 0 : deferreturn_, *program_);
  for (uint32_t i = emitter_.start(); i < emitter_.here(); ++i) {
    finish_instruction(program_->code[i]);
  }
}

void FunctionCompiler::finish_instruction(Instruction& instruction) const {
  const OperandKinds& kinds = operand_kinds(instruction.opcode);
  if (kinds.a_is_slot) instruction.a = emitter_.finished(instruction.a);
  if (kinds.b_is_slot) instruction.b = emitter_.finished(instruction.b);
  if (kinds.c_is_slot) instruction.c = emitter_.finished(instruction.c);
  if (kinds.is_short_jump) {
    instruction.set_short_target(emitter_.target_of(instruction.short_target()));
  } else if (kinds.is_jump) {
    instruction.imm = emitter_.target_of(static_cast<Label>(instruction.imm));
  }
  const auto frame_words = static_cast<uint16_t>(emitter_.frame_words());
  switch (instruction.opcode) {
    case Opcode::kPrologue:
    case Opcode::kReturn:
      instruction.a = frame_words;
      break;
    case Opcode::kRecover:
    case Opcode::kEnterWrapper:
      instruction.imm = frame_words;
      break;
    case Opcode::kZeroWords:
      if (instruction.imm == kAllAddressed) instruction.imm = emitter_.addressed().size;
      break;
    case Opcode::kSelect: {
      runtime::SelectTable& table = program_->select_tables[static_cast<size_t>(instruction.imm)];
      for (uint32_t i = 0; i < table.cases; ++i) {
        runtime::SelectCase& select_case = program_->select_cases[table.first_case + i];
        select_case.channel = emitter_.finished(select_case.channel);
        select_case.element = emitter_.finished(select_case.element);
        select_case.target = emitter_.target_of(select_case.target);
      }
      if (table.has_default) table.default_target = emitter_.target_of(table.default_target);
      break;
    }
    default:
      break;
  }
}

}  // namespace stackquake
