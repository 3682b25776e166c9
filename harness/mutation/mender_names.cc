#include <algorithm>
#include <string>

#include "harness/language/names.h"
#include "harness/mutation/mender.h"
#include "harness/mutation/percent.h"
#include "harness/mutation/types.h"

namespace stackquake {

// Collects every name in the nest, so that new names collide with none.
void Mender::collect_names(const Nest& nest) {
  names_.clear();
  for (const Function* function : nest.all) {
    names_.push_back(function->name);
    for (const Variable* variable : function->variables) names_.push_back(variable->name);
  }
}

// Brings a variable into scope, under another name if its own is taken.
void Mender::declare(Variable& variable, VariableKind kind, bool hoisted) {
  const std::string_view written = variable.name;
  variable.owner = frame_->function;
  variable.kind = kind;
  variable.used = variable.assigned = false;
  ++frame_->variables;
  if (written.empty()) return;
  const Variable* outer = innermost(written);
  const bool shadows =
      outer != nullptr && (kind == VariableKind::kCounter || outer->owner == frame_->function);
  const bool hides_function = is_function_name(written);
  if (shadows || hides_function) variable.name = new_name("v");
  visible_.push_back({&variable, written, hoisted});
}

std::string_view Mender::new_name(std::string_view stem) {
  for (size_t number = 1;; ++number) {
    const std::string name = std::string(stem) + std::to_string(number);
    const bool taken = std::find(names_.begin(), names_.end(), name) != names_.end() ||
                       innermost(name) != nullptr || is_function_name(name);
    if (taken) continue;
    names_.push_back(arena_.copy(std::string_view(name)));
    return names_.back();
  }
}

bool Mender::is_function_name(std::string_view name) const {
  return std::any_of(functions_.begin(), functions_.end(),
                     [&](const Function* function) { return function->name == name; });
}

Variable* Mender::innermost(std::string_view name) const {
  for (size_t i = visible_.size(); i-- > 0;) {
    if (visible_[i].variable->name == name) return visible_[i].variable;
  }
  return nullptr;
}

const Mender::Visible* Mender::written_as(std::string_view name) const {
  for (size_t i = visible_.size(); i-- > 0;) {
    if (visible_[i].written == name) return &visible_[i];
  }
  return nullptr;
}

// Whether the rules for captures, counters and shadowed names allow the use of a visible variable.
bool Mender::may_use(const Variable& variable, Role role) const {
  if (innermost(variable.name) != &variable) return false;
  const bool counter = variable.kind == VariableKind::kCounter;
  const bool captured = variable.owner != frame_->function;
  if (counter && (captured || role != Role::kRead)) return false;
  const TypeKind kind = variable.type.kind;
  if (!captured || (kind != TypeKind::kIntPointer && kind != TypeKind::kFunc)) return true;
  if (role == Role::kAssign) return false;
  for (const Frame* frame = frame_; frame->function != variable.owner; frame = frame->outer) {
    if (frame->in_loop) return false;
  }
  return true;
}

Variable* Mender::any_variable(Type type, Role role) {
  Variable* chosen = nullptr;
  uint64_t seen = 0;
  for (const Visible& one : visible_) {
    if (one.variable->type != type || !may_use(*one.variable, role)) continue;
    if (random_.below(++seen) == 0) chosen = one.variable;
  }
  return chosen;
}

// A new local of the current function, declared at its top as zero. Null when there are too many.
Variable* Mender::new_local(Type type) {
  if (frame_->variables + 1 >= kMaxVariables || !is_value(type)) return nullptr;
  auto* variable = arena_.make<Variable>();
  variable->name = new_name("v");
  variable->type = type;
  declare(*variable, VariableKind::kLocal, true);
  new_locals_.push_back(variable);
  return variable;
}

// The variable that a name means from now on: the one that it meant before, else one of that name,
// else another one of the type, else a new one.
Variable* Mender::find(const Expression& name, Type type, Role role) {
  const auto fits = [&](const Variable& variable) {
    return (type.kind == TypeKind::kNone || variable.type == type) && may_use(variable, role);
  };
  for (size_t i = visible_.size(); i-- > 0;) {
    if (visible_[i].variable == name.variable && fits(*name.variable)) return name.variable;
  }
  const Visible* same_name = written_as(name.name);
  if (same_name != nullptr && fits(*same_name->variable)) return same_name->variable;
  if (type.kind == TypeKind::kNone) return nullptr;
  Variable* other = any_variable(type, role);
  return other != nullptr ? other : new_local(type);
}

// Mends a name. With kNone it keeps its type.
Type Mender::name(Expression& name, Type type, Role role) {
  Variable* variable = find(name, type.kind != TypeKind::kNone ? type : name.type, role);
  if (variable == nullptr) return {};
  name.variable = variable;
  name.name = variable->name;
  name.type = variable->type;
  note_use(*variable, role);
  return variable->type;
}

void Mender::note_use(Variable& variable, Role role) {
  (role == Role::kAssign ? variable.assigned : variable.used) = true;
}

Expression* Mender::variable_node(Variable& variable) {
  auto* node = arena_.make<Expression>();
  node->kind = ExpressionKind::kVariable;
  node->name = variable.name;
  node->variable = &variable;
  node->type = variable.type;
  variable.used = true;
  return node;
}

Expression* Mender::literal_node(int64_t value) {
  auto* node = arena_.make<Expression>();
  node->kind = ExpressionKind::kLiteral;
  node->value = value;
  node->type = {TypeKind::kInt};
  return node;
}

// An expression of the type that may stand wherever an operand may.
Expression* Mender::substitute(Type type) {
  Variable* variable = any_variable(type, Role::kRead);
  if (variable != nullptr && random_.chance(mutation_percent::kVariableSubstitute))
    return variable_node(*variable);
  if (type.kind == TypeKind::kInt) return literal_node(static_cast<int64_t>(random_.below(4)));
  if (!has_nil(type) || type.kind == TypeKind::kAny) return substitute_variable(type);
  auto* nil = arena_.make<Expression>();
  nil->type = type;
  return nil;
}

// The same, but a variable. A literal only when there is no room for a variable.
Expression* Mender::substitute_variable(Type type) {
  Variable* variable = any_variable(type, Role::kRead);
  if (variable == nullptr) variable = new_local(type);
  return variable != nullptr ? variable_node(*variable) : literal_node(0);
}

}  // namespace stackquake
