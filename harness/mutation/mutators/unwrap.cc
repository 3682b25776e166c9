#include "harness/mutation/mutator.h"

namespace stackquake {
namespace {

// The block inside the statement, or null.
const Block* held(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kIf:
    case StatementKind::kFor:
    case StatementKind::kBlock:
      return &statement.body;
    case StatementKind::kExpression:
    case StatementKind::kDefer: {
      const Expression& call = *statement.value;
      const bool literal =
          call.kind == ExpressionKind::kCall && call.left->kind == ExpressionKind::kFunctionLiteral;
      return literal ? &call.left->function->body : nullptr;
    }
    default:
      return nullptr;
  }
}

}  // namespace

bool unwrap(MutationContext& context) {
  Site& site = context.site;
  const auto holds = [](const Statement& statement) { return held(statement) != nullptr; };
  if (!find_statement(context.nest, context.random, site, holds)) return false;
  const Block inner = *held(site.statement());
  remove(*site.block, site.index);
  insert(*site.block, site.index, inner.statements, context.arena);
  return true;
}

}  // namespace stackquake
