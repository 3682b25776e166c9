#include "harness/mutation/outline.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "harness/mutation/lists.h"
#include "harness/mutation/percent.h"

namespace stackquake {
namespace {

bool is_taken(std::string_view name, const Nest& nest) {
  return std::any_of(nest.all.begin(), nest.all.end(), [&](const Function* function) {
    return function->name == name ||
           std::any_of(function->variables.begin(), function->variables.end(),
                       [&](const Variable* variable) { return variable->name == name; });
  });
}

std::string_view function_name(MutationContext& context) {
  std::string name;
  for (size_t number = 1; name.empty() || is_taken(name, context.nest); ++number) {
    name = "f" + std::to_string(number);
  }
  return context.arena.copy(std::string_view(name));
}

// Passes the outer variables that the statements use, and makes the statements use the parameters.
class Passing {
 public:
  Passing(MutationContext& context, Builder& builder) : context_(context), builder_(builder) {}

  void pass(Expression& name) {
    const std::vector<Variable*>& outside = context_.site.scope.variables;
    Variable* const variable = name.variable;
    const bool known = variable != nullptr && variable->type.kind != TypeKind::kAny &&
                       std::find(outside.begin(), outside.end(), variable) != outside.end();
    if (known) name.variable = parameter_for(*variable);
  }

  std::vector<Variable*> parameters;
  std::vector<Expression*> arguments;

 private:
  Variable* parameter_for(Variable& variable) {
    for (const auto& [passed, parameter] : passed_) {
      if (passed == &variable) return parameter;
    }
    Variable* const parameter =
        builder_.make_variable(variable.name, variable.type, VariableKind::kParameter);
    parameters.push_back(parameter);
    arguments.push_back(builder_.variable(variable));
    arguments.back()->variable = &variable;
    passed_.emplace_back(&variable, parameter);
    return parameter;
  }

  MutationContext& context_;
  Builder& builder_;
  std::vector<std::pair<const Variable*, Variable*>> passed_;
};

}  // namespace

Outline outline(MutationContext& context, std::span<Statement* const> statements, Variable* first) {
  Builder builder(context.arena);
  Passing passing(context, builder);
  if (first != nullptr) passing.parameters.push_back(first);
  Block body = builder.block(statements);
  for_each_expression(body, [&](Expression* expression) {
    if (expression->kind == ExpressionKind::kVariable) passing.pass(*expression);
  });
  Function* const function =
      builder.function(function_name(context), passing.parameters, nullptr, body);
  context.nest.functions = with_last(context.nest.functions, function, context.arena);
  return {function, std::move(passing.arguments)};
}

std::span<Statement*> statements_at(const Site& site, MutationContext& context) {
  const std::span<Statement* const> rest = site.block->statements.subspan(site.index);
  size_t count = 1;
  while (count < rest.size() && context.random.chance(mutation_percent::kFurtherStatement)) ++count;
  return context.arena.copy(rest.first(count));
}

}  // namespace stackquake
