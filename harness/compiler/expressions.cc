#include <utility>

#include "harness/compiler/function_compiler.h"
#include "runtime_under_test/object_type.h"

namespace stackquake {

using runtime::Opcode;

namespace {

Opcode opcode_of(Operation operation) {
  switch (operation) {
    case Operation::kAdd:
      return Opcode::kAdd;
    case Operation::kSubtract:
      return Opcode::kSubtract;
    case Operation::kMultiply:
      return Opcode::kMultiply;
    case Operation::kDivide:
      return Opcode::kDivide;
    case Operation::kRemainder:
      return Opcode::kRemainder;
    case Operation::kAnd:
      return Opcode::kAnd;
    case Operation::kOr:
      return Opcode::kOr;
    case Operation::kXor:
      return Opcode::kXor;
    case Operation::kShiftLeft:
      return Opcode::kShiftLeft;
    default:
      return Opcode::kShiftRight;
  }
}

// The form of an operation whose right operand is a constant.
Opcode constant_form(Opcode opcode) {
  switch (opcode) {
    case Opcode::kAdd:
    case Opcode::kSubtract:
      return Opcode::kAddConst;
    case Opcode::kMultiply:
      return Opcode::kMultiplyConst;
    case Opcode::kDivide:
      return Opcode::kDivideConst;
    case Opcode::kRemainder:
      return Opcode::kRemainderConst;
    case Opcode::kAnd:
      return Opcode::kAndConst;
    case Opcode::kOr:
      return Opcode::kOrConst;
    case Opcode::kXor:
      return Opcode::kXorConst;
    default:
      return opcode;
  }
}

// x - c equals x + -c, because arithmetic wraps around.
int64_t constant_operand(Opcode opcode, int64_t constant) {
  if (opcode != Opcode::kSubtract) return constant;
  return static_cast<int64_t>(0 - static_cast<uint64_t>(constant));
}

bool is_commutative(Opcode opcode) {
  return opcode == Opcode::kAdd || opcode == Opcode::kMultiply || opcode == Opcode::kAnd ||
         opcode == Opcode::kOr || opcode == Opcode::kXor;
}

}  // namespace

// ---- Operands ----

FunctionCompiler::Operand FunctionCompiler::operand_of(const Expression& expression) {
  if (expression.kind == ExpressionKind::kLiteral) return {0, true, expression.value};
  return {value_of(expression), false, 0};
}

Slot FunctionCompiler::slot_of(const Operand& operand) {
  if (!operand.is_constant) return operand.slot;
  const Slot slot = emitter_.scalar_temporary();
  emitter_.emit(Opcode::kConst, slot, 0, 0, operand.constant);
  return slot;
}

Slot FunctionCompiler::value_of(const Expression& expression) {
  if (expression.kind == ExpressionKind::kVariable) return slot_of(*expression.variable);
  const Slot to = temporary_for(expression.type);
  value_to(expression, to);
  return to;
}

void FunctionCompiler::value_to(const Expression& expression, Slot to) {
  switch (expression.kind) {
    case ExpressionKind::kLiteral:
      emitter_.emit(Opcode::kConst, to, 0, 0, expression.value);
      break;
    case ExpressionKind::kNil:
      zero(expression.type, to);
      break;
    case ExpressionKind::kVariable: {
      const Place place = place_of(*expression.variable);
      if (place.through) {
        load(expression.type, to, place.slot);
      } else {
        copy(expression.type, to, place.slot);
      }
      break;
    }
    case ExpressionKind::kIndex:
      index_to(expression, to);
      break;
    case ExpressionKind::kDereference:
      emitter_.emit(Opcode::kLoad, to, value_of(*expression.left));
      break;
    case ExpressionKind::kSelector:
      emitter_.emit(Opcode::kLoad, to, value_of(*expression.left), 0,
                    field_offset(expression.field));
      break;
    case ExpressionKind::kAddress:
      address_to(*expression.left, to);
      break;
    case ExpressionKind::kNode:
      node_to(expression, to);
      break;
    case ExpressionKind::kBinary:
      binary_to(expression, to);
      break;
    case ExpressionKind::kFunctionLiteral:
      closure_to(*expression.function, false, to);
      break;
    case ExpressionKind::kCall:
      call_to(expression, to);
      break;
    case ExpressionKind::kBuiltinCall:
      built_in_to(expression, to);
      break;
    case ExpressionKind::kMake:
      make_to(expression, to);
      break;
    case ExpressionKind::kReceive:
      receive_to(expression, to);
      break;
    case ExpressionKind::kNot:
      break;  // only in conditions: see branch
  }
}

// ---- Arrays, addresses, nodes ----

void FunctionCompiler::index_to(const Expression& expression, Slot to) {
  const Variable& array = *expression.left->variable;
  const Place place = place_of(array);
  const Operand index = operand_of(*expression.right);
  const auto offset = static_cast<uint32_t>(index.constant);
  if (index.is_constant && place.through) {
    emitter_.emit(Opcode::kLoad, to, place.slot, 0, index.constant * runtime::kWordBytes);
  } else if (index.is_constant) {
    emitter_.emit(Opcode::kCopy, to, static_cast<Slot>(place.slot + offset));
  } else {
    emitter_.emit(place.through ? Opcode::kLoadIndexThrough : Opcode::kLoadIndex, to, place.slot,
                  index.slot, array.type.length);
  }
}

// Stores the address of a variable, an element or a node's val in `to`.
void FunctionCompiler::address_to(const Expression& operand, Slot to) {
  if (operand.kind == ExpressionKind::kSelector) {
    emitter_.emit(Opcode::kOffset, to, value_of(*operand.left), 0, field_offset(operand.field));
    return;
  }
  const bool is_element = operand.kind == ExpressionKind::kIndex;
  const Variable& variable = is_element ? *operand.left->variable : *operand.variable;
  const Place place = place_of(variable);
  const Operand index = is_element ? operand_of(*operand.right) : Operand{0, true, 0};
  if (!index.is_constant) {
    emitter_.emit(place.through ? Opcode::kElementAddressThrough : Opcode::kElementAddress, to,
                  place.slot, index.slot, variable.type.length);
  } else if (place.through) {
    emitter_.emit(Opcode::kOffset, to, place.slot, 0, index.constant * runtime::kWordBytes);
  } else {
    emitter_.emit(Opcode::kFrameAddress, to,
                  static_cast<Slot>(place.slot + static_cast<uint32_t>(index.constant)));
  }
}

void FunctionCompiler::node_to(const Expression& expression, Slot to) {
  // The node is made in a temporary, because its fields may read the variable that is assigned to.
  const Slot node = emitter_.pointer_temporary();
  emitter_.emit(Opcode::kNewObject, node, 0, 0, runtime::kTypeNode);
  for (size_t i = 0; i < expression.fields.size(); ++i) {
    const Slot value = value_of(*expression.arguments[i]);
    emitter_.emit(Opcode::kStore, node, value, 0, field_offset(expression.fields[i]));
  }
  emitter_.emit(Opcode::kCopy, to, node);
}

void FunctionCompiler::make_to(const Expression& expression, Slot to) {
  const bool of_pointers = expression.type.kind == TypeKind::kNodeChannel;
  const int64_t capacity = expression.value < 0 ? 0 : expression.value;
  emitter_.emit(Opcode::kMakeChannel, to, of_pointers ? 1 : 0, 0, capacity);
}

// ---- Arithmetic ----

void FunctionCompiler::binary_to(const Expression& expression, Slot to) {
  const Opcode opcode = opcode_of(expression.operation);
  Operand left = operand_of(*expression.left);
  Operand right = operand_of(*expression.right);
  if (left.is_constant && is_commutative(opcode)) std::swap(left, right);
  const Slot left_slot = slot_of(left);
  if (right.is_constant) {
    emitter_.emit(constant_form(opcode), to, left_slot, 0,
                  constant_operand(opcode, right.constant));
  } else {
    emitter_.emit(opcode, to, left_slot, right.slot);
  }
}

}  // namespace stackquake
