#include "harness/audit/word_kinds.h"

#include <algorithm>

#include "harness/audit/instruction_effects.h"

namespace stackquake {

namespace {

using runtime::Function;
using runtime::Instruction;
using runtime::Opcode;
using runtime::ValueType;
using runtime::Variable;

bool is_pointer_argument(const runtime::Program& program, const Function& function, uint32_t word) {
  for (const Variable& variable : program.variables_of(function)) {
    const int pointer = pointer_of(variable.type);
    const uint32_t slot = variable.slot + static_cast<uint32_t>(pointer);
    if (pointer >= 0 && slot == function.frame_words + 1U + word) return true;
  }
  return false;
}

}  // namespace

std::vector<WordKinds::Kind> captured_by(const runtime::Program& program, const Function& wrapper) {
  std::vector<WordKinds::Kind> words = {WordKinds::kNumber};
  const auto word_at = [&](int64_t offset) -> WordKinds::Kind& {
    const auto word = static_cast<size_t>(offset) / runtime::kWordBytes;
    if (words.size() <= word) words.resize(word + 1, WordKinds::kNumber);
    return words[word];
  };
  for (uint32_t i = wrapper.entry; i < wrapper.end; ++i) {
    const Instruction& instruction = program.code[i];
    if (instruction.opcode == Opcode::kClosureWord) word_at(instruction.imm) = WordKinds::kPointer;
  }
  // The function that is called tells what its arguments are.
  const Function& callee = program.functions[wrapper.wrapped];
  for (uint32_t i = wrapper.entry; i < wrapper.end; ++i) {
    const Instruction& instruction = program.code[i];
    if (instruction.opcode != Opcode::kClosureWords) continue;
    for (uint32_t word = 0; word < instruction.c; ++word) {
      word_at(instruction.imm + int64_t{word} * runtime::kWordBytes) =
          is_pointer_argument(program, callee, instruction.a + word) ? WordKinds::kPointer
                                                                     : WordKinds::kNumber;
    }
  }
  return words;
}

int pointer_of(ValueType type) {
  if (type == ValueType::kInt || type == ValueType::kArray) return -1;
  return type == ValueType::kAny ? 1 : 0;
}

void WordKinds::find(const runtime::Program& program, const Function& function) {
  program_ = &program;
  function_ = &function;
  const size_t slots = size_t{function.frame_words} + 1 + function.argument_words;
  kinds_.assign(slots, kUnknown);
  variable_at_.assign(slots, nullptr);
  closure_of_.assign(slots, 0);
  outgoing_.assign(function.outgoing_words, kUnknown);
  addressed_.clear();
  for (const Variable& variable : program.variables_of(function)) declare(variable);
  // What a temporary is may show only in an instruction behind its first one.
  for (int pass = 0; pass < 2; ++pass) {
    for (uint32_t i = function.entry; i < function.end; ++i) use(program.code[i]);
  }
  for (uint32_t i = function.entry; i < function.end; ++i) {
    if (program.code[i].opcode == Opcode::kCodePointer) find_closure(i);
  }
  find_addressed_variables();
  find_open_slots();
}

void WordKinds::declare(const Variable& variable) {
  if (variable.slot >= kinds_.size()) return;
  variable_at_[variable.slot] = &variable;
  if (variable.is_indirect) return set(variable.slot, kPointer);
  const int pointer = pointer_of(variable.type);
  for (uint32_t i = 0; i < variable.words; ++i) {
    set(variable.slot + i, static_cast<int>(i) == pointer ? kPointer : kNumber);
  }
}

// ---- Temporaries ----

void WordKinds::alike(uint32_t one, uint32_t other) {
  if (one >= kinds_.size() || other >= kinds_.size()) return;
  // Outgoing words are of another kind at each call.
  const uint32_t outgoing = function_->outgoing_words;
  if (one >= outgoing && other >= outgoing) {
    set(one, kinds_[other]);
    set(other, kinds_[one]);
  } else if (one >= outgoing) {
    set(one, outgoing_[other]);
  }
}

// The words of the callee's arguments and result, as it declares them.
void WordKinds::called(const Function& callee) {
  std::ranges::fill(outgoing_, kUnknown);
  for (const Variable& variable : program_->variables_of(callee)) {
    if (variable.slot <= callee.frame_words) continue;
    const uint32_t first = variable.slot - callee.frame_words - 1;
    const int pointer = pointer_of(variable.type);
    for (uint32_t i = 0; i < variable.words && first + i < outgoing_.size(); ++i) {
      outgoing_[first + i] = static_cast<int>(i) == pointer ? kPointer : kNumber;
    }
  }
}

// A node has its number first and its two pointers behind it; all else that a pointer may point to
// is an int, but for variables.
void WordKinds::load(const Instruction& load) {
  const Variable* base = load.b < variable_at_.size() ? variable_at_[load.b] : nullptr;
  if (base != nullptr && base->is_indirect) {
    set(load.a, pointer_of(base->type) < 0 ? kNumber : kPointer);
  } else {
    set(load.a, load.imm == 0 ? kNumber : kPointer);
  }
}

void WordKinds::use(const Instruction& instruction) {
  const auto [opcode, a, b, c, imm] = instruction;
  switch (opcode) {
    case Opcode::kFrameAddress:
      points_to_closure(a, closure_at(b));
      return set(a, kPointer);
    case Opcode::kClosureWord:
    case Opcode::kElementAddress:
    case Opcode::kNewObject:
    case Opcode::kMakeChannel:
    case Opcode::kStaticFuncval:
      points_to_closure(a, 0);
      return set(a, kPointer);
    case Opcode::kOffset:
    case Opcode::kElementAddressThrough:
      set(a, kPointer);
      return set(b, kPointer);
    case Opcode::kLoad:
      set(b, kPointer);
      return load(instruction);
    case Opcode::kStore:
    case Opcode::kStoreWords:
    case Opcode::kClose:
    case Opcode::kSend:
      return set(a, kPointer);
    case Opcode::kReceive:
      return set(b, kPointer);
    case Opcode::kLoadAny:
      set(b, kPointer);
      [[fallthrough]];
    case Opcode::kZeroAny:
    case Opcode::kRecover:
      set(a, kNumber);
      return set(a + 1U, kPointer);
    case Opcode::kCopyAny:
      for (uint16_t slot : {a, b}) {
        if (slot < function_->outgoing_words) continue;
        set(slot, kNumber);
        set(slot + 1U, kPointer);
      }
      return;
    case Opcode::kCode:
      set(b, kNumber);
      set(b + 1U, kPointer);
      return set(a, kNumber);
    case Opcode::kCopy:
      points_to_closure(a, closure_at(b));
      return alike(a, b);
    case Opcode::kJumpEqual:
    case Opcode::kJumpNotEqual:
      return alike(a, b);
    case Opcode::kCodePointer:
      points_to_closure(a, static_cast<uint32_t>(imm) + 1);
      return set(a, kNumber);
    case Opcode::kCall:
      return called(program_->functions[program_->function_of[static_cast<size_t>(imm)]]);
    case Opcode::kCallFuncval:
      set(a, kPointer);
      if (closure_at(a) != 0) called(program_->functions[closure_at(a) - 1]);
      return;
    default:
      return;
  }
}

// ---- Words whose address closures hold ----

// The first instruction of the outermost loop whose body has the instruction; itself if none has. A
// loop jumps to its condition first, which stands behind the body and jumps back.
uint32_t WordKinds::outermost_loop(uint32_t index) const {
  for (uint32_t i = function_->entry; i < index; ++i) {
    const Instruction& jump = program_->code[i];
    const bool is_around = jump.opcode == Opcode::kJump && static_cast<uint32_t>(jump.imm) > index;
    if (!is_around) continue;
    const auto condition = static_cast<uint32_t>(jump.imm);
    for (uint32_t j = condition; j < function_->end; ++j) {
      if (jump_target(program_->code[j], j) == i + 1 && j > i + 1) return i + 1;
    }
  }
  return index;
}

// A closure in a frame: its code pointer, then the words that it captures, which follow in the code
// as in the frame, and its address.
uint32_t WordKinds::frame_closure(uint32_t code_pointer) const {
  const uint16_t closure = program_->code[code_pointer].a;
  uint16_t word = closure;
  for (uint32_t i = code_pointer + 1; i < function_->end; ++i) {
    const Instruction& instruction = program_->code[i];
    if (instruction.opcode == Opcode::kFrameAddress && instruction.b == closure) return i;
    const bool fills =
        instruction.opcode == Opcode::kCopy || instruction.opcode == Opcode::kFrameAddress;
    if (!fills || instruction.a != ++word) return 0;
  }
  return 0;
}

void WordKinds::find_closure(uint32_t code_pointer) {
  const auto& closure_function =
      program_->functions[static_cast<size_t>(program_->code[code_pointer].imm)];
  if (closure_function.kind == runtime::FunctionKind::kWrapper) {
    return find_wrapped(code_pointer, closure_function);
  }
  const uint32_t address = frame_closure(code_pointer);
  if (address == 0) return;
  const uint16_t closure = program_->code[code_pointer].a;
  const uint32_t loop = outermost_loop(code_pointer);
  for (uint32_t captured = 1; captured < address - code_pointer; ++captured) {
    const auto word = static_cast<uint16_t>(closure + captured);
    set(word, kPointer);
    addressed_.push_back({word, loop, loop});
  }
}

// The words of a wrapper's closure are set in any order, and then the code pointer. From the first
// of them on they may be live.
void WordKinds::find_wrapped(uint32_t code_pointer, const Function& wrapper) {
  const uint16_t closure = program_->code[code_pointer].a;
  const bool is_in_frame = code_pointer + 1 < function_->end &&
                           program_->code[code_pointer + 1].opcode == Opcode::kFrameAddress &&
                           program_->code[code_pointer + 1].b == closure;
  if (!is_in_frame) return;
  const std::vector<Kind> kinds = captured_by(*program_, wrapper);
  uint32_t first = code_pointer;
  for (uint32_t i = function_->entry; i < code_pointer; ++i) {
    const InstructionEffects effects = effects_of(*program_, program_->code[i]);
    const bool zeroes_all = program_->code[i].opcode == Opcode::kZeroWords;
    for (uint32_t word = 1; word < kinds.size() && !zeroes_all && first == code_pointer; ++word) {
      if (effects.writes(static_cast<uint16_t>(closure + word))) first = i;
    }
  }
  while (first > function_->entry && program_->lines[first - 1] == program_->lines[code_pointer]) {
    --first;
  }
  for (uint32_t word = 1; word < kinds.size(); ++word) {
    set(closure + word, kinds[word]);
    if (kinds[word] != kPointer) continue;
    addressed_.push_back({static_cast<uint16_t>(closure + word), first, code_pointer});
  }
}

// A slot is live for the whole call of the function, once it is zeroed.
void WordKinds::find_open_slots() {
  const runtime::OpenDefers& open = function_->open_defers;
  if (open.count == 0) return;
  uint32_t zeroed = function_->entry;
  while (zeroed < function_->end && program_->code[zeroed].opcode != Opcode::kZeroWords) ++zeroed;
  set(open.bits, kNumber);
  for (uint16_t i = 0; i < open.count; ++i) {
    const auto slot = static_cast<uint16_t>(open.first_slot + i);
    set(slot, kPointer);
    addressed_.push_back({slot, function_->entry, zeroed + 1});
  }
  for (const runtime::OpenCall& call : program_->calls_of(open)) {
    for (uint16_t word = 0; word < call.words; ++word) {
      const auto slot = static_cast<uint16_t>(call.arguments + word);
      const Function& callee = program_->functions[call.callee];
      const bool is_result = word >= callee.parameter_words;
      const bool is_pointer = !is_result && is_pointer_argument(*program_, callee, word);
      set(slot, is_pointer ? kPointer : kNumber);
      if (is_pointer) addressed_.push_back({slot, function_->entry, zeroed + 1});
    }
  }
}

void WordKinds::find_addressed_variables() {
  for (uint32_t i = function_->entry; i < function_->end; ++i) {
    const Instruction& instruction = program_->code[i];
    if (instruction.opcode != Opcode::kFrameAddress) continue;
    if (instruction.b >= variable_at_.size()) continue;
    const Variable* variable = variable_at_[instruction.b];
    if (variable == nullptr || variable->is_indirect || pointer_of(variable->type) < 0) continue;
    if (variable->slot > function_->frame_words) continue;  // arguments have a map of their own
    variable_at_[instruction.b] = nullptr;
    first_set(*variable);
  }
}

// The variable is zeroed with others at the entry. What counts is its declaration: from the first
// instruction of that statement on, the variable may be live, since what follows may set it.
void WordKinds::first_set(const Variable& variable) {
  uint32_t set = function_->entry;
  for (; set < function_->end; ++set) {
    const InstructionEffects effects = effects_of(*program_, program_->code[set]);
    const bool zeroes_all = program_->code[set].opcode == Opcode::kZeroWords;
    if (!zeroes_all && effects.writes(variable.slot)) break;
  }
  uint32_t statement = set;
  while (statement > function_->entry && set < function_->end &&
         program_->lines[statement - 1] == program_->lines[set]) {
    --statement;
  }
  const auto word = static_cast<uint32_t>(pointer_of(variable.type));
  addressed_.push_back({static_cast<uint16_t>(variable.slot + word), statement, set + 1});
}

}  // namespace stackquake
