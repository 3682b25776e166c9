#ifndef STACKQUAKE_HARNESS_REDUCER_EDIT_H_
#define STACKQUAKE_HARNESS_REDUCER_EDIT_H_

// Changes to a checked tree that several passes make. They check nothing: the result may be no
// nest, and the reducer rejects it then.

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "harness/language/arena.h"
#include "harness/language/tree.h"

namespace stackquake::reducer {

// Replaces `count` statements, from index `first` on, by `with`.
void replace(Block& block, size_t first, size_t count, std::span<Statement* const> with,
             Arena& arena);

// A list without its element at `index`.
template <typename T>
std::span<T> without(std::span<T> list, size_t index, Arena& arena) {
  std::vector<T> rest(list.begin(), list.end());
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(index));
  return arena.copy(std::span<const T>(rest));
}

// Removes every statement for which `drop` is true, except statements behind an else.
void drop_statements_if(Nest& nest, const std::function<bool(Statement&)>& drop, Arena& arena);

// The zero value of a type as a literal: 0 or nil. Null for a type without such a literal.
Expression* zero(Type type, Arena& arena);

// Whether an expression is the variable, or reads, indexes or points through it.
bool is_rooted_at(const Expression& expression, const Variable& variable);

// Removes every use of the variable, its declaration included. Reads become a zero; statements that
// store into the variable or call it are dropped. With `whole_statements`, plain statements that
// only read it are dropped as well.
void forget(Nest& nest, const Variable& variable, bool whole_statements, Arena& arena);

// Whether the expression is a call of this function or literal.
bool is_call_of(const Expression* expression, const Function& function);

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_EDIT_H_
