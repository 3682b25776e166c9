#ifndef STACKQUAKE_HARNESS_LANGUAGE_BUILDER_H_
#define STACKQUAKE_HARNESS_LANGUAGE_BUILDER_H_

// Makes nodes of trees, one function per kind of node.
//
// The builder makes what the parser would make of the same text, without positions. It checks
// nothing: the caller checks the finished nest before using it.
//
// The builder copies names and lists into the arena. A node that is passed in becomes part of the
// tree, so it may be passed in only once.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "harness/language/arena.h"
#include "harness/language/tree.h"

namespace stackquake {

class Builder {
 public:
  using Expressions = std::span<Expression* const>;

  explicit Builder(Arena& arena) : arena_(arena) {}

  // ---- Expressions ----

  Expression* literal(int64_t value);
  Expression* nil();
  Expression* name(std::string_view name);
  Expression* variable(const Variable& variable) { return name(variable.name); }
  Expression* index(Expression* array, Expression* index);
  Expression* dereference(Expression* pointer);
  Expression* selector(Expression* object, Field field);
  Expression* address(Expression* place);
  // &node{…}: `values[i]` is the value of `fields[i]`.
  Expression* node(std::span<const Field> fields, Expressions values);
  Expression* binary(Operation operation, Expression* left, Expression* right);
  Expression* logical_not(Expression* condition);
  Expression* function_literal(Function* function);
  Expression* call(std::string_view callee, Expressions arguments = {});
  Expression* call(Expression* callee, Expressions arguments = {});
  Expression* builtin(Builtin builtin, Expression* argument = nullptr);
  // make(type), or make(type, capacity) when `capacity` is not negative.
  Expression* make(Type type, int64_t capacity = -1);
  Expression* receive(Expression* channel);

  // ---- Statements ----

  // var variable T [= value]
  Statement* declare_long(Variable* variable, Expression* value = nullptr);
  // variable := value
  Statement* declare(Variable* variable, Expression* value);
  // target = value; a null target is _.
  Statement* assign(Expression* target, Expression* value);
  // target += value or target -= value; ++ or -- when `value` is null.
  Statement* operate(Expression* target, Operation operation, Expression* value = nullptr);
  Statement* expression(Expression* call);
  Statement* defer(Expression* call);
  Statement* go(Expression* call);
  Statement* conditional(Expression* condition, Block body, Statement* otherwise = nullptr);
  Statement* loop(Variable* counter, Expression* first, Expression* limit, Block body);
  Statement* return_value(Expression* value = nullptr);
  Statement* nested(Block body);
  Statement* send(Expression* channel, Expression* value);
  Statement* select(std::span<const SelectCase> cases);

  // ---- Select cases, blocks, variables, functions, nests ----

  SelectCase send_case(Expression* channel, Expression* value, Block body);
  SelectCase receive_case(Expression* target, Expression* channel, Block body);
  SelectCase default_case(Block body);
  Block block(std::span<Statement* const> statements);
  Block block(std::initializer_list<Statement*> statements);
  Variable* make_variable(std::string_view name, Type type,
                          VariableKind kind = VariableKind::kLocal);
  // An empty name makes a literal. `result` is null for a function without a result.
  Function* function(std::string_view name, std::span<Variable* const> parameters, Variable* result,
                     Block body);
  // Sets imports_runtime when a built-in call in the functions needs the import.
  Nest* nest(const Directives& directives, std::span<Function* const> functions);

 private:
  Expression* make_expression(ExpressionKind kind);
  Statement* make_statement(StatementKind kind);
  Statement* with_value(StatementKind kind, Expression* value);

  Arena& arena_;
};

// Whether the nest must have `import "runtime"`.
bool needs_runtime(const Nest& nest);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_BUILDER_H_
