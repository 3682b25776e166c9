#ifndef STACKQUAKE_HARNESS_LANGUAGE_CHECKER_H_
#define STACKQUAKE_HARNESS_LANGUAGE_CHECKER_H_

// Names, types and the rules that no grammar holds. `check` in language.h is the way in.
//
// One walk over the tree in the order of the text. A member function that checks something returns
// false when it has set the diagnostic, and then nobody goes on.
//
// A checker that is to find further errors goes on at two places: behind the statement that is
// wrong, and behind the function whose signature is wrong. An error in the use of a variable whose
// declaration was wrong is not told, and neither is, in a function with errors, what is only known
// at its closing brace.
//
// Names are looked up from the
// innermost out in one flat list of the variables that are visible; what a function owns and what
// it captures gather in lists of the same kind, those of an inner literal above those of the
// function it stands in, until the function is done and the arena takes them.

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
  // With `errors`, goes on after an error, and adds to them until there are kMaxErrors.
  TreeChecker(Nest& nest, Arena& arena, Diagnostic& diagnostic,
              std::vector<Diagnostic>* errors = nullptr);

  // To be called once. False after an error.
  bool run();

 private:
  // The operations whose order of evaluation would show, were there two kinds of them in a
  // statement.
  enum class Fault : uint8_t { kNone, kDereference, kIndex, kDivide };

  // Where an expression stands: what Go evaluates at once, or arguments kept for a deferred call.
  enum class CallUse : uint8_t { kNow, kDeferred };

  // A function that is being checked, on the way from a declared one to the literal at hand.
  struct Frame {
    Function* function;
    Frame* outer;
    size_t first_variable;
    size_t first_capture;
    uint32_t loops = 0;           // open in this function
    uint32_t words = 0;           // parameters, result and locals
    uint32_t argument_words = 0;  // of the largest block passed on
    bool has_errors = false;
  };

  // What a statement changes while it is checked, to be put back when it is wrong.
  struct Progress {
    size_t visible;
    size_t variables;
    size_t captures;
    size_t blocks;
    size_t depth;
    uint32_t loops;
  };

  bool fail(Position position, std::initializer_list<std::string_view> message);
  // Notes the error; whether to go on and look for more.
  bool goes_on();
  bool goes_on_after(Statement& statement, const Progress& before);
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
  bool own(Variable& variable);
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
  void pass(uint32_t words);

  Nest& nest_;
  Arena& arena_;
  Diagnostic& diagnostic_;
  Frame* frame_ = nullptr;
  std::vector<Variable*> visible_;
  std::vector<Variable*> variables_;
  std::vector<Variable*> captures_;
  std::vector<Function*> all_;
  std::vector<Diagnostic>* errors_;
  std::vector<std::string_view> doubtful_;  // names whose declarations were wrong
  bool is_consequence_ = false;             // of the error at hand: of one that has been told
  Fault fault_ = Fault::kNone;              // of the statement so far
  size_t blocks_ = 0;                       // open now, through literals
  size_t depth_ = 0;                        // of the expression at hand, parentheses counted
  bool runtime_used_ = false;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_CHECKER_H_
