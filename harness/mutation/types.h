#ifndef STACKQUAKE_HARNESS_MUTATION_TYPES_H_
#define STACKQUAKE_HARNESS_MUTATION_TYPES_H_

// What mutators ask of types and nodes.

#include "harness/language/tree.h"

namespace stackquake {

constexpr Type kIntType{TypeKind::kInt};

// Whether variables of the type can be declared.
constexpr bool is_value(Type type) {
  return type.kind != TypeKind::kNone && type.kind != TypeKind::kNil &&
         type.kind != TypeKind::kCondition;
}

// Whether nil is one of its values.
constexpr bool has_nil(Type type) {
  return is_value(type) && type.kind != TypeKind::kInt && type.kind != TypeKind::kArray;
}

constexpr bool is_channel(Type type) {
  return type.kind == TypeKind::kIntChannel || type.kind == TypeKind::kNodeChannel;
}

// Of a channel.
constexpr Type element_type(Type channel) {
  return {channel.kind == TypeKind::kIntChannel ? TypeKind::kInt : TypeKind::kNodePointer};
}

inline bool is_literal(const Expression& expression) {
  return expression.kind == ExpressionKind::kLiteral;
}

inline bool is_builtin(const Expression& expression, Builtin builtin) {
  return expression.kind == ExpressionKind::kBuiltinCall && expression.builtin == builtin;
}

// A call of a function, func() variable, literal or built-in.
inline bool is_call(const Expression& expression) {
  return expression.kind == ExpressionKind::kCall ||
         expression.kind == ExpressionKind::kBuiltinCall;
}

// Whether a call of the one can go to the other.
bool have_same_signature(const Function& a, const Function& b);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_MUTATION_TYPES_H_
