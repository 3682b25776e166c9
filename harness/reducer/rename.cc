#include "harness/reducer/rename.h"

#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "harness/reducer/sites.h"

namespace stackquake::reducer {

namespace {

using Names = std::unordered_set<std::string_view>;

constexpr std::string_view kFunctions[] = {"f", "g", "h"};
constexpr std::string_view kIntegers[] = {"x", "y", "z"};
constexpr std::string_view kCounters[] = {"i", "j", "k"};
constexpr std::string_view kArrays[] = {"a", "b"};
constexpr std::string_view kPointers[] = {"p", "q"};
constexpr std::string_view kNodes[] = {"n", "m"};
constexpr std::string_view kLiterals[] = {"fn"};
constexpr std::string_view kRecovered[] = {"r"};
constexpr std::string_view kChannels[] = {"c", "d"};

std::span<const std::string_view> names_for(const Variable& variable) {
  if (variable.kind == VariableKind::kCounter) return kCounters;
  switch (variable.type.kind) {
    case TypeKind::kArray:
      return kArrays;
    case TypeKind::kIntPointer:
      return kPointers;
    case TypeKind::kNodePointer:
      return kNodes;
    case TypeKind::kFunc:
      return kLiterals;
    case TypeKind::kAny:
      return kRecovered;
    case TypeKind::kIntChannel:
    case TypeKind::kNodeChannel:
      return kChannels;
    default:
      return kIntegers;
  }
}

// The first of `names` that is not taken. If all are taken, the first name with a number behind it.
std::string_view take(std::span<const std::string_view> names, Names& taken, Arena& arena) {
  for (const std::string_view name : names) {
    if (taken.insert(name).second) return name;
  }
  for (size_t number = 1;; ++number) {
    const std::string_view name = arena.copy(std::string(names[0]) + std::to_string(number));
    if (taken.insert(name).second) return name;
  }
}

Names rename_functions(Nest& nest, Arena& arena) {
  Names taken;
  for (Function* function : nest.functions) {
    if (function != nest.main) function->name = take(kFunctions, taken, arena);
  }
  return taken;
}

void rename_variables(Function& declared, Names taken, Arena& arena) {
  for (const Function* function : sites_of(declared).functions) {
    for (Variable* variable : function->variables) {
      if (!variable->name.empty()) variable->name = take(names_for(*variable), taken, arena);
    }
  }
}

}  // namespace

void rename(Nest& nest, Arena& arena) {
  const Names functions = rename_functions(nest, arena);
  for (Function* function : nest.functions) rename_variables(*function, functions, arena);
  for (const Site& site : sites_of(nest).expressions) {
    Expression& expression = **site.slot;
    if (expression.kind == ExpressionKind::kVariable) expression.name = expression.variable->name;
    const bool is_named_call =
        expression.kind == ExpressionKind::kCall && expression.function != nullptr;
    if (is_named_call) expression.left->name = expression.function->name;
  }
}

}  // namespace stackquake::reducer
