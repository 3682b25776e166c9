#include "harness/language/parser.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "harness/language/foreign.h"
#include "harness/language/language.h"

namespace stackquake {
namespace {

// The brackets that are open at a token, while the parser skips tokens.
struct Depth {
  int braces = 0;
  int parentheses = 0;  // and square brackets

  void count(TokenKind kind) {
    if (kind == TokenKind::kLeftBrace) ++braces;
    if (kind == TokenKind::kRightBrace) --braces;
    if (kind == TokenKind::kLeftParenthesis || kind == TokenKind::kLeftBracket) ++parentheses;
    if (kind == TokenKind::kRightParenthesis || kind == TokenKind::kRightBracket) --parentheses;
  }
};

bool before(Position a, Position b) {
  return a.line < b.line || (a.line == b.line && a.column < b.column);
}

bool ends_list(TokenKind kind) {
  return kind == TokenKind::kRightBrace || kind == TokenKind::kCase || kind == TokenKind::kDefault;
}

constexpr std::string_view kOneResult =
    "a function has at most one result, an int or a *node; give others back through a *int "
    "parameter";

std::string without_quotes(std::string_view string) {
  return std::string(string.size() < 2 ? string : string.substr(1, string.size() - 2));
}

}  // namespace

Parser::Parser(std::string_view text, Arena& arena, Diagnostic& diagnostic,
               std::vector<Diagnostic>* errors)
    : text_(text),
      arena_(arena),
      diagnostic_(diagnostic),
      errors_(errors),
      lexer_(text, diagnostic) {
  statements_.reserve(64);
  expressions_.reserve(16);
  parameters_.reserve(16);
}

// ---- Tokens and errors ----

void Parser::advance() {
  if (failed_) return;
  token_ = lexer_.next();
  if (!at(TokenKind::kError)) return;
  failed_ = true;
  token_ = {};
}

bool Parser::accept(TokenKind kind) {
  if (!at(kind)) return false;
  advance();
  return true;
}

void Parser::expect(TokenKind kind, std::string_view what) {
  if (!accept(kind)) fail_expected(what);
}

void Parser::fail(Position position, std::string message) {
  if (failed_) return;
  diagnostic_ = {position, std::move(message)};
  failed_ = true;
  token_ = {};
}

void Parser::fail_expected(std::string_view what) {
  if (failed_) return;
  if (at(TokenKind::kForeign)) return fail(token_.position, foreign_token(token_.text));
  if (at(TokenKind::kString)) {
    return fail(token_.position,
                "strings are not in the language; values are ints, as in panic(1) and trace(2)");
  }
  std::string found(token_.text);
  if (at(TokenKind::kEnd)) found = "the end of the text";
  if (at(TokenKind::kSemicolon) && found.empty()) found = "the end of the line";
  fail(token_.position, "expected " + std::string(what) + ", found " + found);
}

std::string_view Parser::name(std::string_view what) {
  if (!at(TokenKind::kName)) {
    fail_expected(what);
    return {};
  }
  const std::string_view text = token_.text;
  advance();
  return text;
}

Token Parser::token_after() const {
  Lexer ahead = lexer_;
  return ahead.next();
}

// ---- Going on after an error ----

void Parser::resume_after(Position start, Unit unit) {
  if (errors_ == nullptr || (is_recorded_ && unit == Unit::kStatement)) return;
  while (failed_) {
    if (!is_recorded_) errors_->push_back(diagnostic_);
    is_recorded_ = true;
    if (errors_->size() == kMaxErrors || !skip(start, unit)) return;
    is_recorded_ = false;
  }
}

void Parser::resume_after_line() {
  if (errors_ == nullptr) return;
  errors_->push_back(diagnostic_);
  failed_ = is_recorded_ = errors_->size() == kMaxErrors;
}

// Skips to the place where the list of units goes on. False when there is no such place.
bool Parser::skip(Position start, Unit unit) {
  const Position error = errors_->back().position;
  Depth depth;
  Lexer lexer(text_, diagnostic_);
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    if (before(token.position, start)) continue;
    if (token.kind == TokenKind::kFunc && token.position.column == 1) {
      if (unit == Unit::kStatement) return false;
      if (token.position.line >= error.line && token.position != start) {
        return resume_at(lexer, token);
      }
    }
    if (unit == Unit::kStatement && depth.braces == 0 && ends_list(token.kind)) {
      return resume_at(lexer, token);
    }
    depth.count(token.kind);
    const bool is_line_end = token.kind == TokenKind::kSemicolon && token.text.empty();
    if (!is_line_end || before(token.position, error) || depth.braces > 0) continue;
    // When the error is at the line's end, a parenthesis is probably not closed; then stop here.
    if (depth.parentheses <= 0 || token.position == error) return resume_at(lexer, token);
  }
  return false;
}

