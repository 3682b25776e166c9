#include "harness/language/clone.h"

#include <vector>

namespace stackquake {
namespace {

template <typename T>
T* clone_if_any(const T* original, Arena& arena) {
  return original == nullptr ? nullptr : clone(*original, arena);
}

template <typename T>
std::span<T*> clone_all(std::span<T* const> originals, Arena& arena) {
  std::vector<T*> copies;
  copies.reserve(originals.size());
  for (const T* original : originals) copies.push_back(clone(*original, arena));
  return arena.copy(std::span<T* const>(copies));
}

// `has_type`: the type is written in the text. Any other type was filled in by the checker.
Variable* clone_variable(const Variable* original, bool has_type, Arena& arena) {
  if (original == nullptr) return nullptr;
  auto* copy = arena.make<Variable>();
  copy->name = arena.copy(original->name);
  copy->position = original->position;
  copy->kind = original->kind;
  if (has_type) copy->type = original->type;
  return copy;
}

SelectCase clone_case(const SelectCase& original, Arena& arena) {
  SelectCase copy;
  copy.kind = original.kind;
  copy.position = original.position;
  copy.channel = clone_if_any(original.channel, arena);
  copy.value = clone_if_any(original.value, arena);
  copy.target = clone_if_any(original.target, arena);
  copy.body = clone(original.body, arena);
  return copy;
}

Directives clone_directives(const Directives& original, Arena& arena) {
  Directives copy = original;
  copy.move_at = arena.copy(original.move_at);
  copy.gc_at = arena.copy(original.gc_at);
  const auto slugs = arena.make_array<std::string_view>(original.finds.size());
  for (size_t i = 0; i < slugs.size(); ++i) slugs[i] = arena.copy(original.finds[i]);
  copy.finds = slugs;
  return copy;
}

}  // namespace

Block clone(const Block& block, Arena& arena) {
  return {clone_all<Statement>(block.statements, arena)};
}

Expression* clone(const Expression& expression, Arena& arena) {
  auto* copy = arena.make<Expression>();
  copy->kind = expression.kind;
  copy->operation = expression.operation;
  copy->field = expression.field;
  copy->builtin = expression.builtin;
  copy->position = expression.position;
  if (expression.kind == ExpressionKind::kMake) copy->type = expression.type;
  copy->value = expression.value;
  copy->name = arena.copy(expression.name);
  if (expression.kind == ExpressionKind::kFunctionLiteral) {
    copy->function = clone(*expression.function, arena);
  }
  copy->left = clone_if_any(expression.left, arena);
  copy->right = clone_if_any(expression.right, arena);
  copy->arguments = clone_all<Expression>(expression.arguments, arena);
  copy->fields = arena.copy(std::span<const Field>(expression.fields));
  return copy;
}

Statement* clone(const Statement& statement, Arena& arena) {
  auto* copy = arena.make<Statement>();
  copy->kind = statement.kind;
  copy->operation = statement.operation;
  copy->long_form = statement.long_form;
  copy->position = statement.position;
  copy->variable = clone_variable(statement.variable, statement.long_form, arena);
  copy->target = clone_if_any(statement.target, arena);
  copy->value = clone_if_any(statement.value, arena);
  copy->limit = clone_if_any(statement.limit, arena);
  copy->body = clone(statement.body, arena);
  copy->otherwise = clone_if_any(statement.otherwise, arena);
  copy->cases = arena.make_array<SelectCase>(statement.cases.size());
  for (size_t i = 0; i < copy->cases.size(); ++i) {
    copy->cases[i] = clone_case(statement.cases[i], arena);
  }
  return copy;
}

Function* clone(const Function& function, Arena& arena) {
  auto* copy = arena.make<Function>();
  copy->name = arena.copy(function.name);
  copy->position = function.position;
  copy->end = function.end;
  std::vector<Variable*> parameters;
  for (const Variable* parameter : function.parameters) {
    parameters.push_back(clone_variable(parameter, true, arena));
  }
  copy->parameters = arena.copy(std::span<Variable* const>(parameters));
  copy->result = clone_variable(function.result, true, arena);
  copy->body = clone(function.body, arena);
  return copy;
}

Nest* clone(const Nest& nest, Arena& arena) {
  auto* copy = arena.make<Nest>();
  copy->directives = clone_directives(nest.directives, arena);
  copy->imports_runtime = nest.imports_runtime;
  copy->import_position = nest.import_position;
  copy->functions = clone_all<Function>(nest.functions, arena);
  return copy;
}

}  // namespace stackquake
