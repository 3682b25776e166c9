#include "harness/reducer/edit.h"
#include "harness/reducer/pass.h"
#include "harness/reducer/sites.h"

namespace stackquake::reducer {

bool drop_branch(Nest& nest, Choice choice, Arena& arena) {
  for (Statement* statement : sites_of(nest).statements) {
    if (statement->otherwise != nullptr && choice.is_this()) {
      statement->otherwise = nullptr;
      return true;
    }
    for (size_t i = 0; i < statement->cases.size(); ++i) {
      if (!choice.is_this()) continue;
      statement->cases = without(statement->cases, i, arena);
      return true;
    }
  }
  return false;
}

}  // namespace stackquake::reducer
