#ifndef STACKQUAKE_HARNESS_REDUCER_EDIT_H_
#define STACKQUAKE_HARNESS_REDUCER_EDIT_H_

// The changes to a checked tree that several passes make. None of them checks anything: a change
// that does not fit gives a text that is no nest, and the reducer then leaves it.

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "harness/language/arena.h"
#include "harness/language/tree.h"

namespace stackquake::reducer {

// `with` instead of `count` statements from `first` on.
void replace(Block& block, size_t first, size_t count, std::span<Statement* const> with,
             Arena& arena);

// A list without its element at `index`.
template <typename T>
std::span<T> without(std::span<T> list, size_t index, Arena& arena) {
  std::vector<T> rest(list.begin(), list.end());
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(index));
  return arena.copy(std::span<const T>(rest));
}

// Takes out every statement that `drop` is true of, wherever it stands but behind an else.
void drop_statements_if(Nest& nest, const std::function<bool(Statement&)>& drop, Arena& arena);

// The literal of a type that says least: 0 or nil. Null where there is none.
Expression* zero(Type type, Arena& arena);

// Whether an expression is the variable, or reads, indexes or points through it.
bool is_rooted_at(const Expression& expression, const Variable& variable);

// Takes every use of the variable away, its declaration included: where it is read stands a zero,
// and what stores into it or calls it is dropped. With `whole_statements`, plain statements that
// only read it are dropped as well.
void forget(Nest& nest, const Variable& variable, bool whole_statements, Arena& arena);

// Whether it is a call of this function or literal.
bool is_call_of(const Expression* expression, const Function& function);

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_EDIT_H_
