#include <algorithm>
#include <string>
#include <string_view>

#include "harness/mutation/mutator.h"
#include "harness/mutation/types.h"

namespace stackquake {
namespace {

template <typename T>
void erase(std::span<T*>& list, size_t index) {
  const auto rest = list.subspan(index + 1);
  std::copy(rest.begin(), rest.end(), list.begin() + static_cast<std::ptrdiff_t>(index));
  list = list.first(list.size() - 1);
}

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

Type random_type(Random& random) {
  switch (random.below(6)) {
    case 0:
      return {TypeKind::kNodePointer};
    case 1:
    case 2:
      return {TypeKind::kIntPointer};
    case 3:
      return {TypeKind::kArray, static_cast<uint16_t>(1 + random.below(64))};
    case 4:
      return {TypeKind::kFunc};
    default:
      return kIntType;
  }
}

// The arguments are the mender's.
void add_parameter(MutationContext& context, Function& function) {
  const std::string name = "p" + std::to_string(function.parameters.size());
  auto* parameter = context.arena.make<Variable>();
  parameter->kind = VariableKind::kParameter;
  parameter->name = context.arena.copy(std::string_view(name));
  parameter->type = random_type(context.random);
  const size_t size = function.parameters.size();
  const std::span<Variable*> all = context.arena.make_array<Variable*>(size + 1);
  std::copy(function.parameters.begin(), function.parameters.end(), all.begin());
  all[size] = parameter;
  function.parameters = all;
}

}  // namespace

bool change_parameters(MutationContext& context) {
  Function* const function = any_function(context.nest, context.random);
  if (function == nullptr) return false;
  if (!function->parameters.empty() && context.random.chance(40)) {
    remove_parameter(context, *function);
  } else {
    add_parameter(context, *function);
  }
  return true;
}

}  // namespace stackquake