// Goes on at `token`, which `lexer` has just returned. A line end is skipped.
bool Parser::resume_at(const Lexer& lexer, const Token& token) {
  failed_ = false;
  lexer_ = lexer;
  token_ = token;
  accept(TokenKind::kSemicolon);
  return true;
}

// ---- The file ----

Nest* Parser::nest() {
  if (text_.size() > kMaxTextBytes) {
    fail({1, 1}, "the text has more than 65536 bytes, the most that a nest has");
    return nullptr;
  }
  advance();
  Nest* nest = arena_.make<Nest>();
  head(*nest);
  Position start = token_.position;
  if (at(TokenKind::kImport)) import(*nest);
  if (failed_) resume_after(start, Unit::kFunction);
  std::vector<Function*> functions;
  while (!at(TokenKind::kEnd)) {
    start = token_.position;
    functions.push_back(function());
    if (failed_) resume_after(start, Unit::kFunction);
  }
  nest->functions = arena_.copy(std::span<Function* const>(functions));
  const bool good = !failed_ && (errors_ == nullptr || errors_->empty());
  return good ? nest : nullptr;
}

// Reads everything up to the package clause. After an error before the clause, the parser can go on
// at the clause or at a //quake: line, so both are looked for again.
void Parser::head(Nest& nest) {
  bool is_again = true;
  while (is_again) {
    directives(nest);
    const Position start = token_.position;
    package_clause(nest);
    is_again = failed_;
    if (failed_) resume_after(start, Unit::kFunction);
    is_again = is_again && (at(TokenKind::kDirective) || at(TokenKind::kPackage));
  }
}

void Parser::directives(Nest& nest) {
  while (at(TokenKind::kDirective)) {
    directive(nest, token_);
    if (failed_) resume_after_line();
    advance();
  }
}

void Parser::package_clause(const Nest& nest) {
  std::string message;
  const bool are_good = errors_ == nullptr || errors_->empty();
  if (are_good && !finish_directives(nest.directives, message)) {
    fail(token_.position, std::move(message));
  }
  expect(TokenKind::kPackage, "package main");
  if (!at_name("main")) fail_expected("package main");
  advance();
  expect(TokenKind::kSemicolon, "the end of the line after package main");
}

// Reads the key=value pairs of one line; blanks separate them.
void Parser::directive(Nest& nest, const Token& line) {
  constexpr std::string_view kBlanks = " \t";
  constexpr std::string_view kPrefix = "//quake:";
  size_t start = line.text.find_first_not_of(kBlanks, kPrefix.size());
  if (start == std::string_view::npos) fail(line.position, "expected key=value after //quake:");
  while (!failed_ && start != std::string_view::npos) {
    const size_t end = std::min(line.text.find_first_of(kBlanks, start), line.text.size());
    const std::string_view pair = line.text.substr(start, end - start);
    const size_t equals = pair.find('=');
    std::string message = "expected key=value, found " + std::string(pair);
    const Position position{line.position.line,
                            line.position.column + static_cast<uint32_t>(start)};
    if (equals == std::string_view::npos ||
        !set_directive(nest.directives, pair.substr(0, equals), pair.substr(equals + 1), arena_,
                       message)) {
      fail(position, std::move(message));
    }
    start = line.text.find_first_not_of(kBlanks, end);
  }
}

void Parser::import(Nest& nest) {
  nest.imports_runtime = true;
  nest.import_position = token_.position;
  advance();
  if (!at(TokenKind::kString) || token_.text != "\"runtime\"") fail_import();
  advance();
  expect(TokenKind::kSemicolon, "the end of the line after the import");
  if (at(TokenKind::kImport)) fail_import();
}

