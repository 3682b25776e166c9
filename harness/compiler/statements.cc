#include "harness/compiler/function_compiler.h"

namespace stackquake {

using runtime::Defect;
using runtime::Opcode;
using runtime::RuntimeFunction;

// ---- What is deferred ----

void FunctionCompiler::count_defers(const Block& block, bool in_loop) {
  for (const Statement* each : block.statements) count_defers(*each, in_loop);
}

void FunctionCompiler::count_defers(const Statement& statement, bool in_loop) {
  if (statement.kind == StatementKind::kReturn) ++defers_.returns;
  if (statement.kind == StatementKind::kDefer) {
    ++(in_loop ? defers_.in_loops : defers_.outside_of_loops);
    if (!in_loop && needs_wrapper(*statement.value)) ++defers_.wrapped_in_frame;
    if (in_loop) defers_.escapes = defers_.escapes || may_pass_address(*statement.value);
  }
  const bool is_loop = statement.kind == StatementKind::kFor;
  count_defers(statement.body, in_loop || is_loop);
  if (statement.otherwise != nullptr) count_defers(*statement.otherwise, in_loop);
  for (const SelectCase& each : statement.cases) count_defers(each.body, in_loop);
}

// By the rules of Go's compiler.
bool FunctionCompiler::is_open_coded() const {
  constexpr uint32_t kMostDefers = 8;
  constexpr uint32_t kMostCalls = 15;
  const uint32_t defers = defers_.outside_of_loops;
  const bool has_box = function_->result != nullptr && is_boxed(*function_->result);
  return lowering_.open_coded && defers != 0 && defers_.in_loops == 0 && defers <= kMostDefers &&
         defers * defers_.returns <= kMostCalls && !has_box;
}

// ---- Statements ----

void FunctionCompiler::block(const Block& block) {
  for (const Statement* each : block.statements) {
    emitter_.release_temporaries();
    statement(*each);
  }
}

void FunctionCompiler::statement(const Statement& statement) {
  emitter_.set_line(statement.position.line);
  switch (statement.kind) {
    case StatementKind::kDeclare:
      declare(statement);
      break;
    case StatementKind::kAssign:
      assign(statement);
      break;
    case StatementKind::kOperate:
      operate(statement);
      break;
    case StatementKind::kExpression:
      if (statement.value->kind == ExpressionKind::kCall) {
        call(*statement.value);
      } else if (statement.value->kind == ExpressionKind::kBuiltinCall) {
        built_in(*statement.value);
      } else {
        value_of(*statement.value);
      }
      break;
    case StatementKind::kDefer:
      defer_statement(*statement.value);
      break;
    case StatementKind::kGo:
      start_call(*statement.value, RuntimeFunction::kNewproc);
      break;
    case StatementKind::kIf:
      if_statement(statement);
      break;
    case StatementKind::kFor:
      for_statement(statement);
      break;
    case StatementKind::kReturn:
      return_statement(statement);
      break;
    case StatementKind::kBlock:
      block(statement.body);
      break;
    case StatementKind::kSend: {
      const Slot channel = value_of(*statement.target);
      emitter_.emit(Opcode::kSend, channel, value_of(*statement.value));
      break;
    }
    case StatementKind::kSelect:
      select_statement(statement);
      break;
  }
}

// ---- Variables ----

void FunctionCompiler::declare(const Statement& statement) {
  const Variable& variable = *statement.variable;
  const Place place = places_[variable.index];
  if (!place.through) {
    if (region_of(place.slot) == kAddressed) {
      emitter_.set_live_from(place.slot, variable.type.words(), emitter_.here());
    }
    if (statement.value == nullptr) {
      zero(variable.type, place.slot);
    } else {
      value_to(*statement.value, place.slot);
    }
    return;
  }
  if (statement.value == nullptr) {
    make_box(variable);
    return;
  }
  const Slot value = value_of(*statement.value);
  make_box(variable);
  store(variable.type, place.slot, value);
}

void FunctionCompiler::assign(const Statement& statement) {
  if (statement.target != nullptr) {
    assign_to_place(*statement.target, *statement.value);
  } else if (statement.value->kind != ExpressionKind::kVariable) {
    value_of(*statement.value);
  }
}

void FunctionCompiler::assign_to_place(const Expression& target, const Expression& value) {
  if (target.kind == ExpressionKind::kVariable) {
    const Place place = place_of(*target.variable);
    if (place.through) {
      store(target.type, place.slot, value_of(value));
    } else {
      value_to(value, place.slot);
    }
    return;
  }
  const Slot from = value_of(value);
  if (target.kind == ExpressionKind::kDereference) {
    emitter_.emit(Opcode::kStore, value_of(*target.left), from);
  } else if (target.kind == ExpressionKind::kSelector) {
    emitter_.emit(Opcode::kStore, value_of(*target.left), from, 0, field_offset(target.field));
  } else {
    const Variable& array = *target.left->variable;
    const Place place = place_of(array);
    const Operand index = operand_of(*target.right);
    if (index.is_constant && place.through) {
      emitter_.emit(Opcode::kStore, place.slot, from, 0, index.constant * runtime::kWordBytes);
    } else if (index.is_constant) {
      emitter_.emit(Opcode::kCopy,
                    static_cast<Slot>(place.slot + static_cast<uint32_t>(index.constant)), from);
    } else {
      emitter_.emit(place.through ? Opcode::kStoreIndexThrough : Opcode::kStoreIndex, from,
                    place.slot, index.slot, array.type.length);
    }
  }
}

void FunctionCompiler::operate(const Statement& statement) {
  const Variable& variable = *statement.target->variable;
  const bool adds = statement.operation == Operation::kAdd;
  const Operand operand =
      statement.value == nullptr ? Operand{0, true, 1} : operand_of(*statement.value);
  const Slot value = slot_of(variable);
  if (operand.is_constant) {
    const auto constant = static_cast<uint64_t>(operand.constant);
    emitter_.emit(Opcode::kAddConst, value, value, 0,
                  static_cast<int64_t>(adds ? constant : 0 - constant));
  } else {
    emitter_.emit(adds ? Opcode::kAdd : Opcode::kSubtract, value, value, operand.slot);
  }
  store_to(variable, value);
}

// ---- Control ----

void FunctionCompiler::if_statement(const Statement& statement) {
  const Label otherwise = emitter_.new_label();
  branch(*statement.value, false, otherwise);
  block(statement.body);
  if (statement.otherwise == nullptr) {
    emitter_.bind(otherwise);
    return;
  }
  const Label end = emitter_.new_label();
  emitter_.jump(end);
  emitter_.bind(otherwise);
  emitter_.release_temporaries();
  this->statement(*statement.otherwise);
  emitter_.bind(end);
}

void FunctionCompiler::for_statement(const Statement& statement) {
  const Slot counter = places_[statement.variable->index].slot;
  const Label body = emitter_.new_label();
  const Label condition = emitter_.new_label();
  value_to(*statement.value, counter);
  emitter_.jump(condition);
  emitter_.bind(body);
  const uint32_t outer_loop = loop_start_;
  if (loop_start_ == 0) loop_start_ = emitter_.here();
  block(statement.body);
  loop_start_ = outer_loop;
  emitter_.set_line(statement.position.line);
  emitter_.release_temporaries();
  emitter_.emit(Opcode::kAddConst, counter, counter, 0, 1);
  emitter_.bind(condition);
  const Operand limit = operand_of(*statement.limit);
  if (limit.is_constant) {
    branch_on_constant(Operation::kLess, counter, limit.constant, body);
  } else {
    branch_on_slots(Operation::kLess, counter, limit.slot, body);
  }
}

void FunctionCompiler::return_statement(const Statement& statement) {
  const Variable* result = function_->result;
  if (statement.value != nullptr) {
    const Place place = places_[result->index];
    if (place.through) {
      store(result->type, place.slot, value_of(*statement.value));
    } else {
      value_to(*statement.value, place.slot);
    }
  }
  if (function_->has_defer || (result != nullptr && is_boxed(*result))) {
    emitter_.jump(epilogue_);
  } else {
    emitter_.emit(Opcode::kReturn);
  }
}

// ---- Channels ----

void FunctionCompiler::receive_to(const Expression& receive, Slot to) {
  const Slot channel = value_of(*receive.left);
  if (has(Defect::kReceiveSlotNotZeroed)) {
    emitter_.emit(Opcode::kReceive, to, channel);
    return;
  }
  // A collection while the goroutine waits reads the word that will hold the value.
  zero(receive.type, to);
  emitter_.emit(Opcode::kReceive, to, channel);
}

// Evaluates the operands of a case, and returns the case.
runtime::SelectCase FunctionCompiler::case_of(const SelectCase& select_case) {
  runtime::SelectCase compiled;
  compiled.is_send = select_case.kind == CaseKind::kSend;
  compiled.channel = value_of(*select_case.channel);
  if (compiled.is_send) {
    compiled.element = value_of(*select_case.value);
  } else {
    const bool of_nodes = select_case.channel->type.kind == TypeKind::kNodeChannel;
    const Type type{of_nodes ? TypeKind::kNodePointer : TypeKind::kInt};
    compiled.element = temporary_for(type);
    zero(type, compiled.element);
  }
  compiled.target = emitter_.new_label();
  return compiled;
}

// Evaluates the operands of all cases in the order of the text. Returns the index of their table.
uint32_t FunctionCompiler::select_table(const Statement& statement) {
  const auto index = static_cast<uint32_t>(program_->select_tables.size());
  runtime::SelectTable table;
  table.first_case = static_cast<uint32_t>(program_->select_cases.size());
  for (const SelectCase& select_case : statement.cases) {
    if (select_case.kind == CaseKind::kDefault) {
      table.has_default = true;
      table.default_target = emitter_.new_label();
    } else {
      emitter_.set_line(select_case.position.line);
      program_->select_cases.push_back(case_of(select_case));
      ++table.cases;
    }
  }
  program_->select_tables.push_back(table);
  return index;
}

void FunctionCompiler::select_statement(const Statement& statement) {
  const uint32_t index = select_table(statement);
  const runtime::SelectTable table = program_->select_tables[index];
  emitter_.set_line(statement.position.line);
  emitter_.emit(Opcode::kSelect, emitter_.scalar_temporary(), 0, 0, index);
  const Label end = emitter_.new_label();
  uint32_t number = table.first_case;
  for (const SelectCase& select_case : statement.cases) {
    if (select_case.kind == CaseKind::kDefault) {
      emitter_.bind(table.default_target);
    } else {
      const runtime::SelectCase compiled = program_->select_cases[number++];
      emitter_.bind(compiled.target);
      if (select_case.target != nullptr) {
        store_to(*select_case.target->variable, compiled.element);
      }
    }
    block(select_case.body);
    emitter_.jump(end);
  }
  emitter_.bind(end);
}

}  // namespace stackquake
