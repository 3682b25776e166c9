#include "harness/language/terminating.h"

#include <algorithm>

namespace stackquake {
namespace {

bool is_panic(const Expression& call) {
  return call.kind == ExpressionKind::kBuiltinCall && call.builtin == Builtin::kPanic;
}

bool is_terminating(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kReturn:
      return true;
    case StatementKind::kExpression:
      return is_panic(*statement.value);
    case StatementKind::kBlock:
      return is_terminating(statement.body);
    case StatementKind::kIf:
      return statement.otherwise != nullptr && is_terminating(statement.body) &&
             is_terminating(*statement.otherwise);
    case StatementKind::kSelect:
      return std::all_of(statement.cases.begin(), statement.cases.end(),
                         [](const SelectCase& one) { return is_terminating(one.body); });
    default:
      return false;
  }
}

}  // namespace

bool is_terminating(const Block& block) {
  return !block.statements.empty() && is_terminating(*block.statements.back());
}

}  // namespace stackquake
