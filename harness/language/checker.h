#ifndef STACKQUAKE_HARNESS_LANGUAGE_CHECKER_H_
#define STACKQUAKE_HARNESS_LANGUAGE_CHECKER_H_

// Checks names, types and all rules that no grammar holds. Callers use `check` in language.h.
//
// The checker walks the tree once, in the order of the text. Every member function that checks
// something returns false after it has set the diagnostic; its caller then returns false, too.
//
// A checker that looks for further errors resumes at two places: after the statement with the
// error, and after the function whose signature has the error. It does not report
//   - errors in the use of a variable whose declaration was wrong,
//   - in a function with errors, what is known only at the closing brace (unused variables, a
//     missing return).
//
// Variables are kept in three flat lists:
//   - visible_: the visible variables. Names are looked up from the end of the list, which is from
//     the innermost scope outwards.
//   - variables_: the variables that a function owns.
//   - captures_: the variables that a function captures.
// The entries of an inner literal lie behind those of the function around it. When a function is
// done, its entries move from the lists to the arena.

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/language/arena.h"
#include "harness/language/diagnostic.h"
#include "harness/language/language.h"
#include "harness/language/tree.h"

namespace stackquake {

class TreeChecker {
 public:
  // With `errors`, goes on after an error, and appends every error until there are kMaxErrors.
  TreeChecker(Nest& nest, Arena& arena, Diagnostic& diagnostic,
              std::vector<Diagnostic>* errors = nullptr);

  // To be called once. False after an error.
  bool run();

 private:
  // The operations that can fault. A statement has at most one kind of them, because Go leaves the
  // order of evaluation between two kinds open.
  enum class Fault : uint8_t { kNone, kDereference, kIndex, kDivide };

  // When a call runs: at once, or later, as a deferred call, with its arguments kept until then.
  enum class CallUse : uint8_t { kNow, kDeferred };

  // One for each function that is being checked: the declared one and the literals open inside it.
  struct Frame {
    Function* function;
    Frame* outer;
    size_t first_variable;
    size_t first_capture;
    uint32_t loops = 0;           // open in this function
    uint32_t words = 0;           // parameters, result and locals
    uint32_t argument_words = 0;  // of the largest block of arguments for a callee
    bool has_errors = false;
  };

  // The state that a statement changes while it is checked; restored when the statement is wrong.
  struct Progress {
    size_t visible;
    size_t variables;
    size_t captures;
    size_t blocks;
    size_t depth;
    uint32_t loops;
  };

  bool fail(Position position, std::initializer_list<std::string_view> message);
  // Records the error in errors_. Whether to go on and look for more.
  bool record_error();
  bool record_and_resume_after(Statement& statement, const Progress& before);
  Progress progress() const;

  // Functions: checker.cc.
  bool declare_functions();
  bool check_main();
  bool function(Function& function);
  bool function_in_frame(Function& function);
  bool signature(Function& function);
  bool finish(const Frame& frame);
  bool unused_variables(const Frame& frame);
  Function* function_named(std::string_view name) const;
  bool check_name(std::string_view name, Position position);

  // Variables: checker_variables.cc.
  bool declare(Variable& variable, VariableKind kind);
  bool add_to_function(Variable& variable);
  Variable* visible(std::string_view name) const;
  bool resolve(Expression& name);
  bool fail_undeclared(const Expression& name);
  bool read(Expression& name);
  bool assign(Expression& name);
  bool capture(Variable& variable, const Expression& name);
  void add_capture(Variable* variable, size_t first);

  // Statements: checker_statements.cc.
  bool block(Block& block);
  bool statements(Block& block, bool top_level);
  bool statement(Statement& statement, bool top_level);
  bool declaration(Statement& statement, bool top_level);
  bool initial_value(Statement& statement);
  bool assignment(Statement& statement);
  bool operate(Statement& statement);
  bool conditional(Statement& statement);
  bool otherwise(Statement& statement);
  bool loop(Statement& statement);
  bool return_value(Statement& statement);
  bool send(Expression& channel, Expression& value);
  bool channel(Expression& name, std::string_view what, Type& element);
  bool select(Statement& statement);
  bool select_case(SelectCase& select_case);
  bool enter_block(Position position);

  // Expressions: checker_expressions.cc.
  bool right_side(Expression& value, std::optional<Type> type);
  bool operand(Expression& expression);
  bool operand_of(const Expression& parent, Expression& operand);
  bool integer(Expression& expression, std::string_view what);
  bool condition(Expression& expression);
  bool fits(Expression& value, Type type);
  bool index(Expression& expression);
  bool selector(Expression& expression);
  bool dereference(Expression& expression);
  bool address(Expression& expression);
  bool node(Expression& expression);
  bool binary(Expression& expression);
  bool arithmetic(Expression& expression);
  bool comparison(Expression& expression);
  bool with_nil(Expression& nil, const Expression& other);
  bool connective(Expression& expression);
  bool negation(Expression& expression);
  bool receive(Expression& expression);
  bool function_value(Expression& literal);
  bool literal_body(Function& function);
  bool fault(Fault fault, Position position);

  // Calls: checker_calls.cc.
  bool any_call(Expression& call, CallUse use);
  bool call(Expression& call);
  bool named_call(Expression& call);
  bool fail_unknown_call(const Expression& callee);
  bool literal_call(Expression& call);
  bool call_arguments(Expression& call, const Function& callee);
  bool argument_count(const Expression& call, std::string_view name, size_t expected);
  bool builtin_call(Expression& call, CallUse use);
  bool builtin_argument(Expression& call, char parameter, CallUse use);
  bool integer_argument(Expression& call, CallUse use);
  bool recovered_argument(Expression& call);
  bool panic_argument(Expression& argument);
  bool deferred(Expression& call);
  bool go(Expression& call);
  void reserve_arguments(uint32_t words);

  Nest& nest_;
  Arena& arena_;
  Diagnostic& diagnostic_;
  Frame* frame_ = nullptr;
  std::vector<Variable*> visible_;
  std::vector<Variable*> variables_;
  std::vector<Variable*> captures_;
  std::vector<Function*> all_;
  std::vector<Diagnostic>* errors_;
  std::vector<std::string_view> misdeclared_;  // names whose declarations were wrong
  bool is_follow_up_ = false;                  // the error follows from one that is in errors_
  Fault fault_ = Fault::kNone;                 // of the statement so far
  size_t blocks_ = 0;                          // open blocks, those around a literal included
  size_t depth_ = 0;                           // of the current expression; parentheses count
  bool runtime_used_ = false;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_CHECKER_H_
