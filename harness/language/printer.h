#ifndef STACKQUAKE_HARNESS_LANGUAGE_PRINTER_H_
#define STACKQUAKE_HARNESS_LANGUAGE_PRINTER_H_

// Prints the canonical form of a tree. Callers use `print` in language.h.
//
// The output is what gofmt makes of it. In a binary expression gofmt leaves out the blanks around
// the operators that bind tightly: the depth of the expression and the precedences that meet in it
// decide from which precedence on (the cutoff). The body of an empty function is {}, any other
// empty block takes two lines, and parentheses are printed only where they are needed.

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

  // `depth` is gofmt's: 1 for an expression on its own, more for one inside another.
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
  // The condition of an if or for, in which &node{…} needs parentheses.
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
