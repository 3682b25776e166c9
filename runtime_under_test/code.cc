#include "runtime_under_test/code.h"

#include <iterator>

namespace stackquake::runtime {

namespace {

struct Operation {
  std::string_view mnemonic;
  std::string_view operands;
};

constexpr Operation kOperations[] = {
#define STACKQUAKE_OPERATION(enumerator, mnemonic, operands) {mnemonic, operands},
#include "runtime_under_test/operations.def"
#undef STACKQUAKE_OPERATION
};

void append_operand(const Instruction& instruction, char letter, uint16_t field, std::string& out) {
  if (letter == '-' || letter == 'i' || letter == 't') return;
  const bool is_number = letter == 'n' || letter == 'T';
  out += is_number ? " " : " s";
  out += std::to_string(letter == 'T' ? instruction.short_target() : field);
}

void append_map(const Program& program, std::string_view title, PointerMap map, std::string& out) {
  out += title;
  for (uint16_t slot : program.slots(map)) out += " s" + std::to_string(slot);
}

void append_instruction(const Program& program, uint32_t index, std::string& out) {
  const Instruction& instruction = program.code[index];
  const std::string_view letters = operands(instruction.opcode);
  out += "  " + std::to_string(index) + "\t";
  out += mnemonic(instruction.opcode);
  append_operand(instruction, letters[0], instruction.a, out);
  append_operand(instruction, letters[1], instruction.b, out);
  append_operand(instruction, letters[2], instruction.c, out);
  if (letters[3] != '-')
    out += (letters[3] == 't' ? " -> " : " #") + std::to_string(instruction.imm);
  const uint32_t map = program.locals_map_of[index];
  if (map != kNoMap) append_map(program, "\t; live:", program.locals_maps[map], out);
  out += "\n";
}

}  // namespace

std::string_view mnemonic(Opcode opcode) {
  return kOperations[static_cast<size_t>(opcode)].mnemonic;
}

std::string_view operands(Opcode opcode) {
  return kOperations[static_cast<size_t>(opcode)].operands;
}

void Program::clear() {
  code.clear();
  lines.clear();
  function_of.clear();
  locals_map_of.clear();
  functions.clear();
  locals_maps.clear();
  map_slots.clear();
  types.clear();
  select_tables.clear();
  select_cases.clear();
  variables.clear();
  open_calls.clear();
  main = 0;
  nest_functions = kAllOthers;
}

std::string disassemble(const Program& program) {
  std::string out;
  for (const Function& function : program.functions) {
    out += std::string(function.name) + ": frame " + std::to_string(function.frame_words) +
           ", args " + std::to_string(function.argument_words) + " words;";
    append_map(program, " pointers at entry:", function.entry_arguments, out);
    append_map(program, "; later:", function.arguments, out);
    out += "\n";
    for (uint32_t i = function.entry; i < function.end; ++i) append_instruction(program, i, out);
  }
  return out;
}

}  // namespace stackquake::runtime
