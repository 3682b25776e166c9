#include "harness/story/function_facts.h"

#include <string>

#include "harness/audit/naming.h"

namespace stackquake {

namespace {

std::string word_name(const runtime::Variable& variable, uint32_t word) {
  const std::string name(variable.name);
  if (variable.is_captured) return "&" + name;
  if (variable.is_indirect) return "box of " + name;
  return variable.words <= 2 ? name : name + "[" + std::to_string(word) + "]";
}

void name_words(const runtime::Variable& variable, std::vector<std::string>& names) {
  if (variable.name.empty()) return;
  const uint32_t words = variable.is_indirect ? 1 : variable.words;
  for (uint32_t i = 0; i < words; ++i) names.at(variable.slot + i) = word_name(variable, i);
}

}  // namespace

std::vector<FunctionFacts> function_facts(const runtime::Program& program) {
  std::vector<FunctionFacts> functions;
  for (const runtime::Function& function : program.functions) {
    FunctionFacts& facts = functions.emplace_back();
    facts.name = name_of(function);
    facts.is_nest = function.kind == runtime::FunctionKind::kNest;
    facts.is_shim = function.kind == runtime::FunctionKind::kShim;
    facts.is_wrapper = function.is_wrapper;
    if (function.kind == runtime::FunctionKind::kWrapper) {
      facts.wraps = name_of(program.functions[function.wrapped]);
    }
    facts.frame_words = function.frame_words;
    facts.argument_words = function.argument_words;
    facts.words.resize(function.frame_words + size_t{1} + function.argument_words);
    for (const runtime::Variable& variable : program.variables_of(function)) {
      name_words(variable, facts.words);
    }
  }
  return functions;
}

}  // namespace stackquake
