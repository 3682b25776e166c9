#include "harness/compiler/emitter.h"

#include <algorithm>

namespace stackquake {

void Emitter::begin(runtime::Program& program, uint16_t function) {
  program_ = &program;
  function_ = function;
  start_ = here();
  line_ = 0;
  outgoing_ = 0;
  for (RegionWords* words : {&locals_, &addressed_}) {
    words->size = 0;
    words->pointers.clear();
    words->since.clear();
  }
  labels_.clear();
  scalars_.clear();
  pointers_.clear();
  anys_.clear();
  arrays_.fill(0);
  release_temporaries();
}

uint32_t Emitter::emit(runtime::Opcode opcode, Slot a, Slot b, Slot c, int64_t imm) {
  const uint32_t index = here();
  program_->code.push_back({opcode, a, b, c, imm});
  program_->lines.push_back(line_);
  program_->function_of.push_back(function_);
  program_->locals_map_of.push_back(runtime::kNoMap);
  return index;
}

Label Emitter::new_label() {
  labels_.push_back(0);
  return static_cast<Label>(labels_.size() - 1);
}

Slot Emitter::new_local(uint32_t words, int pointer) {
  const uint32_t first = locals_.size;
  locals_.size += words;
  if (pointer >= 0) locals_.pointers.push_back(first + static_cast<uint32_t>(pointer));
  return slot_in(kLocal, first);
}

Slot Emitter::new_addressed(uint32_t words, bool first_is_scalar) {
  const uint32_t first = addressed_.size;
  addressed_.size += words;
  for (uint32_t i = first_is_scalar ? 1 : 0; i < words; ++i) {
    addressed_.pointers.push_back(first + i);
    addressed_.since.push_back(UINT32_MAX);
  }
  return slot_in(kAddressed, first);
}

Slot Emitter::new_addressed(uint32_t words, std::span<const uint32_t> pointers) {
  const uint32_t first = addressed_.size;
  addressed_.size += words;
  for (uint32_t pointer : pointers) {
    addressed_.pointers.push_back(first + pointer);
    addressed_.since.push_back(UINT32_MAX);
  }
  return slot_in(kAddressed, first);
}

void Emitter::set_live_from(Slot addressed, uint32_t words, uint32_t instruction) {
  const uint32_t first = word_of(addressed);
  const auto begin =
      std::lower_bound(addressed_.pointers.begin(), addressed_.pointers.end(), first);
  for (auto at = begin; at != addressed_.pointers.end() && *at < first + words; ++at) {
    uint32_t& since = addressed_.since[static_cast<size_t>(at - addressed_.pointers.begin())];
    since = std::min(since, instruction);
  }
}

Slot Emitter::array_temporary(uint32_t words) {
  uint32_t size = 1;
  Slot* array = arrays_.data();
  for (; size < words; size *= 4) ++array;
  if (*array == 0) *array = new_local(size, -1);
  return *array;
}

Slot Emitter::temporary(std::vector<Slot>& pool, size_t& used, uint32_t words, int pointer) {
  if (used == pool.size()) pool.push_back(new_local(words, pointer));
  return pool[used++];
}

}  // namespace stackquake
