#include "harness/reducer/edit.h"
#include "harness/reducer/pass.h"
#include "harness/reducer/sites.h"

namespace stackquake::reducer {

namespace {

bool is_assignment_to(const Statement& statement, const Variable& variable) {
  return statement.kind == StatementKind::kAssign && statement.target != nullptr &&
         statement.target->kind == ExpressionKind::kVariable &&
         statement.target->variable == &variable;
}

// Replaces the first assignment behind the declaration by a declaration with the assigned value,
// and removes the old declaration.
bool merge(Block& block, size_t index, Arena& arena) {
  Statement* const declaration = block.statements[index];
  for (size_t i = index + 1; i < block.statements.size(); ++i) {
    if (!is_assignment_to(*block.statements[i], *declaration->variable)) continue;
    declaration->value = block.statements[i]->value;
    declaration->long_form = declaration->value->kind == ExpressionKind::kNil;
    replace(block, i, 1, {&declaration, 1}, arena);
    replace(block, index, 1, {}, arena);
    return true;
  }
  return false;
}

// Changes the declaration to another form that may be shorter.
bool shorten(Statement& declaration, Choice& choice) {
  if (declaration.value == nullptr) return false;
  if (declaration.long_form && choice.is_this()) {
    declaration.long_form = false;
    return true;
  }
  if (!choice.is_this()) return false;
  declaration.long_form = true;
  declaration.value = nullptr;
  return true;
}

}  // namespace

bool merge_declaration(Nest& nest, Choice choice, Arena& arena) {
  for (Block* block : sites_of(nest).blocks) {
    for (size_t i = 0; i < block->statements.size(); ++i) {
      if (block->statements[i]->kind != StatementKind::kDeclare) continue;
      if (shorten(*block->statements[i], choice)) return true;
      if (choice.is_this()) {
        merge(*block, i, arena);
        return true;
      }
    }
  }
  return false;
}

}  // namespace stackquake::reducer
