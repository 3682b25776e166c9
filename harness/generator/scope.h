#ifndef STACKQUAKE_HARNESS_GENERATOR_SCOPE_H_
#define STACKQUAKE_HARNESS_GENERATOR_SCOPE_H_

// What can be named at a place of a nest, and what may stand there.

#include <cstdint>
#include <vector>

#include "harness/language/tree.h"

namespace stackquake {

// A place in a function's body, as the generator sees it. It is filled in either from a tree that
// has been checked, or by the generator, which sets owner and type of its variables, and parent and
// in_loop of its literals, as the checker would.
struct Scope {
  Nest* nest = nullptr;              // null as long as there is none
  Function* function = nullptr;      // the innermost function or literal
  std::vector<Variable*> variables;  // visible, outermost first, shadowed ones left out
  std::vector<Function*> callable;   // that end: see callable_from()
  uint32_t loops = 0;                // open in `function`
  uint32_t blocks = 1;               // depth in `function`, 1 in its body
  bool top_level = true;             // declarations may stand here
};

// Whether the language lets `scope.function` name the variable at all: a counter is not captured,
// nor is a *int or func() variable by a literal in a loop.
bool can_name(const Variable& variable, const Scope& scope);

// Whether it may be the target of an assignment.
bool can_assign(const Variable& variable, const Scope& scope);

// The functions that a call added to the declared function `caller` may go to without making a
// recursion that was not there: those that do not reach `caller`, main left out.
std::vector<Function*> callable_from(const Nest& nest, const Function& caller);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_GENERATOR_SCOPE_H_
