#ifndef STACKQUAKE_HARNESS_REDUCER_SITES_H_
#define STACKQUAKE_HARNESS_REDUCER_SITES_H_

#include <cstdint>
#include <vector>

#include "harness/language/tree.h"

namespace stackquake::reducer {

enum class SiteKind : uint8_t {
  kRead,
  kAssigned,  // the target of an assignment or of a case of a select; null if there is no target
  kOperated,  // the target of ++, --, += and -=
};

// The place of an expression. The expression may be replaced through `slot`.
struct Site {
  Expression** slot = nullptr;
  SiteKind kind = SiteKind::kRead;
  uint32_t depth = 0;  // in blocks, those of literals included
};

// All parts of a checked nest, function or block, in the order of the text, and outer parts before
// inner ones. They are pointers into the tree, valid until a list that they point into is replaced.
struct Sites {
  std::vector<Function*> functions;    // with literals
  std::vector<Block*> blocks;          // of functions, literals, statements and cases
  std::vector<Statement*> statements;  // with those behind else
  std::vector<Site> expressions;       // without the names of functions that are called
};

Sites sites_of(Nest& nest);
Sites sites_of(Function& function);
Sites sites_of(Block& block);  // without the block itself

// The expressions of a statement that has no statements inside, except in literals. The expressions
// inside of literals are left out.
std::vector<Site> own_expressions(Statement& statement);

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_SITES_H_
