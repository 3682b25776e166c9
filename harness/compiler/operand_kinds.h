#ifndef STACKQUAKE_HARNESS_COMPILER_OPERAND_KINDS_H_
#define STACKQUAKE_HARNESS_COMPILER_OPERAND_KINDS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runtime_under_test/code.h"

namespace stackquake {

// The kinds of an operation's operands, decoded from the letters in operations.def.
struct OperandKinds {
  bool a_is_slot = false, b_is_slot = false, c_is_slot = false;
  bool writes_a = false;
  bool reads_a = false, reads_b = false, reads_c = false;
  // Which word of the operand may be a pointer: the second one of an `any`.
  uint8_t a_pointer = 0, b_pointer = 0;
  bool is_jump = false;        // imm is a label
  bool is_short_jump = false;  // b and c are labels
};

constexpr OperandKinds operand_kinds_of(std::string_view letters) {
  const auto is = [](char letter, std::string_view set) {
    return set.find(letter) != std::string_view::npos;
  };
  OperandKinds kinds;
  kinds.a_is_slot = is(letters[0], "dDsSmb");
  kinds.b_is_slot = is(letters[1], "dDsSmb");
  kinds.c_is_slot = is(letters[2], "dDsSmb");
  kinds.writes_a = is(letters[0], "dD");
  kinds.reads_a = is(letters[0], "sSm");
  kinds.reads_b = is(letters[1], "sSm");
  kinds.reads_c = is(letters[2], "sSm");
  kinds.a_pointer = is(letters[0], "DS") ? 1 : 0;
  kinds.b_pointer = letters[1] == 'S' ? 1 : 0;
  kinds.is_jump = letters[3] == 't';
  kinds.is_short_jump = letters[1] == 'T';
  return kinds;
}

// The target of a call is a function, not a label.
constexpr OperandKinds operand_kinds_of(runtime::Opcode opcode, std::string_view letters) {
  OperandKinds kinds = operand_kinds_of(letters);
  kinds.is_jump = kinds.is_jump && opcode != runtime::Opcode::kCall;
  return kinds;
}

inline constexpr OperandKinds kOperandKinds[] = {
#define STACKQUAKE_OPERATION(enumerator, mnemonic, operands) \
  operand_kinds_of(runtime::Opcode::enumerator, operands),
#include "runtime_under_test/operations.def"
#undef STACKQUAKE_OPERATION
};

inline const OperandKinds& operand_kinds(runtime::Opcode opcode) {
  return kOperandKinds[static_cast<size_t>(opcode)];
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_COMPILER_OPERAND_KINDS_H_
