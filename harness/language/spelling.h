#ifndef STACKQUAKE_HARNESS_LANGUAGE_SPELLING_H_
#define STACKQUAKE_HARNESS_LANGUAGE_SPELLING_H_

// How the parts of a tree are written, and how tightly operators bind.

#include <string>
#include <string_view>

#include "harness/language/tree.h"

namespace stackquake {

constexpr int kUnaryPrecedence = 6;

// Go's precedence of a binary operator: 1 for || to 5 for *; 0 for kNone.
int precedence(Operation operation);

// "+" for kAdd; empty for kNone.
std::string_view spelling(Operation operation);

// "runtime.GC" for kGC.
std::string_view spelling(Builtin builtin);

std::string_view spelling(Field field);

// "[8]int"; words for kinds that have no Go type: "no value", "nil", "a condition".
std::string spelling(Type type);

// Whether `operand` needs parentheses as an operand of `parent`, which is a kBinary or a kNot.
bool needs_parentheses(const Expression& parent, const Expression& operand);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_SPELLING_H_
