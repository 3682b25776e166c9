#include "harness/language/checker.h"

#include <algorithm>
#include <string>

#include "harness/language/language.h"
#include "harness/language/names.h"
#include "harness/language/parser.h"
#include "harness/language/spelling.h"
#include "harness/language/terminating.h"

namespace stackquake {

TreeChecker::TreeChecker(Nest& nest, Arena& arena, Diagnostic& diagnostic,
                         std::vector<Diagnostic>* errors)
    : nest_(nest), arena_(arena), diagnostic_(diagnostic), errors_(errors) {
  visible_.reserve(kMaxVariables);
  variables_.reserve(kMaxVariables);
}

bool TreeChecker::fail(Position position, std::initializer_list<std::string_view> message) {
  diagnostic_ = {position, {}};
  for (const std::string_view part : message) diagnostic_.message += part;
  return false;
}

bool TreeChecker::record_error() {
  if (errors_ == nullptr || errors_->size() >= kMaxErrors) return false;
  if (!is_follow_up_) errors_->push_back(diagnostic_);
  is_follow_up_ = false;
  if (frame_ != nullptr) frame_->has_errors = true;
  return errors_->size() < kMaxErrors;
}

TreeChecker::Progress TreeChecker::progress() const {
  return {visible_.size(), variables_.size(), captures_.size(), blocks_, depth_, frame_->loops};
}

bool TreeChecker::record_and_resume_after(Statement& statement, const Progress& before) {
  if (!record_error()) return false;
  visible_.resize(before.visible);
  variables_.resize(before.variables);
  captures_.resize(before.captures);
  blocks_ = before.blocks;
  depth_ = before.depth;
  frame_->loops = before.loops;
  if (statement.kind == StatementKind::kDeclare) misdeclared_.push_back(statement.variable->name);
  return true;
}

bool TreeChecker::run() {
  if (!declare_functions() || (!check_main() && !record_error())) return false;
  for (Function* function : nest_.functions) {
    if (!this->function(*function) && !record_error()) return false;
  }
  if (errors_ != nullptr && !errors_->empty()) return false;
  if (nest_.imports_runtime && !runtime_used_) {
    return fail(nest_.import_position,
                {"runtime is imported and not used; the import stands where a runtime. call does"});
  }
  nest_.all = arena_.copy(std::span<Function* const>(all_));
  for (size_t i = 0; i < nest_.all.size(); ++i) nest_.all[i]->index = static_cast<uint32_t>(i);
  return true;
}

bool TreeChecker::declare_functions() {
  for (Function* function : nest_.functions) {
    if (!check_name(function->name, function->position) && !record_error()) return false;
    if (function_named(function->name) != nullptr &&
        !fail(function->position, {"function ", function->name, " is declared twice"}) &&
        !record_error()) {
      return false;
    }
    function->parent = nullptr;
    function->in_loop = false;
    all_.push_back(function);
    if (all_.size() > kMaxFunctions) {
      return fail(function->position, {"a nest has at most 64 functions and literals"});
    }
  }
  return true;
}

bool TreeChecker::check_main() {
  nest_.main = function_named("main");
  if (nest_.main == nullptr)
    return fail({1, 1}, {"a nest has a function main: func main() { ... }"});
  if (!nest_.main->parameters.empty() || nest_.main->result != nullptr) {
    return fail(nest_.main->position, {"main takes and returns nothing"});
  }
  return true;
}

bool TreeChecker::check_name(std::string_view name, Position position) {
  const std::string_view reason = reserved_because(name);
  return reason.empty() || fail(position, {name, " ", reason});
}

Function* TreeChecker::function_named(std::string_view name) const {
  for (Function* function : all_) {
    if (function->name == name) return function;
  }
  return nullptr;
}

// Checks a declared function or a literal. A literal is checked inside the function around it.
bool TreeChecker::function(Function& function) {
  Frame frame{&function, frame_, variables_.size(), captures_.size()};
  const size_t first_visible = visible_.size();
  frame_ = &frame;
  const bool good = function_in_frame(function);
  frame_ = frame.outer;
  if (frame_ != nullptr && frame.has_errors) frame_->has_errors = true;
  visible_.resize(first_visible);
  return good;
}

bool TreeChecker::function_in_frame(Function& function) {
  function.has_defer = false;
  if (!signature(function) || !enter_block(function.position)) return false;
  if (!statements(function.body, true)) return false;
  --blocks_;
  return finish(*frame_);
}

bool TreeChecker::signature(Function& function) {
  for (Variable* parameter : function.parameters) {
    if (parameter->type.kind == TypeKind::kAny) {
      return fail(parameter->position,
                  {"a parameter cannot be an any; only locals and captures can"});
    }
    if (!declare(*parameter, VariableKind::kParameter)) return false;
  }
  if (function.result == nullptr) return true;
  const TypeKind kind = function.result->type.kind;
  if (kind != TypeKind::kInt && kind != TypeKind::kNodePointer) {
    return fail(function.result->position,
                {"a result is not a ", spelling(function.result->type), "; it is int or *node"});
  }
  return declare(*function.result, VariableKind::kResult);
}

// Checks the rules that depend on the whole body, at the closing brace.
bool TreeChecker::finish(const Frame& frame) {
  Function& function = *frame.function;
  if (!frame.has_errors && function.result != nullptr && !is_terminating(function.body)) {
    return fail(function.end,
                {"missing return; a function with a result ends in a return or a panic"});
  }
  if (!frame.has_errors && !unused_variables(frame)) return false;
  const uint32_t words = frame.words + frame.argument_words;
  if (words > kMaxFrameWords) {
    return fail(function.position, {"a frame of ", std::to_string(words),
                                    " words; variables and arguments have at most 4096"});
  }
  const auto variables = std::span<Variable* const>(variables_).subspan(frame.first_variable);
  const auto captures = std::span<Variable* const>(captures_).subspan(frame.first_capture);
  function.variables = arena_.copy(variables);
  function.captures = arena_.copy(captures);
  variables_.resize(frame.first_variable);
  captures_.resize(frame.first_capture);
  if (frame.outer == nullptr) return true;
  for (Variable* variable : function.captures) {
    if (variable->owner != frame.outer->function) add_capture(variable, frame.outer->first_capture);
  }
  return true;
}

bool TreeChecker::unused_variables(const Frame& frame) {
  for (size_t i = frame.first_variable; i < variables_.size(); ++i) {
    const Variable& variable = *variables_[i];
    if (variable.kind != VariableKind::kLocal || variable.used) continue;
    fail(variable.position,
         {variable.name,
          " is declared and not used; an assignment is no use: write _ = ", variable.name});
    if (!record_error()) return false;
  }
  return true;
}

std::vector<Diagnostic> diagnose(std::string_view text) {
  Arena arena;
  Diagnostic diagnostic;
  std::vector<Diagnostic> errors;
  Nest* nest = Parser(text, arena, diagnostic, &errors).nest();
  const bool is_good = nest != nullptr && TreeChecker(*nest, arena, diagnostic, &errors).run();
  // The last error may not be recorded yet: the one that ended the check.
  if (!is_good && errors.empty()) errors.push_back(diagnostic);
  return errors;
}

bool check(Nest& nest, Arena& arena, Diagnostic& diagnostic) {
  return TreeChecker(nest, arena, diagnostic).run();
}

Nest* load(std::string_view text, Arena& arena, Diagnostic& diagnostic) {
  Nest* nest = parse(text, arena, diagnostic);
  return nest != nullptr && check(*nest, arena, diagnostic) ? nest : nullptr;
}

}  // namespace stackquake
