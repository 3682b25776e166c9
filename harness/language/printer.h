#ifndef STACKQUAKE_HARNESS_LANGUAGE_PRINTER_H_
#define STACKQUAKE_HARNESS_LANGUAGE_PRINTER_H_

// The canonical form of a tree. `print` in language.h is the way in.
//
// What comes out is what gofmt makes of it, in particular its blanks in binary expressions: how
// deep an expression stands and which precedences meet in it decide from which precedence on (the
// cutoff) operators go without blanks. Empty bodies of functions are {}, other empty blocks take
// two lines, and parentheses stand only where needed.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "harness/language/tree.h"

namespace stackquake {

class Printer {
 public:
  // Appends to `out`.
  explicit Printer(std::string& out) : out_(out) {}

  void nest(const Nest& nest);
  void statement(const Statement& statement);

  // `depth` is gofmt's: 1 for an expression on its own, more inside of others.
  void expression(const Expression& expression, int depth = 1);

 private:
  void signature(const Function& function);
  void function_body(const Block& body);
  void block(const Block& block);
  void statements(const Block& block);
  void line();

  void declaration(const Statement& statement);
  void assignment(const Statement& statement);
  void operation(const Statement& statement);
  void conditional(const Statement& statement);
  void loop(const Statement& statement);
  void select(const Statement& statement);
  void communication(const SelectCase& select_case);
  // The condition of an if or for, where &node{…} stands in parentheses.
  void header(const Expression& expression);

  void binary(const Expression& expression, int depth);
  void operand(const Expression& parent, const Expression& operand, int depth);
  void arguments(std::span<Expression* const> arguments, int depth);
  void node(const Expression& expression);
  void make(const Expression& expression);

  std::string& out_;
  size_t indentation_ = 0;
  bool in_header_ = false;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_PRINTER_H_
