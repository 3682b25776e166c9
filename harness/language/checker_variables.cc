#include <algorithm>

#include "harness/language/checker.h"
#include "harness/language/foreign.h"
#include "harness/language/spelling.h"

namespace stackquake {
namespace {

bool is_builtin(std::string_view name) {
  constexpr std::string_view kNames[] = {
#define STACKQUAKE_BUILTIN(enumerator, spelling, parameters, result, deferrable) spelling,
#include "harness/language/builtins.def"
#undef STACKQUAKE_BUILTIN
      "make",
  };
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

}  // namespace

// Brings a variable into scope. Its type is already set. A result without a name belongs to the
// function, but no name finds it.
bool TreeChecker::declare(Variable& variable, VariableKind kind) {
  const bool has_name = !(kind == VariableKind::kResult && variable.name.empty());
  if (has_name && !check_name(variable.name, variable.position)) return false;
  Variable* const outer = has_name ? visible(variable.name) : nullptr;
  if (outer != nullptr && outer->owner == frame_->function) {
    return fail(variable.position, {variable.name, " is declared twice in one function"});
  }
  variable.kind = kind;
  if (!add_to_function(variable)) return false;
  if (has_name) visible_.push_back(&variable);
  return true;
}

// Adds a variable to those of the function, and clears what an earlier check noted of its uses.
bool TreeChecker::add_to_function(Variable& variable) {
  variable.owner = frame_->function;
  variable.index = static_cast<uint32_t>(variables_.size() - frame_->first_variable);
  variable.used = variable.assigned = variable.address_taken = false;
  variable.captured = variable.boxed = false;
  variables_.push_back(&variable);
  frame_->words += variable.type.words();
  if (variable.index < kMaxVariables) return true;
  return fail(variable.position,
              {"a function has at most 64 locals, counters, parameters and results"});
}

Variable* TreeChecker::visible(std::string_view name) const {
  for (size_t i = visible_.size(); i-- > 0;) {
    if (visible_[i]->name == name) return visible_[i];
  }
  return nullptr;
}

// Finds the variable that a name means. Captures it when it belongs to an enclosing function.
bool TreeChecker::resolve(Expression& name) {
  Variable* const variable = visible(name.name);
  name.variable = variable;
  if (variable == nullptr) return fail_undeclared(name);
  name.type = variable->type;
  return variable->owner == frame_->function || capture(*variable, name);
}

// Fails with a message that says what the name is, since it is not a variable.
bool TreeChecker::fail_undeclared(const Expression& name) {
  is_follow_up_ =
      std::find(misdeclared_.begin(), misdeclared_.end(), name.name) != misdeclared_.end();
  if (function_named(name.name) != nullptr || is_builtin(name.name)) {
    return fail(name.position,
                {name.name, " is only called; where a func() is wanted write func() { ", name.name,
                 "() }"});
  }
  const std::string_view instead = instead_of_name(name.name);
  if (!instead.empty()) {
    return fail(name.position, {name.name, " is not in the language; ", instead});
  }
  return fail(name.position, {name.name, " is not declared here"});
}

bool TreeChecker::read(Expression& name) {
  if (!resolve(name)) return false;
  name.variable->used = true;
  return true;
}

// A plain assignment, which does not count as a use.
bool TreeChecker::assign(Expression& name) {
  if (!resolve(name)) return false;
  Variable& variable = *name.variable;
  if (variable.kind == VariableKind::kCounter) {
    return fail(name.position,
                {"the counter ", variable.name, " is not assigned; only its loop changes it"});
  }
  const TypeKind kind = variable.type.kind;
  if (variable.owner != frame_->function &&
      (kind == TypeKind::kIntPointer || kind == TypeKind::kFunc)) {
    return fail(name.position, {"a literal may not assign to a captured ", spelling(variable.type),
                                "; pass it as a parameter"});
  }
  variable.assigned = true;
  return true;
}

// Notes that the current function, and each literal between it and the variable's owner, captures
// the variable.
bool TreeChecker::capture(Variable& variable, const Expression& name) {
  if (variable.kind == VariableKind::kCounter) {
    return fail(name.position,
                {"the counter ", variable.name, " may not be captured; pass it as an argument"});
  }
  bool in_loop = false;
  for (const Frame* frame = frame_; frame->function != variable.owner; frame = frame->outer) {
    in_loop = in_loop || frame->function->in_loop;
  }
  const TypeKind kind = variable.type.kind;
  if (in_loop && (kind == TypeKind::kIntPointer || kind == TypeKind::kFunc)) {
    return fail(name.position, {"a literal in a loop may not capture a ", spelling(variable.type),
                                "; pass it as a parameter"});
  }
  variable.captured = true;
  variable.boxed = variable.boxed || in_loop;
  add_capture(&variable, frame_->first_capture);
  return true;
}

void TreeChecker::add_capture(Variable* variable, size_t first) {
  const auto begin = captures_.begin() + static_cast<std::ptrdiff_t>(first);
  if (std::find(begin, captures_.end(), variable) == captures_.end()) captures_.push_back(variable);
}

}  // namespace stackquake