// Fails at a token that does not belong to the import of "runtime".
void Parser::fail_import() {
  const Token path = at(TokenKind::kImport) ? token_after() : token_;
  if (path.kind == TokenKind::kString && path.text != "\"runtime\"") {
    const std::string package = without_quotes(path.text);
    return fail(token_.position, "the only import is \"runtime\", so not " + package + "; " +
                                     std::string(instead_of_package(package)));
  }
  fail(token_.position, "the only import is \"runtime\", once, without parentheses or a name");
}

// Fails at a token that does not start a function.
void Parser::fail_top_level() {
  if (at(TokenKind::kVar)) {
    return fail(token_.position,
                "a global variable, but nothing else than functions stands at the top level; "
                "declare it in a function, and pass its value, its address or a channel");
  }
  if (at(TokenKind::kImport)) return fail_import();
  fail_expected("a function; nothing else stands at the top level");
}

Function* Parser::function() {
  Function* function = arena_.make<Function>();
  if (!accept(TokenKind::kFunc)) fail_top_level();
  function->position = token_.position;
  if (at(TokenKind::kLeftParenthesis)) {
    fail(token_.position,
         "methods are not in the language; write a function that takes a *node as a parameter");
  }
  function->name = name("the function's name");
  if (at(TokenKind::kLeftBracket)) {
    fail(token_.position, "type parameters are not in the language; name the types");
  }
  signature(*function);
  function_body(*function);
  if (!at(TokenKind::kEnd)) {
    expect(TokenKind::kSemicolon, "the end of the line after the function's body");
  }
  return function;
}

void Parser::signature(Function& function) {
  function.parameters = parameters();
  if (!at(TokenKind::kLeftBrace)) function.result = result();
}

std::span<Variable*> Parser::parameters() {
  const size_t first = parameters_.size();
  expect(TokenKind::kLeftParenthesis, "( and the parameters");
  while (!failed_ && !at(TokenKind::kRightParenthesis)) {
    parameters_.push_back(variable(VariableKind::kParameter));
    if (!accept(TokenKind::kComma)) break;
  }
  expect(TokenKind::kRightParenthesis, ") after the parameters");
  return take_list(parameters_, first);
}

Variable* Parser::result() {
  if (at(TokenKind::kSemicolon) || at(TokenKind::kEnd)) {
    fail_expected("a result or { on the line of func");
  }
  if (!accept(TokenKind::kLeftParenthesis)) {
    Variable* result = arena_.make<Variable>();
    result->kind = VariableKind::kResult;
    result->position = token_.position;
    result->type = type();
    return result;
  }
  if (!at(TokenKind::kName)) fail_unnamed_result();
  Variable* result = variable(VariableKind::kResult);
  if (at(TokenKind::kComma)) fail(token_.position, std::string(kOneResult));
  expect(TokenKind::kRightParenthesis, ") after the result");
  return result;
}

// Fails in the parentheses of a result, at a type where a name is expected, or behind that type.
void Parser::fail_unnamed_result() {
  Lexer ahead = lexer_;
  Token token = token_;
  while (token.kind != TokenKind::kEnd && token.kind != TokenKind::kLeftBrace &&
         token.kind != TokenKind::kComma) {
    token = ahead.next();
  }
  fail(
      token_.position,
      token.kind == TokenKind::kComma
          ? std::string(kOneResult)
          : "a result in parentheses has a name; without one write func f() int or func f() *node");
}

// Reads a name and its type.
Variable* Parser::variable(VariableKind kind) {
  Variable* variable = arena_.make<Variable>();
  variable->kind = kind;
  variable->position = token_.position;
  variable->name = name("a name and a type");
  if (at(TokenKind::kComma) || at(TokenKind::kRightParenthesis)) {
    if (kind == VariableKind::kResult) fail_unnamed_result();
    fail(token_.position, "expected a type; each parameter has a name and a type of its own");
  }
  if (at(TokenKind::kDot)) {
    fail(token_.position,
         "expected a type; there are no variadic parameters: pass an array, [N]int");
  }
  variable->type = type();
  return variable;
}

// ---- Types ----

