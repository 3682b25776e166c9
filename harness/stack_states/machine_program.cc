#include "harness/stack_states/machine_program.h"

#include "runtime_under_test/object_type.h"
#include "runtime_under_test/runtime_functions.h"

namespace stackquake {

using runtime::Function;
using runtime::kNoMap;
using runtime::Opcode;
using runtime::PointerMap;

namespace {

constexpr uint8_t kMaxFunctions = 8;
constexpr uint16_t kMaxLocals = 12;

}  // namespace

void MachineProgram::make(FuzzedDataProvider& choices, const runtime::Design& design) {
  program_.clear();
  runtime::append_runtime_functions(design, program_);
  program_.types.push_back({2, 0b10});
  const runtime::DeferLowering lowering = design.defer_lowering();
  const uint32_t argument_words = lowering.wraps ? 0 : kOutgoingWords;
  record_words_ = lowering.in_frame
                      ? static_cast<uint16_t>(design.defer_layout().header_words() + argument_words)
                      : uint16_t{0};
  const auto count = choices.ConsumeIntegralInRange<uint8_t>(1, kMaxFunctions);
  for (uint8_t i = 1; i < count; ++i) add_function(choices, false);
  add_function(choices, true);
  program_.main = static_cast<uint32_t>(program_.functions.size() - 1);
}

void MachineProgram::add_function(FuzzedDataProvider& choices, bool is_main) {
  Function function;
  function.name = is_main ? "main" : "f";
  const auto locals_end = static_cast<uint16_t>(
      kOutgoingWords + choices.ConsumeIntegralInRange<uint16_t>(0, kMaxLocals));
  function.frame_words = static_cast<uint16_t>(locals_end + record_words_);
  function.argument_words =
      is_main ? uint16_t{0} : choices.ConsumeIntegralInRange<uint16_t>(0, kOutgoingWords);
  function.parameter_words = function.argument_words;
  function.arguments = function.entry_arguments = random_map(choices, 0, function.argument_words);
  function.entry = static_cast<uint32_t>(program_.code.size());
  function.deferreturn = function.entry + kDeferreturn;
  program_.functions.push_back(function);
  add_instruction(Opcode::kPrologue, kNoMap);
  add_instruction(Opcode::kCall, random_locals(choices, locals_end));
  add_instruction(Opcode::kCall, random_locals(choices, locals_end));
  add_instruction(Opcode::kLoad, kNoMap);
  add_instruction(Opcode::kCall, random_locals(choices, locals_end));
  add_instruction(Opcode::kReturn, kNoMap);
  program_.functions.back().end = static_cast<uint32_t>(program_.code.size());
}

void MachineProgram::add_instruction(Opcode opcode, uint32_t locals_map) {
  program_.code.push_back({opcode});
  program_.lines.push_back(1);
  program_.function_of.push_back(static_cast<uint16_t>(program_.functions.size() - 1));
  program_.locals_map_of.push_back(locals_map);
}

uint32_t MachineProgram::random_locals(FuzzedDataProvider& choices, uint16_t locals_end) {
  program_.locals_maps.push_back(random_map(choices, kOutgoingWords, locals_end));
  return static_cast<uint32_t>(program_.locals_maps.size() - 1);
}

PointerMap MachineProgram::random_map(FuzzedDataProvider& choices, uint16_t first, uint16_t end) {
  PointerMap map{static_cast<uint32_t>(program_.map_slots.size()), 0};
  const auto bits = first == end ? uint16_t{0} : choices.ConsumeIntegral<uint16_t>();
  for (uint16_t slot = first; slot < end; ++slot) {
    if ((bits >> (slot - first) & 1) != 0) program_.map_slots.push_back(slot);
  }
  map.size = static_cast<uint32_t>(program_.map_slots.size()) - map.first;
  return map;
}

}  // namespace stackquake
