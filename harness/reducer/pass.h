#ifndef STACKQUAKE_HARNESS_REDUCER_PASS_H_
#define STACKQUAKE_HARNESS_REDUCER_PASS_H_

// The ways to make a nest smaller.
//
// A pass is one kind of change. The places in a nest at which it can make the change are its
// choices, numbered from 0, the promising choices first. To try a choice, the reducer gives the
// pass a fresh checked tree and the number. The pass changes the tree, or returns false if it has
// no such choice. It need not know whether the result is a nest, or whether it is smaller: the
// reducer tidies it, checks it, measures it and runs it.

#include <cstddef>
#include <span>
#include <string_view>

#include "harness/language/arena.h"
#include "harness/language/tree.h"

namespace stackquake::reducer {

// Counts the choices of a pass as the pass comes to them.
class Choice {
 public:
  explicit Choice(size_t number) : left_(number) {}

  // Whether the choice that the pass has come to is the one to make.
  bool is_this() { return left_-- == 0; }

 private:
  size_t left_;
};

struct Pass {
  std::string_view name;
  bool (*apply)(Nest& nest, Choice choice, Arena& arena);
};

// All passes: first the passes that take most away.
std::span<const Pass> all_passes();

// The pass with this name, which must exist.
const Pass& pass_named(std::string_view name);

// Removes a function other than main, and all calls of it; zeros replace its results.
bool drop_function(Nest& nest, Choice choice, Arena& arena);

// Removes statements in a row from a block: all of them, then halves, quarters and so on.
bool drop_statements(Nest& nest, Choice choice, Arena& arena);

// Removes a directive, or some of the safepoints in a directive's list; or puts every safepoint in
// the place of the list.
bool drop_directive(Nest& nest, Choice choice, Arena& arena);

// Removes an else, or a case of a select.
bool drop_branch(Nest& nest, Choice choice, Arena& arena);

// Removes the construct around statements or a call: an if, a loop, a block, a select, a literal,
// defer, go.
bool unwrap(Nest& nest, Choice choice, Arena& arena);

// Replaces the call of a function that is called once by the function's body.
bool inline_call(Nest& nest, Choice choice, Arena& arena);

// Removes a local, a parameter or the name of a result, with its uses and arguments.
bool drop_variable(Nest& nest, Choice choice, Arena& arena);

// Removes the result of a function.
bool drop_result(Nest& nest, Choice choice, Arena& arena);

// Replaces an expression by one of its operands, by a literal, or by nothing.
bool simplify_expression(Nest& nest, Choice choice, Arena& arena);

// Changes "var x int" and a later "x = e" to "x := e", and "var x int = e" to "x := e".
bool merge_declaration(Nest& nest, Choice choice, Arena& arena);

// Brings a number nearer to 0, or a stack's size nearer to the default.
bool lower_number(Nest& nest, Choice choice, Arena& arena);

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_PASS_H_
