#ifndef STACKQUAKE_HARNESS_MUTATION_TYPES_H_
#define STACKQUAKE_HARNESS_MUTATION_TYPES_H_

// Questions that mutators ask about types and nodes.

#include "harness/language/tree.h"

namespace stackquake {

constexpr Type kIntType{TypeKind::kInt};

// Whether a variable may have the type.
constexpr bool is_value(Type type) {
  return type.kind != TypeKind::kNone && type.kind != TypeKind::kNil &&
         type.kind != TypeKind::kCondition;
}

// Whether nil is a value of the type.
constexpr bool has_nil(Type type) {
  return is_value(type) && type.kind != TypeKind::kInt && type.kind != TypeKind::kArray;
}

constexpr bool is_channel(Type type) {
  return type.kind == TypeKind::kIntChannel || type.kind == TypeKind::kNodeChannel;
}

// The type of a channel's elements.
constexpr Type element_type(Type channel) {
  return {channel.kind == TypeKind::kIntChannel ? TypeKind::kInt : TypeKind::kNodePointer};
}

inline bool is_literal(const Expression& expression) {
  return expression.kind == ExpressionKind::kLiteral;
}

inline bool is_builtin(const Expression& expression, Builtin builtin) {
  return expression.kind == ExpressionKind::kBuiltinCall && expression.builtin == builtin;
}

// Whether it is a call of a function, func() variable, literal or built-in.
inline bool is_call(const Expression& expression) {
  return expression.kind == ExpressionKind::kCall ||
         expression.kind == ExpressionKind::kBuiltinCall;
}

// Whether a call of one of them may go to the other.
bool have_same_signature(const Function& a, const Function& b);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_MUTATION_TYPES_H_
