#ifndef STACKQUAKE_HARNESS_LANGUAGE_WALK_H_
#define STACKQUAKE_HARNESS_LANGUAGE_WALK_H_

// Walks over trees in the order of the text.
//
// for_each_expression, for_each_statement, for_each_block and for_each_function call a function for
// every node of one sort below a root. The root is a Nest, a Function, a Block, a Statement or an
// Expression.
//   - The root itself is not visited, with two exceptions: on a Function, for_each_function begins
//     with that function and for_each_block with its body.
//   - A node comes before the nodes inside it.
//   - The bodies of literals are part of the walk.
//
// Expressions and statements are passed as the pointers that the tree holds, blocks and functions
// by reference. The walk continues in whatever the called function puts there. (A const root does
// not prevent this, because the spans of a tree are not deeply const.)
//
// walk() takes a whole visitor, which can also track where it is: derive from Visitor and declare
// the members that you need.

#include "harness/language/tree.h"

namespace stackquake {

struct Visitor {
  void expression(Expression*& /*expression*/) {}
  void statement(Statement*& /*statement*/) {}
  void enter(Block& /*block*/) {}
  void leave(Block& /*block*/) {}
  void enter(Function& /*function*/) {}
  void leave(Function& /*function*/) {}
  // A parameter, result, local or counter, at the place from which on it is in scope: for a local
  // or counter, after its first value.
  void declaration(Variable& /*variable*/) {}
};

template <typename V>
class Walk {
 public:
  explicit Walk(V& visitor) : visitor_(visitor) {}

  void inside(const Nest& nest) {
    for (Function* one : nest.functions) function(*one);
  }
  void inside(Function& one) { function(one); }
  void inside(Block& one) { statements(one); }
  void inside(Statement& one) { parts(one); }
  void inside(Expression& one) { operands(one); }

 private:
  void function(Function& one) {
    visitor_.enter(one);
    for (Variable* parameter : one.parameters) visitor_.declaration(*parameter);
    if (one.result != nullptr) visitor_.declaration(*one.result);
    block(one.body);
    visitor_.leave(one);
  }

  void block(Block& one) {
    visitor_.enter(one);
    statements(one);
    visitor_.leave(one);
  }

  void statements(Block& one) {
    for (Statement*& inner : one.statements) statement(inner);
  }

  void statement(Statement*& one) {
    if (one == nullptr) return;
    visitor_.statement(one);
    if (one != nullptr) parts(*one);
  }

  void parts(Statement& one) {
    expression(one.target);
    expression(one.value);
    if (one.variable != nullptr) visitor_.declaration(*one.variable);
    expression(one.limit);
    if (one.kind == StatementKind::kSelect) return cases(one);
    if (has_body(one.kind)) block(one.body);
    statement(one.otherwise);
  }

  void cases(Statement& select) {
    for (SelectCase& one : select.cases) {
      expression(one.target);
      expression(one.channel);
      expression(one.value);
      block(one.body);
    }
  }

  void expression(Expression*& one) {
    if (one == nullptr) return;
    visitor_.expression(one);
    if (one != nullptr) operands(*one);
  }

  void operands(Expression& one) {
    expression(one.left);
    expression(one.right);
    for (Expression*& argument : one.arguments) expression(argument);
    if (one.kind == ExpressionKind::kFunctionLiteral) function(*one.function);
  }

  static bool has_body(StatementKind kind) {
    return kind == StatementKind::kIf || kind == StatementKind::kFor ||
           kind == StatementKind::kBlock;
  }

  V& visitor_;
};

template <typename Root, typename V>
void walk(Root& root, V& visitor) {
  Walk<V>(visitor).inside(root);
}

template <typename Root, typename Callable>
void for_each_expression(Root& root, Callable callable) {
  struct Each : Visitor {
    explicit Each(Callable& callable) : callable(callable) {}
    void expression(Expression*& expression) { callable(expression); }
    Callable& callable;
  } each(callable);
  walk(root, each);
}

template <typename Root, typename Callable>
void for_each_statement(Root& root, Callable callable) {
  struct Each : Visitor {
    explicit Each(Callable& callable) : callable(callable) {}
    void statement(Statement*& statement) { callable(statement); }
    Callable& callable;
  } each(callable);
  walk(root, each);
}

template <typename Root, typename Callable>
void for_each_block(Root& root, Callable callable) {
  struct Each : Visitor {
    using Visitor::enter;
    explicit Each(Callable& callable) : callable(callable) {}
    void enter(Block& block) { callable(block); }
    Callable& callable;
  } each(callable);
  walk(root, each);
}

// Declared functions and literals.
template <typename Root, typename Callable>
void for_each_function(Root& root, Callable callable) {
  struct Each : Visitor {
    using Visitor::enter;
    explicit Each(Callable& callable) : callable(callable) {}
    void enter(Function& function) { callable(function); }
    Callable& callable;
  } each(callable);
  walk(root, each);
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_WALK_H_
