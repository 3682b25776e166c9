#include "harness/language/spelling.h"

#include <cstddef>

namespace stackquake {
namespace {

struct OperationFacts {
  std::string_view spelling;
  int precedence;
};

constexpr OperationFacts kOperations[] = {
    {"", 0},   {"+", 4}, {"-", 4},  {"*", 5},  {"/", 5},  {"%", 5},  {"&", 5},
    {"|", 4},  {"^", 4}, {"<<", 5}, {">>", 5}, {"==", 3}, {"!=", 3}, {"<", 3},
    {"<=", 3}, {">", 3}, {">=", 3}, {"&&", 2}, {"||", 1},
};

constexpr std::string_view kBuiltins[] = {
#define STACKQUAKE_BUILTIN(enumerator, spelling, parameters, result, deferrable) spelling,
#include "harness/language/builtins.def"
#undef STACKQUAKE_BUILTIN
};

}  // namespace

int precedence(Operation operation) {
  return kOperations[static_cast<size_t>(operation)].precedence;
}

std::string_view spelling(Operation operation) {
  return kOperations[static_cast<size_t>(operation)].spelling;
}

std::string_view spelling(Builtin builtin) {
  return kBuiltins[static_cast<size_t>(builtin)];
}

std::string_view spelling(Field field) {
  switch (field) {
    case Field::kVal:
      return "val";
    case Field::kNext:
      return "next";
    case Field::kPeer:
      return "peer";
  }
  return {};
}

std::string spelling(Type type) {
  switch (type.kind) {
    case TypeKind::kNone:
      return "no value";
    case TypeKind::kInt:
      return "int";
    case TypeKind::kArray:
      return "[" + std::to_string(type.length) + "]int";
    case TypeKind::kIntPointer:
      return "*int";
    case TypeKind::kNodePointer:
      return "*node";
    case TypeKind::kFunc:
      return "func()";
    case TypeKind::kAny:
      return "any";
    case TypeKind::kIntChannel:
      return "chan int";
    case TypeKind::kNodeChannel:
      return "chan *node";
    case TypeKind::kNil:
      return "nil";
    case TypeKind::kCondition:
      return "a condition";
  }
  return {};
}

bool needs_parentheses(const Expression& parent, const Expression& operand) {
  if (operand.kind != ExpressionKind::kBinary) return false;
  if (parent.kind == ExpressionKind::kNot) return true;
  const int outer = precedence(parent.operation);
  const int inner = precedence(operand.operation);
  return &operand == parent.right ? inner <= outer : inner < outer;
}

}  // namespace stackquake
