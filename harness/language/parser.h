#ifndef STACKQUAKE_HARNESS_LANGUAGE_PARSER_H_
#define STACKQUAKE_HARNESS_LANGUAGE_PARSER_H_

// Recursive descent from tokens to a tree. Callers use `parse` in language.h.
//
// The parser keeps the first error in the diagnostic. From then on every token is the end of the
// text. Each rule still returns a node, never null, so only the caller of `nest` must look for an
// error.
//
// A parser that looks for further errors resumes at three places:
//   - after a //quake: line,
//   - in the list of functions, to which the package clause and the import belong here,
//   - in a list of statements.
// In a list it skips the rest of the statement or function that it cannot read: to the end of a
// line at which all braces opened since the start are closed. The word func in the first column
// always starts the next function, whatever the braces say.
//
// The limits on nesting bound the recursion. Blocks are counted through literals and along
// `else if`, and the count of expressions starts anew in a literal's body. So no input reaches
// deeper than kMaxNesting * kMaxNesting expressions.

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
  // With `errors`, goes on after an error, and appends every error until there are kMaxErrors.
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
  // Fails with "expected WHAT, found …" at the token, or with the token's own reason.
  void fail_expected(std::string_view what);
  // The token after the current one, for messages that say more.
  Token token_after() const;
  // After an error: goes on behind the statement or the function that starts at `start`.
  enum class Unit : uint8_t { kStatement, kFunction };
  void resume_after(Position start, Unit unit);
  // After an error in a //quake: line: goes on with the next line.
  void resume_after_line();
  bool skip(Position start, Unit unit);
  bool resume_at(const Lexer& lexer, const Token& token);
  // The name at the token. Fails with "expected WHAT" when the token is no name.
  std::string_view name(std::string_view what);

  // The file: parser.cc.
  void head(Nest& nest);
  void directives(Nest& nest);
  void package_clause(const Nest& nest);
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

  // Moves the elements gathered from `first` on to the arena. A list inside another list gathers
  // its elements above those of the outer list.
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
  bool is_recorded_ = false;  // the error is in errors_, and only the end of a function helps
  bool in_header_ = false;    // of an if or for, where Go reads `{` as the start of the body
  size_t blocks_ = 0;         // open blocks
  Position end_of_block_;     // the closing brace of the last block
  size_t open_ = 0;           // open parentheses, brackets, arguments and ! of this expression
  size_t height_ = 0;         // of the last expression; x, *p and n.val have 1; parentheses count
  std::vector<Statement*> statements_;
  std::vector<Expression*> expressions_;
  std::vector<Variable*> parameters_;
  std::vector<SelectCase> cases_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_PARSER_H_
