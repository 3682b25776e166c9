#ifndef STACKQUAKE_HARNESS_REDUCER_PASS_H_
#define STACKQUAKE_HARNESS_REDUCER_PASS_H_

// The ways to make a nest smaller.
//
// A pass is one idea, and has many places in a nest at which it could be carried out: its choices,
// numbered from 0, the promising ones first. To try one, the reducer hands the pass a fresh checked
// tree and the number. The pass changes the tree, and answers false when it has no such choice. It
// need not know whether the result is a nest, nor whether it is smaller: the reducer tidies it,
// checks it, measures it and runs it.

#include <cstddef>
#include <span>
#include <string_view>

#include "harness/language/arena.h"
#include "harness/language/tree.h"

namespace stackquake::reducer {

// Counts a pass's choices as it comes across them.
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

// The pass of a name that exists.
const Pass& pass_named(std::string_view name);

// A function other than main, with everything that calls it; zeros stand for its results.
bool drop_function(Nest& nest, Choice choice, Arena& arena);

// Some of a block's statements, one after another: all, halves, quarters and so on.
bool drop_statements(Nest& nest, Choice choice, Arena& arena);

// A directive, or some of the safepoints in a list of one.
bool drop_directive(Nest& nest, Choice choice, Arena& arena);

// An else, or a case of a select.
bool drop_branch(Nest& nest, Choice choice, Arena& arena);

// What stands around statements or a call: an if, a loop, a block, a select, a literal, defer, go.
bool unwrap(Nest& nest, Choice choice, Arena& arena);

// Puts a function that is called once in the place of its call.
bool inline_call(Nest& nest, Choice choice, Arena& arena);

// A local, parameter or name of a result, with its uses and arguments.
bool drop_variable(Nest& nest, Choice choice, Arena& arena);

// The result of a function.
bool drop_result(Nest& nest, Choice choice, Arena& arena);

// An operand, a literal or nothing in the place of an expression.
bool simplify_expression(Nest& nest, Choice choice, Arena& arena);

// "var x int" and a later "x = e" become "x := e", and "var x int = e" likewise.
bool merge_declaration(Nest& nest, Choice choice, Arena& arena);

// Brings a number nearer to 0, and a stack's size nearer to what it is by default.
bool lower_number(Nest& nest, Choice choice, Arena& arena);

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_PASS_H_
