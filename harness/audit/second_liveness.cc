#include "harness/audit/second_liveness.h"

namespace stackquake {

namespace {

using runtime::Instruction;
using runtime::Opcode;
using runtime::SelectCase;
using runtime::SelectTable;

std::span<const SelectCase> cases_of(const runtime::Program& program, const SelectTable& table) {
  return {program.select_cases.data() + table.first_case, table.cases};
}

}  // namespace

void SecondLiveness::find(const runtime::Program& program, const runtime::Function& function,
                          const WordKinds& kinds, std::span<const uint8_t> mapped) {
  program_ = &program;
  entry_ = function.entry;
  end_ = function.end;
  deferreturn_ = function.deferreturn;
  number(function, kinds, mapped);
  effects_.clear();
  for (uint32_t i = entry_; i < end_; ++i) {
    effects_.push_back(effects_of(program, program.code[i]));
  }
  live_in_.assign(size_t{end_ - entry_ + 1} * words_, 0);
  if (words_ == 0) return;
  find_jumps();
  follow_reads();
}

void SecondLiveness::number(const runtime::Function& function, const WordKinds& kinds,
                            std::span<const uint8_t> mapped) {
  bit_of_.assign(function.frame_words, -1);
  slots_.clear();
  for (uint32_t slot = function.outgoing_words; slot < function.frame_words; ++slot) {
    const WordKinds::Kind kind = kinds.kind(slot);
    if (kind == WordKinds::kNumber || (kind == WordKinds::kUnknown && mapped[slot] == 0)) continue;
    bit_of_[slot] = static_cast<int32_t>(slots_.size());
    slots_.push_back(static_cast<uint16_t>(slot));
  }
  for (const AddressedWord& word : kinds.addressed()) {
    if (word.slot < bit_of_.size()) bit_of_[word.slot] = -1;
  }
  words_ = (slots_.size() + 63) / 64;
}

// ---- The flow of control, backwards ----

void SecondLiveness::add_jump(uint32_t from, uint32_t to) {
  if (to < entry_ || to >= end_) return;
  jumps_.push_back({from, first_jump_[to - entry_]});
  first_jump_[to - entry_] = static_cast<uint32_t>(jumps_.size());
}

void SecondLiveness::find_jumps() {
  first_jump_.assign(end_ - entry_, 0);
  jumps_.clear();
  may_panic_.clear();
  for (uint32_t i = entry_; i < end_; ++i) {
    const Instruction& instruction = program_->code[i];
    if (effects_[i - entry_].may_panic) may_panic_.push_back(i);
    if (const uint32_t target = jump_target(instruction, i); target != i) add_jump(i, target);
    if (instruction.opcode != Opcode::kSelect) continue;
    const SelectTable& table = program_->select_tables[static_cast<size_t>(instruction.imm)];
    for (const SelectCase& each : cases_of(*program_, table)) add_jump(i, each.target);
    if (table.has_default) add_jump(i, table.default_target);
  }
}

// ---- Following reads ----

void SecondLiveness::follow_reads() {
  for (uint32_t i = entry_; i < end_; ++i) {
    for (uint16_t slot : effects_[i - entry_].read_slots()) follow(slot, i);
    const Instruction& instruction = program_->code[i];
    if (instruction.opcode != Opcode::kSelect) continue;
    // Elements that are received are pointers while the select waits.
    const SelectTable& table = program_->select_tables[static_cast<size_t>(instruction.imm)];
    for (const SelectCase& each : cases_of(*program_, table)) {
      follow(each.channel, i);
      follow(each.element, i);
    }
  }
}

// The word is live before the instruction. False if that was known.
bool SecondLiveness::mark(uint32_t index) {
  uint64_t& bits = live_in(index)[bit_word_];
  if ((bits & bit_mask_) != 0) return false;
  bits |= bit_mask_;
  return true;
}

void SecondLiveness::follow(uint16_t slot, uint32_t reader) {
  const int32_t bit = bit_of(slot);
  if (bit < 0) return;
  slot_ = slot;
  bit_word_ = static_cast<size_t>(bit) / 64;
  bit_mask_ = uint64_t{1} << (bit % 64);
  if (!mark(reader)) return;
  to_follow_.assign(1, reader);
  while (!to_follow_.empty()) {
    const uint32_t index = to_follow_.back();
    to_follow_.pop_back();
    if (index > entry_ && effects_[index - 1 - entry_].falls_through) arrive(index - 1, true);
    for (uint32_t jump = first_jump_[index - entry_]; jump != 0; jump = jumps_[jump - 1].next) {
      arrive(jumps_[jump - 1].from, true);
    }
    if (index != deferreturn_) continue;
    for (uint32_t from : may_panic_) arrive(from, false);
  }
}

// An instruction from which control may go on to where the word is live.
void SecondLiveness::arrive(uint32_t index, bool completed) {
  if (completed && effects_[index - entry_].writes(slot_)) return;
  if (mark(index)) to_follow_.push_back(index);
}

// ---- Safepoints ----

SecondLiveness::Bits SecondLiveness::live_at(uint32_t index) {
  const InstructionEffects& effects = effects_[index - entry_];
  result_.assign(words_, 0);
  const auto add = [&](uint32_t at) {
    for (size_t i = 0; i < words_; ++i) result_[i] |= live_in(at)[i];
  };
  if (effects.safepoint == SafepointTime::kBefore) {
    add(index);
    return result_;
  }
  if (effects.safepoint == SafepointTime::kReturn && effects.falls_through) add(index + 1);
  if (deferreturn_ != 0) add(deferreturn_);
  return result_;
}

}  // namespace stackquake