Type Parser::type() {
  if (accept(TokenKind::kLeftBracket)) return array_type();
  if (accept(TokenKind::kMultiply)) return pointer_type();
  if (accept(TokenKind::kFunc)) return function_type();
  if (accept(TokenKind::kChan)) return channel_type();
  TypeKind kind = TypeKind::kNone;
  if (at_name("int")) kind = TypeKind::kInt;
  if (at_name("any")) kind = TypeKind::kAny;
  if (kind == TypeKind::kNone) fail_type();
  advance();
  return {kind};
}

// Fails at a token that is no type, or no type of the language.
void Parser::fail_type() {
  constexpr std::string_view kTypes =
      "the types are int, [N]int, *int, *node, func(), any, chan int and chan *node";
  std::string message;
  if (at(TokenKind::kName) && !instead_of_type(token_.text).empty()) {
    message = std::string(token_.text) + " is no type of the language; " +
              std::string(instead_of_type(token_.text));
  } else if (at_name("node")) {
    message = "a node is held by its address; write *node";
  } else if (at(TokenKind::kName)) {
    message = std::string(token_.text) + " is no type of the language; " + std::string(kTypes);
  } else if (at(TokenKind::kArrow)) {
    message = "a channel type has no direction; write chan int or chan *node";
  } else {
    return fail_expected("a type; " + std::string(kTypes));
  }
  fail(token_.position, std::move(message));
}

Type Parser::array_type() {
  if (at(TokenKind::kRightBracket)) {
    fail(token_.position, "slices are not in the language; use an array, [N]int");
  }
  const Position position = token_.position;
  const uint64_t length = integer(kMaxArrayLength, "the array's length, a decimal from 1 to 1024");
  if (length == 0) fail(position, "an array has a length from 1 to 1024");
  expect(TokenKind::kRightBracket, "] after the array's length");
  if (!at_name("int")) fail_expected("int; the arrays are [N]int");
  advance();
  return {TypeKind::kArray, static_cast<uint16_t>(length)};
}

Type Parser::pointer_type() {
  TypeKind kind = TypeKind::kNone;
  if (at_name("int")) kind = TypeKind::kIntPointer;
  if (at_name("node")) kind = TypeKind::kNodePointer;
  if (kind == TypeKind::kNone) {
    fail_expected("int or node after *; the pointer types are *int and *node");
  }
  advance();
  return {kind};
}

Type Parser::function_type() {
  constexpr std::string_view kOnly = "func() alone; a func value has no parameters and no result";
  expect(TokenKind::kLeftParenthesis, kOnly);
  expect(TokenKind::kRightParenthesis, kOnly);
  if (at_name("int") || at_name("any") || at(TokenKind::kMultiply)) fail_expected(kOnly);
  return {TypeKind::kFunc};
}

Type Parser::channel_type() {
  constexpr std::string_view kOnly = "; the channel types are chan int and chan *node";
  if (accept(TokenKind::kMultiply)) {
    if (!at_name("node")) {
      fail(token_.position, "chan *" + std::string(token_.text) +
                                " is not in the language, for no address of a variable leaves its "
                                "goroutine" +
                                std::string(kOnly));
    }
    advance();
    return {TypeKind::kNodeChannel};
  }
  if (at(TokenKind::kArrow)) {
    fail(token_.position, "a channel type has no direction" + std::string(kOnly));
  }
  if (!at_name("int")) fail_expected("int or *node after chan" + std::string(kOnly));
  advance();
  return {TypeKind::kIntChannel};
}

// Reads the decimal at the token; `what` names it together with its range.
uint64_t Parser::integer(uint64_t maximum, std::string_view what) {
  uint64_t value = 0;
  if (!at(TokenKind::kInteger)) {
    fail_expected(what);
    return 0;
  }
  const char* end = token_.text.data() + token_.text.size();
  const auto [rest, error] = std::from_chars(token_.text.data(), end, value);
  if (error != std::errc() || value > maximum) {
    fail_expected(what);
    return 0;
  }
  advance();
  return value;
}

Nest* parse(std::string_view text, Arena& arena, Diagnostic& diagnostic) {
  return Parser(text, arena, diagnostic).nest();
}

}  // namespace stackquake
