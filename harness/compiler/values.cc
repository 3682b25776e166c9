#include "harness/compiler/function_compiler.h"

namespace stackquake {

using runtime::Defect;
using runtime::Opcode;

Slot FunctionCompiler::temporary_for(Type type) {
  switch (type.kind) {
    case TypeKind::kInt:
      return emitter_.scalar_temporary();
    case TypeKind::kAny:
      return emitter_.any_temporary();
    case TypeKind::kArray:
      return emitter_.array_temporary(type.length);
    default:
      return emitter_.pointer_temporary();
  }
}

void FunctionCompiler::zero(Type type, Slot to) {
  switch (type.kind) {
    case TypeKind::kArray:
      emitter_.emit(Opcode::kZeroWords, to, 0, 0, type.length);
      break;
    case TypeKind::kAny:
      if (has(Defect::kAnyZeroedInPart)) {
        emitter_.emit(Opcode::kZeroAny, to, 0, 0, 1);
        break;
      }
      emitter_.emit(Opcode::kZeroAny, to, 0, 0, 2);
      break;
    default:
      emitter_.emit(Opcode::kConst, to, 0, 0, 0);
      break;
  }
}

void FunctionCompiler::copy(Type type, Slot to, Slot from) {
  if (to == from) return;
  switch (type.kind) {
    case TypeKind::kArray:
      emitter_.emit(Opcode::kCopyWords, to, from, type.length);
      break;
    case TypeKind::kAny:
      emitter_.emit(Opcode::kCopyAny, to, from, 2);
      break;
    default:
      emitter_.emit(Opcode::kCopy, to, from);
      break;
  }
}

void FunctionCompiler::load(Type type, Slot to, Slot pointer) {
  switch (type.kind) {
    case TypeKind::kArray:
      emitter_.emit(Opcode::kLoadWords, to, pointer, type.length);
      break;
    case TypeKind::kAny:
      emitter_.emit(Opcode::kLoadAny, to, pointer, 2);
      break;
    default:
      emitter_.emit(Opcode::kLoad, to, pointer);
      break;
  }
}

void FunctionCompiler::store(Type type, Slot pointer, Slot from) {
  switch (type.kind) {
    case TypeKind::kArray:
      emitter_.emit(Opcode::kStoreWords, pointer, from, type.length);
      break;
    case TypeKind::kAny:
      emitter_.emit(Opcode::kStoreAny, pointer, from, 2);
      break;
    default:
      emitter_.emit(Opcode::kStore, pointer, from);
      break;
  }
}

void FunctionCompiler::store_to(const Variable& variable, Slot from) {
  const Place place = place_of(variable);
  if (place.through) {
    store(variable.type, place.slot, from);
  } else {
    copy(variable.type, place.slot, from);
  }
}

// A slot that holds the variable's value: its own slot, or a copy.
Slot FunctionCompiler::slot_of(const Variable& variable) {
  const Place place = place_of(variable);
  if (!place.through) return place.slot;
  const Slot value = temporary_for(variable.type);
  load(variable.type, value, place.slot);
  return value;
}

// A slot that holds the variable's address.
Slot FunctionCompiler::address_slot_of(const Variable& variable) {
  const Place place = place_of(variable);
  if (place.through) return place.slot;
  const Slot address = emitter_.pointer_temporary();
  emitter_.emit(Opcode::kFrameAddress, address, place.slot);
  return address;
}

}  // namespace stackquake
