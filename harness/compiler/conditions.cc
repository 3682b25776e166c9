#include <utility>

#include "harness/compiler/function_compiler.h"

namespace stackquake {

using runtime::Opcode;

namespace {

Operation negation(Operation operation) {
  switch (operation) {
    case Operation::kEqual:
      return Operation::kNotEqual;
    case Operation::kNotEqual:
      return Operation::kEqual;
    case Operation::kLess:
      return Operation::kGreaterEqual;
    case Operation::kLessEqual:
      return Operation::kGreater;
    case Operation::kGreater:
      return Operation::kLessEqual;
    default:
      return Operation::kLess;
  }
}

// The same comparison with its operands exchanged.
Operation mirrored(Operation operation) {
  switch (operation) {
    case Operation::kLess:
      return Operation::kGreater;
    case Operation::kLessEqual:
      return Operation::kGreaterEqual;
    case Operation::kGreater:
      return Operation::kLess;
    case Operation::kGreaterEqual:
      return Operation::kLessEqual;
    default:
      return operation;
  }
}

Opcode constant_jump(Operation operation) {
  switch (operation) {
    case Operation::kEqual:
      return Opcode::kJumpEqualConst;
    case Operation::kNotEqual:
      return Opcode::kJumpNotEqualConst;
    case Operation::kLess:
      return Opcode::kJumpLessConst;
    case Operation::kLessEqual:
      return Opcode::kJumpLessEqualConst;
    case Operation::kGreater:
      return Opcode::kJumpGreaterConst;
    default:
      return Opcode::kJumpGreaterEqualConst;
  }
}

}  // namespace

void FunctionCompiler::branch(const Expression& condition, bool sense, Label target) {
  if (condition.kind == ExpressionKind::kNot) {
    branch(*condition.left, !sense, target);
    return;
  }
  const bool is_and = condition.operation == Operation::kLogicalAnd;
  if (!is_and && condition.operation != Operation::kLogicalOr) {
    branch_on_comparison(condition, sense, target);
    return;
  }
  if (is_and != sense) {
    // One operand alone can decide: false for &&, true for ||.
    branch(*condition.left, sense, target);
    branch(*condition.right, sense, target);
    return;
  }
  const Label decided = emitter_.new_label();
  branch(*condition.left, !sense, decided);
  branch(*condition.right, sense, target);
  emitter_.bind(decided);
}

void FunctionCompiler::branch_on_comparison(const Expression& condition, bool sense, Label target) {
  Operation operation = sense ? condition.operation : negation(condition.operation);
  const Expression* left = condition.left;
  const Expression* right = condition.right;
  const auto is_constant = [](const Expression& operand) {
    return operand.kind == ExpressionKind::kLiteral || operand.kind == ExpressionKind::kNil;
  };
  if (is_constant(*left)) {
    std::swap(left, right);
    operation = mirrored(operation);
  }
  // An `any` is nil when its first word, the type, is 0.
  const Slot left_slot = value_of(*left);
  if (is_constant(*right)) {
    branch_on_constant(operation, left_slot, right->value, target);
  } else {
    branch_on_slots(operation, left_slot, value_of(*right), target);
  }
}

void FunctionCompiler::branch_on_constant(Operation operation, Slot left, int64_t right,
                                          Label target) {
  const uint32_t index = emitter_.emit(constant_jump(operation), left, 0, 0, right);
  program_->code[index].set_short_target(target);
}

void FunctionCompiler::branch_on_slots(Operation operation, Slot left, Slot right, Label target) {
  if (operation == Operation::kGreater || operation == Operation::kGreaterEqual) {
    std::swap(left, right);
    operation = mirrored(operation);
  }
  const Opcode opcode = operation == Operation::kEqual      ? Opcode::kJumpEqual
                        : operation == Operation::kNotEqual ? Opcode::kJumpNotEqual
                        : operation == Operation::kLess     ? Opcode::kJumpLess
                                                            : Opcode::kJumpLessEqual;
  emitter_.emit(opcode, left, right, 0, target);
}

}  // namespace stackquake
