#include <string>
#include <string_view>

#include "harness/mutation/lists.h"
#include "harness/mutation/mutator.h"
#include "harness/mutation/percent.h"
#include "harness/mutation/types.h"

namespace stackquake {
namespace {

Function* any_function(const Nest& nest, Random& random) {
  Function* chosen = nullptr;
  uint64_t seen = 0;
  for (Function* function : nest.functions) {
    if (function != nest.main && random.below(++seen) == 0) chosen = function;
  }
  return chosen;
}

void remove_parameter(MutationContext& context, Function& function) {
  const size_t index = context.random.below(function.parameters.size());
  erase(function.parameters, index);
  for_each_expression(context.nest, [&](Expression* expression) {
    if (expression->kind == ExpressionKind::kCall && expression->function == &function) {
      erase(expression->arguments, index);
    }
  });
}

// A *int is twice as likely as the others, because a copy must adjust it in a Defer record.
Type random_type(Random& random) {
  switch (random.below(6)) {
    case 0:
      return {TypeKind::kNodePointer};
    case 1:
    case 2:
      return {TypeKind::kIntPointer};
    case 3:
      return {TypeKind::kArray, static_cast<uint16_t>(random.long_tailed(
                                    mutation_percent::kLongTail, 1, 64, kMaxArrayLength))};
    case 4:
      return {TypeKind::kFunc};
    default:
      return kIntType;
  }
}

// Adds a parameter. The mender adds the arguments.
void add_parameter(MutationContext& context, Function& function) {
  const std::string name = "p" + std::to_string(function.parameters.size());
  auto* parameter = context.arena.make<Variable>();
  parameter->kind = VariableKind::kParameter;
  parameter->name = context.arena.copy(std::string_view(name));
  parameter->type = random_type(context.random);
  function.parameters = with_last(function.parameters, parameter, context.arena);
}

}  // namespace

bool change_parameters(MutationContext& context) {
  Function* const function = any_function(context.nest, context.random);
  if (function == nullptr) return false;
  if (!function->parameters.empty() && context.random.chance(mutation_percent::kDropParameter)) {
    remove_parameter(context, *function);
  } else {
    add_parameter(context, *function);
  }
  return true;
}

}  // namespace stackquake
