#include "harness/mutation/mender.h"

#include <algorithm>

#include "harness/language/terminating.h"
#include "harness/mutation/lists.h"

namespace stackquake {
namespace {

// Whether a declaration can be deleted without any other effect.
bool does_nothing(const Statement& declaration) {
  if (declaration.variable->assigned) return false;
  if (declaration.value == nullptr) return true;
  const ExpressionKind kind = declaration.value->kind;
  return kind == ExpressionKind::kLiteral || kind == ExpressionKind::kNil ||
         kind == ExpressionKind::kMake;
}

}  // namespace

void Mender::mend(Nest& nest, std::span<Function* const> donor) {
  donor_ = donor;
  collect_names(nest);
  functions_.assign(nest.functions.begin(), nest.functions.end());
  visible_.clear();
  new_locals_.clear();
  runtime_used_ = false;
  for (size_t i = 0; i < functions_.size(); ++i) {  // the list grows when functions are adopted
    frame_ = nullptr;
    function(*functions_[i]);
  }
  nest.functions = arena_.copy(std::span<Function* const>(functions_));
  nest.imports_runtime = runtime_used_;
}

void Mender::function(Function& function) {
  const bool in_loop = frame_ != nullptr && frame_->loops > 0;
  Frame frame{
      .function = &function, .outer = frame_, .in_loop = in_loop, .first_new = new_locals_.size()};
  const size_t first_visible = visible_.size();
  frame_ = &frame;
  signature(function);
  body(function, frame);
  leave(first_visible, true);
  new_locals_.resize(frame.first_new);
  frame_ = frame.outer;
}

void Mender::signature(Function& function) {
  for (Variable* parameter : function.parameters) {
    declare(*parameter, VariableKind::kParameter, false);
  }
  if (function.result != nullptr) declare(*function.result, VariableKind::kResult, false);
}

void Mender::body(Function& function, const Frame& frame) {
  block(function.body, true);
  add_declarations(function, frame);
  use_variables(function);
  if (function.result != nullptr && !is_terminating(function.body)) add_return(function);
}

// Puts the declarations of the variables from new_local at the start of the body.
void Mender::add_declarations(Function& function, const Frame& frame) {
  if (new_locals_.size() == frame.first_new) return;
  statements_.clear();
  for (size_t i = frame.first_new; i < new_locals_.size(); ++i) {
    statements_.push_back(arena_.make<Statement>());
    statements_.back()->long_form = true;
    statements_.back()->kind = StatementKind::kDeclare;
    statements_.back()->variable = new_locals_[i];
  }
  const std::span<Statement*> old = function.body.statements;
  statements_.insert(statements_.end(), old.begin(), old.end());
  function.body.statements = arena_.copy(std::span<Statement* const>(statements_));
}

// Makes sure that each local is used: deletes its declaration if that has no other effect, else
// adds `_ = x` after it.
void Mender::use_variables(Function& function) {
  const std::span<Statement*> old = function.body.statements;
  const auto unused = [](const Statement* statement) {
    return statement->kind == StatementKind::kDeclare && !statement->variable->used;
  };
  if (std::none_of(old.begin(), old.end(), unused)) return;
  statements_.clear();
  for (Statement* statement : old) {
    if (unused(statement) && does_nothing(*statement)) continue;
    statements_.push_back(statement);
    if (!unused(statement)) continue;
    auto* use = arena_.make<Statement>();
    use->kind = StatementKind::kAssign;
    use->value = variable_node(*statement->variable);
    statements_.push_back(use);
  }
  function.body.statements = arena_.copy(std::span<Statement* const>(statements_));
}

void Mender::add_return(Function& function) {
  auto* end = arena_.make<Statement>();
  end->kind = StatementKind::kReturn;
  const TypeKind kind = function.result->type.kind;
  if (function.result->name.empty()) {
    end->value = kind == TypeKind::kInt ? literal_node(0) : arena_.make<Expression>();
  }
  function.body.statements = with_last(function.body.statements, end, arena_);
}

// Ends a scope: forgets its variables. Hoisted locals stay visible until the function ends.
void Mender::leave(size_t first_visible, bool with_hoisted) {
  if (with_hoisted) {
    visible_.resize(first_visible);
    return;
  }
  const auto first = visible_.begin() + static_cast<std::ptrdiff_t>(first_visible);
  visible_.erase(
      std::remove_if(first, visible_.end(), [](const Visible& one) { return !one.hoisted; }),
      visible_.end());
}

}  // namespace stackquake
