#include "harness/audit/pointer_map_audit.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "runtime_under_test/object_type.h"
#include "runtime_under_test/records.h"

namespace stackquake {

namespace {

using runtime::Function;
using runtime::Instruction;
using runtime::kNoMap;
using runtime::ObjectType;
using runtime::Opcode;
using runtime::PointerMap;
using runtime::Program;
using runtime::ValueType;
using runtime::Variable;

ObjectType box_of(const Variable& variable) {
  const int pointer = pointer_of(variable.type);
  return {variable.words, pointer < 0 ? 0 : uint64_t{1} << pointer};
}

}  // namespace

std::optional<runtime::Violation> PointerMapAudit::audit(const Program& program) {
  program_ = &program;
  violation_.reset();
  for (size_t i = runtime::kRuntimeFunctions; i < program.functions.size(); ++i) {
    if (!function(program.functions[i])) break;
  }
  return std::move(violation_);
}

bool PointerMapAudit::function(const Function& function) {
  function_ = &function;
  kinds_.find(*program_, function);
  note_mapped();
  liveness_.find(*program_, function, kinds_, mapped_);
  return arguments() && objects() && safepoints();
}

// ---- Arguments ----

bool PointerMapAudit::arguments() {
  return argument_map(function_->entry_arguments, function_->parameter_words, "map at the entry") &&
         argument_map(function_->arguments, function_->argument_words, "map of the arguments");
}

bool PointerMapAudit::argument_map(PointerMap map, uint32_t words, std::string_view title) {
  const std::span<const uint16_t> slots = program_->slots(map);
  const uint32_t first = function_->frame_words + 1U;
  const auto wrong_argument = [&](uint32_t word, bool has_word) {
    const std::string name = name_of_slot(first + word);
    return wrong(has_word ? "argument:too many" : "argument:missing", function_->line, name,
                 "the " + std::string(title) + " of " + std::string(function_->name) +
                     (has_word ? " has " + name + ", which is no pointer in it"
                               : " misses " + name + ", which is a pointer"));
  };
  for (uint16_t word : slots) {
    const bool is_pointer = word < words && kinds_.kind(first + word) == WordKinds::kPointer;
    if (!is_pointer) return wrong_argument(word, true);
  }
  for (uint32_t word = 0; word < words; ++word) {
    const bool is_missing =
        kinds_.kind(first + word) == WordKinds::kPointer && std::ranges::count(slots, word) != 1;
    if (is_missing) return wrong_argument(word, false);
  }
  return true;
}

// ---- Safepoints ----

void PointerMapAudit::note_mapped() {
  mapped_.assign(function_->frame_words, 0);
  has_slot_.assign(function_->frame_words, 0);
  last_map_ = kNoMap;
  uint32_t last = kNoMap;
  for (uint32_t i = function_->entry; i < function_->end; ++i) {
    const uint32_t map = program_->locals_map_of[i];
    if (map == kNoMap || map == last) continue;
    last = map;
    for (uint16_t slot : program_->slots(program_->locals_maps[map])) {
      if (slot < mapped_.size()) mapped_[slot] = 1;
    }
  }
}

bool PointerMapAudit::safepoints() {
  in_map_.assign(liveness_.bits_words(), 0);
  for (uint32_t i = function_->entry; i < function_->end; ++i) {
    const bool has_map = program_->locals_map_of[i] != kNoMap;
    const bool is_safepoint = liveness_.time(i) != SafepointTime::kNone;
    if (has_map != is_safepoint) {
      return wrong(has_map ? "local:extra map" : "local:no map", program_->lines[i], "",
                   at(i) + (has_map ? " is no safepoint, and has a map" : " has no map"));
    }
    if (is_safepoint && !safepoint(i)) return false;
  }
  return true;
}

// Takes the map apart: in_map_ and has_slot_. Maps are shared by safepoints in a row.
bool PointerMapAudit::read_map(uint32_t index) {
  const uint32_t map = program_->locals_map_of[index];
  if (map == last_map_) return true;
  last_map_ = map;
  std::ranges::fill(in_map_, 0);
  std::ranges::fill(has_slot_, 0);
  for (uint16_t slot : program_->slots(program_->locals_maps[map])) {
    if (slot >= has_slot_.size() || slot < function_->outgoing_words) {
      return wrong_word(index, slot, true, "which is no local");
    }
    has_slot_[slot] = 1;
    if (kinds_.kind(slot) == WordKinds::kNumber) {
      return wrong_word(index, slot, true, "which is a number");
    }
    if (const int32_t bit = liveness_.bit_of(slot); bit >= 0) {
      in_map_[static_cast<size_t>(bit) / 64] |= uint64_t{1} << (bit % 64);
    }
  }
  return true;
}

bool PointerMapAudit::safepoint(uint32_t index) {
  if (!read_map(index)) return false;
  const SecondLiveness::Bits live = liveness_.live_at(index);
  for (size_t i = 0; i < live.size(); ++i) {
    if (live[i] == in_map_[i]) continue;
    const auto bit = static_cast<uint32_t>(i * 64) +
                     static_cast<uint32_t>(std::countr_zero(live[i] ^ in_map_[i]));
    const bool has_word = (in_map_[i] >> (bit % 64) & 1) != 0;
    return wrong_word(index, liveness_.slot_of(bit), has_word,
                      has_word ? "which is dead there" : "which is live there");
  }
  return addressed_words(index);
}

bool PointerMapAudit::addressed_words(uint32_t index) {
  for (const AddressedWord& word : kinds_.addressed()) {
    const bool has_word = has_slot_[word.slot] != 0;
    if (has_word && index < word.may_live_from) {
      return wrong_word(index, word.slot, true, "which is not set before that");
    }
    if (!has_word && index >= word.must_live_from) {
      return wrong_word(index, word.slot, false, "which closures may use up to the end");
    }
  }
  return true;
}

// ---- Objects ----

bool PointerMapAudit::objects() {
  for (uint32_t i = function_->entry; i < function_->end; ++i) {
    const Opcode opcode = program_->code[i].opcode;
    if (opcode == Opcode::kNewObject && !object(i)) return false;
    if (opcode == Opcode::kMakeChannel && !channel(i)) return false;
    if (opcode == Opcode::kCodePointer && !closure(i)) return false;
  }
  return true;
}

bool PointerMapAudit::object(uint32_t index) {
  const auto type = static_cast<size_t>(program_->code[index].imm);
  if (type < program_->types.size() && program_->types[type] == expected_type(index)) return true;
  return wrong("object", program_->lines[index], name_of_slot(program_->code[index].a),
               at(index) + " makes an object for " + name_of_slot(program_->code[index].a) +
                   " whose type has other words, or other pointers, than what is stored there");
}

// The box of a variable by its declaration; else by what the next instructions store: a closure's
// code, an int for a panic, or the fields of a node.
ObjectType PointerMapAudit::expected_type(uint32_t index) const {
  constexpr uint64_t kNodeMask = 0b110;
  const uint16_t slot = program_->code[index].a;
  const Variable* variable = variable_at(slot);
  if (variable != nullptr && variable->is_indirect) return box_of(*variable);
  const auto next = [&](uint32_t i) {
    return index + i < function_->end ? program_->code[index + i] : Instruction{Opcode::kNop};
  };
  if (next(1).opcode == Opcode::kCodePointer) {
    const auto function = static_cast<size_t>(next(1).imm);
    if (program_->functions[function].kind == runtime::FunctionKind::kWrapper) {
      return wrapper_type(program_->functions[function]);
    }
    uint32_t captured = 0;
    for (const Variable& each : program_->variables_of(program_->functions[function])) {
      captured += each.is_indirect && each.is_captured ? 1 : 0;
    }
    return {captured + 1, 0, 1};
  }
  const bool boxes_int = next(1).opcode == Opcode::kStore && next(1).a == slot &&
                         next(2).opcode == Opcode::kConst && next(2).a == 0 &&
                         next(2).imm == static_cast<int64_t>(runtime::Any::kInt) &&
                         next(3).opcode == Opcode::kCopy && next(3).a == 1;
  if (boxes_int) return {1, 0};
  return {sizeof(runtime::Node) / runtime::kWordBytes, kNodeMask};
}

ObjectType PointerMapAudit::wrapper_type(const Function& wrapper) const {
  const std::vector<WordKinds::Kind> kinds = captured_by(*program_, wrapper);
  ObjectType type{static_cast<uint32_t>(kinds.size()), 0};
  for (size_t i = 0; i < std::min<size_t>(kinds.size(), 64); ++i) {
    if (kinds[i] == WordKinds::kPointer) type.mask |= uint64_t{1} << i;
  }
  return type;
}

bool PointerMapAudit::closure(uint32_t index) {
  const uint32_t address = kinds_.frame_closure(index);
  if (address == 0 || !kinds_.is_in_loop(index) || !is_kept(address)) return true;
  return wrong("closure in a loop", program_->lines[index], "",
               at(index) +
                   " makes a closure in the frame, where the next round of a loop makes "
                   "another one, and the first may be in use still");
}

// Whether the address of a closure goes into a variable, or anywhere but into a call.
bool PointerMapAudit::is_kept(uint32_t address) const {
  const uint16_t slot = program_->code[address].a;
  if (slot < function_->outgoing_words || variable_at(slot) != nullptr) return true;
  for (uint32_t i = address + 1; i < function_->end; ++i) {
    const InstructionEffects effects = effects_of(*program_, program_->code[i]);
    const bool reads = std::ranges::find(effects.read_slots(), slot) != effects.read_slots().end();
    if (reads) return program_->code[i].opcode != Opcode::kCallFuncval;
    if (effects.writes(slot)) return false;
  }
  return false;
}

bool PointerMapAudit::channel(uint32_t index) {
  const Instruction& make = program_->code[index];
  const Variable* variable = variable_at(make.a);
  if (variable == nullptr || variable->is_indirect) return true;
  const bool of_nodes = variable->type == ValueType::kNodeChannel;
  if (of_nodes == (make.b != 0)) return true;
  return wrong("object", program_->lines[index], name_of_slot(make.a),
               at(index) + " makes a channel of other elements than " + name_of_slot(make.a) +
                   " is declared with");
}

// ---- Telling ----

const Variable* PointerMapAudit::variable_at(uint32_t slot) const {
  for (const Variable& variable : program_->variables_of(*function_)) {
    const uint32_t words = variable.is_indirect ? 1 : variable.words;
    if (variable.slot <= slot && slot < variable.slot + words) return &variable;
  }
  return nullptr;
}

std::string PointerMapAudit::name_of_slot(uint32_t slot) const {
  const Variable* variable = variable_at(slot);
  if (variable == nullptr) {
    return slot > function_->frame_words
               ? "argument word " + std::to_string(slot - function_->frame_words - 1)
               : "local word " + std::to_string(slot);
  }
  const std::string name = variable->name.empty() ? "the result" : std::string(variable->name);
  return variable->is_indirect ? "the address of " + name : name;
}

std::string PointerMapAudit::at(uint32_t index) const {
  return "instruction " + std::to_string(index) + ", " +
         std::string(runtime::mnemonic(program_->code[index].opcode)) + ",";
}

bool PointerMapAudit::wrong_word(uint32_t index, uint32_t slot, bool has_word,
                                 std::string_view why) {
  const std::string name = name_of_slot(slot);
  return wrong(has_word ? "local:too many" : "local:missing", program_->lines[index], name,
               "the map of " + at(index) + (has_word ? " has " : " misses ") + name + ", " +
                   std::string(why));
}

bool PointerMapAudit::wrong(std::string_view cause, uint32_t line, std::string place,
                            std::string message) {
  runtime::Violation& violation = violation_.emplace();
  violation.check = "wrong-pointer-map";
  violation.signature = "wrong-pointer-map:" + std::string(cause);
  violation.message = std::move(message);
  violation.function = function_->name;
  violation.line = line;
  violation.place = std::move(place);
  return false;
}

}  // namespace stackquake
