#include "harness/language/parser.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "harness/language/language.h"

namespace stackquake {

Parser::Parser(std::string_view text, Arena& arena, Diagnostic& diagnostic)
    : text_(text), arena_(arena), diagnostic_(diagnostic), lexer_(text, diagnostic) {
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
  std::string found(token_.text);
  if (at(TokenKind::kEnd)) found = "the end of the text";
  if (at(TokenKind::kSemicolon) && found.empty()) found = "the end of the line";
  if (at(TokenKind::kForeign)) found += ", which is not in the language";
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

// ---- The file ----

Nest* Parser::nest() {
  if (text_.size() > kMaxTextBytes) {
    fail({1, 1},
         "the text has " + std::to_string(text_.size()) + " bytes; a nest has at most 65536");
    return nullptr;
  }
  advance();
  Nest* nest = arena_.make<Nest>();
  directives(*nest);
  expect(TokenKind::kPackage, "package main");
  if (!at_name("main")) fail_expected("package main");
  advance();
  expect(TokenKind::kSemicolon, "the end of the line after package main");
  if (at(TokenKind::kImport)) import(*nest);
  std::vector<Function*> functions;
  while (!at(TokenKind::kEnd)) functions.push_back(function());
  nest->functions = arena_.copy(std::span<Function* const>(functions));
  return failed_ ? nullptr : nest;
}

void Parser::directives(Nest& nest) {
  while (at(TokenKind::kDirective)) {
    directive(nest, token_);
    advance();
  }
  std::string message;
  if (!finish_directives(nest.directives, message)) fail(token_.position, std::move(message));
}

// The key=value pairs of one line, between blanks.
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
  if (!at(TokenKind::kString) || token_.text != "\"runtime\"") {
    fail_expected("\"runtime\", the only import");
  }
  advance();
  expect(TokenKind::kSemicolon, "the end of the line after the import");
  if (at(TokenKind::kImport)) fail(token_.position, "the only import is \"runtime\", once");
}

Function* Parser::function() {
  Function* function = arena_.make<Function>();
  expect(TokenKind::kFunc, "a function; nothing else stands at the top level");
  function->position = token_.position;
  if (at(TokenKind::kLeftParenthesis)) {
    fail(token_.position, "methods are not in the language; write a function with a name");
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
  Variable* result = variable(VariableKind::kResult);
  if (at(TokenKind::kComma)) fail(token_.position, "a function has at most one result");
  expect(TokenKind::kRightParenthesis, ") after the result");
  return result;
}

// A name and its type.
Variable* Parser::variable(VariableKind kind) {
  Variable* variable = arena_.make<Variable>();
  variable->kind = kind;
  variable->position = token_.position;
  variable->name = name("a name and a type");
  if (at(TokenKind::kComma) || at(TokenKind::kRightParenthesis)) {
    fail(token_.position,
         "expected a type; each parameter has a name and a type of its own, and so "
         "has a result in parentheses");
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
  if (kind == TypeKind::kNone) {
    fail_expected("a type: int, [N]int, *int, *node, func(), any, chan int or chan *node");
  }
  advance();
  return {kind};
}

Type Parser::array_type() {
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
  if (kind == TypeKind::kNone) fail_expected("int or node; the pointers are *int and *node");
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
  constexpr std::string_view kOnly = "chan int or chan *node, the channel types";
  if (accept(TokenKind::kMultiply)) {
    if (!at_name("node")) fail_expected(kOnly);
    advance();
    return {TypeKind::kNodeChannel};
  }
  if (!at_name("int")) fail_expected(kOnly);
  advance();
  return {TypeKind::kIntChannel};
}

// The decimal at the token; `what` names it with its range.
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
