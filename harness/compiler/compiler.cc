#include "harness/compiler/compiler.h"

#include <charconv>
#include <cstring>
#include <string_view>

#include "runtime_under_test/runtime_functions.h"

namespace stackquake {

namespace {

using runtime::Instruction;
using runtime::Opcode;
using runtime::Program;

std::string_view joined(std::string_view parent, std::string_view separator, uint32_t number,
                        Arena& arena) {
  char digits[12];
  const std::to_chars_result end = std::to_chars(digits, digits + sizeof digits, number);
  const auto length = static_cast<size_t>(end.ptr - digits);
  const std::span<char> name = arena.make_array<char>(parent.size() + separator.size() + length);
  char* at = name.data();
  for (std::string_view part : {parent, separator, std::string_view(digits, length)}) {
    at = static_cast<char*>(std::memcpy(at, part.data(), part.size())) + part.size();
  }
  return {name.data(), name.size()};
}

// Go's names for literals: outer.func1, and outer.func1.1 for a literal inside it.
std::string_view literal_name(std::string_view parent, bool parent_is_literal, uint32_t number,
                              Arena& arena) {
  return joined(parent, parent_is_literal ? "." : ".func", number, arena);
}

uint64_t next_edition() {
  static uint64_t last = 0;
  return ++last;
}

}  // namespace

Compiler::Compiler(const runtime::Design& design) : function_compiler_(design) {
  runtime::append_runtime_functions(design, image_);
}

const Program& Compiler::compile(const Nest& nest, Arena& arena) {
  program_ = image_;
  program_.edition = next_edition();
  function_compiler_.begin(nest);
  add_functions(nest, arena);
  program_.main = static_cast<uint32_t>(runtime::kRuntimeFunctions) + nest.main->index;
  program_.nest_functions = static_cast<uint32_t>(nest.all.size());
  for (const Function* function : nest.all) function_compiler_.compile(*function, program_);
  add_wrappers(arena);
  resolve_calls();
  return program_;
}

void Compiler::add_functions(const Nest& nest, Arena& arena) {
  const std::span<uint32_t> literals = arena.make_array<uint32_t>(nest.all.size());
  for (const Function* function : nest.all) {
    runtime::Function& compiled = program_.functions.emplace_back();
    compiled.name = function->name;
    compiled.line = function->position.line;
    if (function->parent == nullptr) continue;
    const Function& parent = *function->parent;
    const size_t parent_index = runtime::kRuntimeFunctions + parent.index;
    compiled.name = literal_name(program_.functions[parent_index].name, parent.parent != nullptr,
                                 ++literals[parent.index], arena);
  }
}

// A wrapper is named after the function that defers, as Go does it.
void Compiler::add_wrappers(Arena& arena) {
  const std::span<const DeferWrapper> wrappers = function_compiler_.wrappers();
  uint32_t number = 0;
  for (size_t i = 0; i < wrappers.size(); ++i) {
    number = i > 0 && wrappers[i].parent == wrappers[i - 1].parent ? number + 1 : 1;
    runtime::Function& compiled = program_.functions[wrappers[i].number];
    compiled.name =
        joined(program_.functions[wrappers[i].parent].name, ".deferwrap", number, arena);
    function_compiler_.compile(wrappers[i]);
  }
}

// A call holds the number of a function until every entry is known. Replaces numbers by entries.
void Compiler::resolve_calls() {
  for (size_t i = image_.code.size(); i < program_.code.size(); ++i) {
    Instruction& instruction = program_.code[i];
    if (instruction.opcode != Opcode::kCall) continue;
    instruction.imm = program_.functions[static_cast<size_t>(instruction.imm)].entry;
  }
}

}  // namespace stackquake
