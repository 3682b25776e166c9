#include "harness/compiler/liveness.h"

#include <algorithm>
#include <bit>

#include "harness/compiler/operand_kinds.h"

namespace stackquake {

namespace {

using runtime::Defect;
using runtime::Instruction;
using runtime::Opcode;
using runtime::RuntimeFunction;

// The effect of an instruction on the control flow and on the frames of callers, as far as liveness
// depends on it.
enum class Effect : uint8_t {
  kPlain,
  kFaults,     // may raise a runtime error; no safepoint
  kIndexes,    // may call panicindex
  kCalls,      // a safepoint at which the callee runs
  kSafepoint,  // a safepoint before the instruction, which may panic
  kAllocates,  // a safepoint before the instruction, which may not
};

constexpr Effect effect_of(Opcode opcode) {
  switch (opcode) {
    case Opcode::kDivide:
    case Opcode::kRemainder:
    case Opcode::kLoad:
    case Opcode::kStore:
    case Opcode::kOffset:
      return Effect::kFaults;
    case Opcode::kLoadIndex:
    case Opcode::kStoreIndex:
    case Opcode::kElementAddress:
    case Opcode::kLoadIndexThrough:
    case Opcode::kStoreIndexThrough:
    case Opcode::kElementAddressThrough:
      return Effect::kIndexes;
    case Opcode::kCall:
    case Opcode::kCallFuncval:
    case Opcode::kRunOpenDefer:
      return Effect::kCalls;
    case Opcode::kNop:
    case Opcode::kDeferprocResult:
    case Opcode::kTrace:
    case Opcode::kMove:
    case Opcode::kGrow:
    case Opcode::kShrink:
    case Opcode::kFrames:
    case Opcode::kRecover:
    case Opcode::kCollect:
    case Opcode::kGosched:
    case Opcode::kSend:
    case Opcode::kReceive:
    case Opcode::kClose:
    case Opcode::kSelect:
      return Effect::kSafepoint;
    case Opcode::kNewObject:
    case Opcode::kMakeChannel:
      return Effect::kAllocates;
    default:
      return Effect::kPlain;
  }
}

constexpr Effect kEffects[] = {
#define STACKQUAKE_OPERATION(enumerator, mnemonic, operands) effect_of(Opcode::enumerator),
#include "runtime_under_test/operations.def"
#undef STACKQUAKE_OPERATION
};

Effect effect_of(const Instruction& instruction) {
  return kEffects[static_cast<size_t>(instruction.opcode)];
}

// Whether the instruction is a call that never returns to the next instruction.
bool never_returns(const Instruction& instruction) {
  return instruction.opcode == Opcode::kCall &&
         (instruction.imm == static_cast<int64_t>(RuntimeFunction::kGopanic) ||
          instruction.imm == static_cast<int64_t>(RuntimeFunction::kGoexit));
}

void unite(std::span<uint64_t> to, std::span<const uint64_t> from) {
  for (size_t i = 0; i < to.size(); ++i) to[i] |= from[i];
}

}  // namespace

void Liveness::analyse(const Emitter& emitter, uint32_t deferreturn, runtime::Program& program) {
  emitter_ = &emitter;
  program_ = &program;
  start_ = emitter.start();
  end_ = emitter.here();
  deferreturn_ = deferreturn;
  words_ = (emitter.locals().pointers.size() + 63) / 64;
  number_pointers();
  live_in_.assign(size_t{end_ - start_ + 1} * words_, 0);
  scratch_.assign(words_, 0);
  if (words_ > 0) {
    do {
      loops_ = false;
    } while (pass() && !defects_.has(Defect::kLivenessInOnePass));
  }
  write_maps();
}

void Liveness::number_pointers() {
  bit_of_.assign(emitter_->locals().size, -1);
  int32_t bit = 0;
  for (uint32_t word : emitter_->locals().pointers) bit_of_[word] = bit++;
}

// ---- The analysis ----

// One pass from the end to the start. True when another pass is needed because the live set at the
// head of a loop has changed.
bool Liveness::pass() {
  bool changed = false;
  for (uint32_t i = end_; i-- > start_;) {
    std::fill(scratch_.begin(), scratch_.end(), 0);
    flow_back(i);
    const Bits before = live_in(i);
    changed = changed || !std::equal(before.begin(), before.end(), scratch_.begin());
    std::copy(scratch_.begin(), scratch_.end(), before.begin());
  }
  return changed && loops_;
}

void Liveness::flow_back(uint32_t index) {
  const Instruction& instruction = program_->code[index];
  const Effect effect = effect_of(instruction);
  const Bits live = scratch_;
  add_successors(index, live);
  remove_definitions(instruction, live);
  if (deferreturn_ != 0 && effect != Effect::kPlain && effect != Effect::kAllocates) {
    unite(live, live_in(deferreturn_));
  }
  add_uses(instruction, live);
}

void Liveness::add_successors(uint32_t index, Bits live) {
  const Instruction& instruction = program_->code[index];
  const OperandKinds& kinds = operand_kinds(instruction.opcode);
  const auto flow_from = [&](Label label) {
    const uint32_t target = emitter_->target_of(label);
    loops_ = loops_ || target <= index;
    unite(live, live_in(target));
  };
  if (kinds.is_jump) {
    flow_from(static_cast<Label>(instruction.imm));
  } else if (kinds.is_short_jump) {
    flow_from(instruction.short_target());
  } else if (instruction.opcode == Opcode::kSelect) {
    const runtime::SelectTable& table =
        program_->select_tables[static_cast<size_t>(instruction.imm)];
    for (uint32_t i = 0; i < table.cases; ++i) {
      flow_from(program_->select_cases[table.first_case + i].target);
    }
    if (table.has_default) flow_from(table.default_target);
  }
  const bool ends = instruction.opcode == Opcode::kJump || instruction.opcode == Opcode::kReturn ||
                    instruction.opcode == Opcode::kSelect || never_returns(instruction);
  if (!ends) unite(live, live_in(index + 1));
}

void Liveness::set(Slot slot, Bits live) const {
  if (region_of(slot) != kLocal) return;
  const int32_t bit = bit_of_[word_of(slot)];
  if (bit >= 0) live[static_cast<size_t>(bit) / 64] |= uint64_t{1} << (bit % 64);
}

void Liveness::unset(Slot slot, Bits live) const {
  if (region_of(slot) != kLocal) return;
  const int32_t bit = bit_of_[word_of(slot)];
  if (bit >= 0) live[static_cast<size_t>(bit) / 64] &= ~(uint64_t{1} << (bit % 64));
}

void Liveness::remove_definitions(const Instruction& instruction, Bits live) const {
  const OperandKinds& kinds = operand_kinds(instruction.opcode);
  if (kinds.writes_a) unset(instruction.a + kinds.a_pointer, live);
}

void Liveness::add_uses(const Instruction& instruction, Bits live) const {
  const OperandKinds& kinds = operand_kinds(instruction.opcode);
  if (kinds.reads_a) set(instruction.a + kinds.a_pointer, live);
  if (kinds.reads_b) set(instruction.b + kinds.b_pointer, live);
  if (kinds.reads_c) set(instruction.c, live);
  if (instruction.opcode != Opcode::kSelect) return;
  const runtime::SelectTable& table = program_->select_tables[static_cast<size_t>(instruction.imm)];
  for (uint32_t i = 0; i < table.cases; ++i) {
    set(program_->select_cases[table.first_case + i].channel, live);
    if (defects_.has(Defect::kSelectElementDead)) continue;  // the runtime alone uses it
    set(program_->select_cases[table.first_case + i].element, live);
  }
}

// ---- The maps ----

// Adds to `live`, which is empty, the contents of a safepoint's locals map.
void Liveness::live_at_safepoint(uint32_t index, Bits live) {
  const Instruction& instruction = program_->code[index];
  const Effect effect = effect_of(instruction);
  if (effect == Effect::kSafepoint || effect == Effect::kAllocates) {
    unite(live, live_in(index));
    return;
  }
  if (effect == Effect::kCalls && !never_returns(instruction)) unite(live, live_in(index + 1));
  if (deferreturn_ != 0) unite(live, live_in(deferreturn_));
}

void Liveness::write_maps() {
  last_live_.clear();
  last_map_ = runtime::kNoMap;
  for (uint32_t i = start_; i < end_; ++i) {
    const Effect effect = effect_of(program_->code[i]);
    if (effect == Effect::kPlain || effect == Effect::kFaults) continue;
    std::fill(scratch_.begin(), scratch_.end(), 0);
    live_at_safepoint(i, scratch_);
    program_->locals_map_of[i] = write_map(scratch_, i);
  }
}

uint32_t Liveness::write_map(std::span<const uint64_t> live, uint32_t index) {
  const RegionWords& locals = emitter_->locals();
  const RegionWords& addressed = emitter_->addressed();
  const auto live_addressed =
      static_cast<size_t>(std::count_if(addressed.since.begin(), addressed.since.end(),
                                        [&](uint32_t since) { return since <= index; }));
  if (last_map_ != runtime::kNoMap && live_addressed == last_addressed_ &&
      std::equal(live.begin(), live.end(), last_live_.begin(), last_live_.end())) {
    return last_map_;
  }
  runtime::PointerMap map{static_cast<uint32_t>(program_->map_slots.size()), 0};
  for (size_t word = 0; word < live.size(); ++word) {
    for (uint64_t bits = live[word]; bits != 0; bits &= bits - 1) {
      const size_t bit = word * 64 + static_cast<size_t>(std::countr_zero(bits));
      program_->map_slots.push_back(emitter_->finished(slot_in(kLocal, locals.pointers[bit])));
    }
  }
  for (size_t i = 0; i < addressed.pointers.size(); ++i) {
    if (addressed.since[i] > index) continue;
    program_->map_slots.push_back(emitter_->finished(slot_in(kAddressed, addressed.pointers[i])));
  }
  map.size = static_cast<uint32_t>(program_->map_slots.size()) - map.first;
  program_->locals_maps.push_back(map);
  last_live_.assign(live.begin(), live.end());
  last_addressed_ = live_addressed;
  last_map_ = static_cast<uint32_t>(program_->locals_maps.size() - 1);
  return last_map_;
}

}  // namespace stackquake
