#ifndef STACKQUAKE_HARNESS_LANGUAGE_PARSER_H_
#define STACKQUAKE_HARNESS_LANGUAGE_PARSER_H_

// Recursive descent from tokens to a tree. `parse` in language.h is the way in.
//
// The first error is kept in the diagnostic, and from then on every token is the end of the text:
// each rule still returns a node, never null, but no rule goes on for long, and nobody but the
// caller of `nest` need look.
//
// A parser that is to find further errors goes on at two places, where the lists of statements and
// of functions are read. There it passes over the rest of what it cannot read: to the end of a line
// that closes all braces opened since the statement's or function's start. The word func in the
// first column is taken for the next function whatever the braces say.
//
// Recursion is bounded by the limits on nesting: blocks are counted
// through literals and along `else if`, and an expression starts anew in a literal's body, so no
// input reaches deeper than kMaxNesting * kMaxNesting expressions.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/language/arena.h"
#include "harness/language/language.h"
#include "harness/language/lexer.h"
#include "harness/language/tree.h"

namespace stackquake {

class Parser {
 public:
  // With `errors`, goes on after an error, and adds to them until there are kMaxErrors.
  Parser(std::string_view text, Arena& arena, Diagnostic& diagnostic,
         std::vector<Diagnostic>* errors = nullptr);

  // Parses the whole text; null after an error. To be called once.
  Nest* nest();

 private:
  // Tokens and errors.
  bool at(TokenKind kind) const { return token_.kind == kind; }
  bool at_name(std::string_view name) const { return at(TokenKind::kName) && token_.text == name; }
  void advance();
  bool accept(TokenKind kind);
  void expect(TokenKind kind, std::string_view what);
  void fail(Position position, std::string message);
  // "expected WHAT, found …" at the token, or the token's own reason.
  void fail_expected(std::string_view what);
  // The token behind the one at hand, for messages that say more.
  Token token_after() const;
  // After an error: goes on behind the statement or the function that starts at `start`.
  enum class Unit : uint8_t { kStatement, kFunction };
  void resume_after(Position start, Unit unit);
  bool pass_over(Position start, Unit unit);
  bool go_on(const Lexer& lexer, const Token& token);
  // The name at the token; `what` is said when there is none.
  std::string_view name(std::string_view what);

  // The file: parser.cc.
  void directives(Nest& nest);
  void directive(Nest& nest, const Token& line);
  void import(Nest& nest);
  void fail_import();
  void fail_top_level();
  Function* function();
  void signature(Function& function);
  std::span<Variable*> parameters();
  Variable* result();
  void fail_unnamed_result();
  Variable* variable(VariableKind kind);
  Type type();
  Type array_type();
  Type pointer_type();
  Type function_type();
  Type channel_type();
  void fail_type();
  uint64_t integer(uint64_t maximum, std::string_view what);

  // Statements: parser_statements.cc.
  void function_body(Function& function);
  Block block();
  Block statements();
  Statement* statement();
  Statement* simple_statement();
  Statement* variable_declaration();
  Statement* short_declaration(Statement* statement, const Expression& name);
  Statement* operate(Statement* statement, Operation operation, bool by_one);
  Statement* blank_assignment();
  Statement* call_statement(StatementKind kind);
  Statement* if_statement();
  Statement* otherwise();
  Statement* for_statement();
  Statement* return_statement();
  Statement* select_statement();
  SelectCase select_case();
  void communication(SelectCase& select_case);
  Statement* make_statement(StatementKind kind);
  void check_assignable(const Expression& target);
  void end_of_statement();
  void fail_end_of_statement();
  void fail_list();

  // Expressions: parser_expressions.cc.
  Expression* expression(int lowest_precedence = 1);
  Expression* header_expression(int lowest_precedence = 1);
  Expression* nested_expression();
  Expression* unary();
  Expression* negative();
  Expression* negation();
  Expression* literal(uint64_t magnitude_limit, Position position, bool negative);
  Expression* dereference();
  Expression* address();
  Expression* node(Position position);
  Field field(std::span<const Field> before);
  Expression* receive();
  Expression* parenthesized();
  Expression* named();
  Expression* runtime_call(Position position);
  Expression* make_channel(Position position);
  Expression* builtin_call(Builtin builtin, Position position);
  Expression* function_literal();
  Expression* index(Expression* array);
  Expression* selector(Expression* object);
  Expression* call(Expression* callee);
  Expression* variable_name();
  void fail_expression();
  void fail_selector(const Expression& object);
  void fail_composite_literal(Position position);
  std::span<Expression*> arguments();
  void reject_operator_on_value();
  void raise_height(size_t height, Position position);
  Expression* make_expression(ExpressionKind kind, Position position);

  // What has been gathered since a list's first element goes to the arena; lists inside of lists
  // lie above.
  template <typename T>
  std::span<T> take_list(std::vector<T>& gathered, size_t first) {
    const std::span<T> list = arena_.copy(std::span<const T>(gathered).subspan(first));
    gathered.resize(first);
    return list;
  }

  std::string_view text_;
  Arena& arena_;
  Diagnostic& diagnostic_;
  std::vector<Diagnostic>* errors_;
  Lexer lexer_;
  Token token_;
  bool failed_ = false;
  bool told_ = false;       // the error is among errors_, and only a function's end helps
  bool in_header_ = false;  // where Go takes `{` for the start of the body
  size_t blocks_ = 0;       // open now
  Position end_of_block_;   // of the brace that closed the last one
  size_t open_ = 0;         // parentheses, brackets, arguments and ! open in this expression
  size_t height_ = 0;  // of the expression parsed last: of x, *p and n.val 1; parentheses count
  std::vector<Statement*> statements_;
  std::vector<Expression*> expressions_;
  std::vector<Variable*> parameters_;
  std::vector<SelectCase> cases_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_PARSER_H_
