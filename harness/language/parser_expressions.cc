#include <algorithm>
#include <limits>
#include <optional>

#include "harness/language/foreign.h"
#include "harness/language/parser.h"
#include "harness/language/spelling.h"

namespace stackquake {
namespace {

Operation binary_operation(TokenKind kind) {
  if (kind < TokenKind::kAdd) return Operation::kNone;
  static_assert(static_cast<int>(TokenKind::kLogicalOr) - static_cast<int>(TokenKind::kAdd) ==
                static_cast<int>(Operation::kLogicalOr) - static_cast<int>(Operation::kAdd));
  return static_cast<Operation>(static_cast<int>(kind) - static_cast<int>(TokenKind::kAdd) +
                                static_cast<int>(Operation::kAdd));
}

std::optional<Builtin> builtin_named(std::string_view name) {
  size_t index = 0;
#define STACKQUAKE_BUILTIN(enumerator, spelling, parameters, result, deferrable) \
  if (name == (spelling)) return static_cast<Builtin>(index);                    \
  ++index;
#include "harness/language/builtins.def"
#undef STACKQUAKE_BUILTIN
  return std::nullopt;
}

bool is_field(std::string_view name) {
  return std::any_of(std::begin(kFields), std::end(kFields),
                     [&](Field field) { return spelling(field) == name; });
}

}  // namespace

Expression* Parser::make_expression(ExpressionKind kind, Position position) {
  Expression* expression = arena_.make<Expression>();
  expression->kind = kind;
  expression->position = position;
  height_ = 1;
  return expression;
}

void Parser::raise_height(size_t height, Position position) {
  height_ = height;
  if (height_ > kMaxNesting) fail(position, "expressions nest at most 64 deep");
}

// Reads operators of at least this precedence, and their operands.
Expression* Parser::expression(int lowest_precedence) {
  Expression* left = unary();
  for (;;) {
    const Operation operation = binary_operation(token_.kind);
    const int precedence = stackquake::precedence(operation);
    if (precedence < lowest_precedence) return left;
    const size_t left_height = height_;
    Expression* binary = make_expression(ExpressionKind::kBinary, token_.position);
    advance();
    binary->operation = operation;
    binary->left = left;
    binary->right = expression(precedence + 1);
    raise_height(std::max(left_height, height_) + 1, binary->position);
    left = binary;
  }
}

Expression* Parser::header_expression(int lowest_precedence) {
  in_header_ = true;
  Expression* parsed = expression(lowest_precedence);
  in_header_ = false;
  return parsed;
}

// Reads an expression in parentheses or brackets, or an argument.
Expression* Parser::nested_expression() {
  const bool in_header = in_header_;
  if (++open_ >= kMaxNesting) fail(token_.position, "expressions nest at most 64 deep");
  in_header_ = false;
  Expression* parsed = expression();
  in_header_ = in_header;
  --open_;
  return parsed;
}

Expression* Parser::unary() {
  switch (token_.kind) {
    case TokenKind::kName:
      return named();
    case TokenKind::kInteger:
      return literal(std::numeric_limits<int64_t>::max(), token_.position, false);
    case TokenKind::kSubtract:
      return negative();
    case TokenKind::kNot:
      return negation();
    case TokenKind::kMultiply:
      return dereference();
    case TokenKind::kAnd:
      return address();
    case TokenKind::kArrow:
      return receive();
    case TokenKind::kLeftParenthesis:
      return parenthesized();
    case TokenKind::kFunc:
      return function_literal();
    default:
      fail_expression();
      return make_expression(ExpressionKind::kNil, token_.position);
  }
}

// Fails at a token that starts no expression.
void Parser::fail_expression() {
  switch (token_.kind) {
    case TokenKind::kLeftBracket:
      return fail_composite_literal(token_.position);
    case TokenKind::kAdd:
      return fail(token_.position, "+ has a left operand; leave the sign out");
    case TokenKind::kXor:
      return fail(token_.position, "^ has a left operand; write -1 ^ x");
    case TokenKind::kIncrement:
    case TokenKind::kDecrement:
      return fail(token_.position, std::string(token_.text) + " stands after a variable: x" +
                                       std::string(token_.text) +
                                       ", a statement of its own without a value");
    default:
      return fail_expected("an expression");
  }
}

void Parser::fail_composite_literal(Position position) {
  fail(position,
       "the only literal with braces is &node{val: e, next: n, peer: m}; an array is declared, "
       "var a [N]int, and its elements are assigned");
}

Expression* Parser::literal(uint64_t magnitude_limit, Position position, bool negative) {
  Expression* literal = make_expression(ExpressionKind::kLiteral, position);
  const uint64_t magnitude = integer(magnitude_limit, "a decimal integer of 64 bits");
  literal->value = static_cast<int64_t>(negative ? -magnitude : magnitude);
  reject_operator_on_value();
  return literal;
}

Expression* Parser::negative() {
  const Position position = token_.position;
  advance();
  if (!at(TokenKind::kInteger))
    fail(position, "- without a left operand stands before a number; write 0 - x");
  return literal(uint64_t{1} << 63, position, true);
}

Expression* Parser::negation() {
  Expression* negation = make_expression(ExpressionKind::kNot, token_.position);
  advance();
  if (++open_ >= kMaxNesting) fail(negation->position, "expressions nest at most 64 deep");
  negation->left = unary();
  --open_;
  raise_height(height_ + 1, negation->position);
  return negation;
}

// Reads the variable that follows *, &, <- and their like.
Expression* Parser::variable_name() {
  Expression* variable = make_expression(ExpressionKind::kVariable, token_.position);
  variable->name = name("a variable");
  if (variable->name == "_") fail(variable->position, "_ stands only on the left of =");
  if (variable->name == "nil") fail(variable->position, "expected a variable, found nil");
  return variable;
}

Expression* Parser::dereference() {
  Expression* dereference = make_expression(ExpressionKind::kDereference, token_.position);
  advance();
  dereference->left = variable_name();
  height_ = 1;
  reject_operator_on_value();
  return dereference;
}

Expression* Parser::receive() {
  Expression* receive = make_expression(ExpressionKind::kReceive, token_.position);
  advance();
  receive->left = variable_name();
  height_ = 1;
  reject_operator_on_value();
  return receive;
}

// Reads &x, &a[i], &n.val or &node{…}.
Expression* Parser::address() {
  Expression* address = make_expression(ExpressionKind::kAddress, token_.position);
  advance();
  if (at_name("node")) return node(address->position);
  if (at(TokenKind::kLeftBracket)) fail_composite_literal(address->position);
  Expression* operand = variable_name();
  if (at(TokenKind::kLeftBracket))
    operand = index(operand);
  else if (at(TokenKind::kDot))
    operand = selector(operand);
  else if (at(TokenKind::kLeftBrace) && !in_header_)
    fail_composite_literal(address->position);
  if (operand->kind == ExpressionKind::kSelector && operand->field != Field::kVal) {
    fail(address->position, "of a node's fields only val has its address taken");
  }
  address->left = operand;
  raise_height(height_ + 1, address->position);
  reject_operator_on_value();
  return address;
}

// Reads &node{val: e, …}, from `node` on.
Expression* Parser::node(Position position) {
  Expression* node = make_expression(ExpressionKind::kNode, position);
  advance();
  if (in_header_) fail(position, "in a header &node{...} stands in parentheses");
  expect(TokenKind::kLeftBrace, "{ after &node");
  const size_t first = expressions_.size();
  Field fields[std::size(kFields)] = {};
  size_t count = 0;
  size_t height = 0;
  while (!failed_ && !at(TokenKind::kRightBrace)) {
    const Field key = field({fields, count});
    if (failed_) break;
    fields[count++] = key;
    expect(TokenKind::kColon, ": after the field");
    expressions_.push_back(nested_expression());
    height = std::max(height, height_);
    if (!accept(TokenKind::kComma)) break;
  }
  expect(TokenKind::kRightBrace, "}, or a comma and another field");
  node->arguments = take_list(expressions_, first);
  node->fields = arena_.copy(std::span<const Field>(fields, count));
  raise_height(height + 1, position);
  reject_operator_on_value();
  return node;
}

// Reads a field's name, which must not be among `before`.
Field Parser::field(std::span<const Field> before) {
  const Position position = token_.position;
  const std::string_view text = name("a field's name: val, next or peer");
  for (const Field field : kFields) {
    if (spelling(field) != text) continue;
    if (std::find(before.begin(), before.end(), field) != before.end()) {
      fail(position, "a field stands once in a node");
    }
    return field;
  }
  fail(position, "a node's fields are val, next and peer, each written with its name");
  return Field::kVal;
}

Expression* Parser::parenthesized() {
  const Position position = token_.position;
  advance();
  Expression* inner = nested_expression();
  expect(TokenKind::kRightParenthesis, ")");
  raise_height(height_ + 1, position);
  reject_operator_on_value();
  return inner;
}

// Reads an expression that starts with a name.
Expression* Parser::named() {
  const Position position = token_.position;
  const std::string_view name = token_.text;
  if (name == "nil") {
    advance();
    reject_operator_on_value();
    return make_expression(ExpressionKind::kNil, position);
  }
  if (name == "runtime") return runtime_call(position);
  Expression* variable = variable_name();
  switch (token_.kind) {
    case TokenKind::kLeftBracket:
      return index(variable);
    case TokenKind::kDot:
      return selector(variable);
    case TokenKind::kLeftParenthesis:
      break;
    case TokenKind::kLeftBrace:
      if (in_header_) return variable;
      if (name == "node") fail(position, "nodes are made with &node{...}");
      fail_composite_literal(position);
      return variable;
    default:
      return variable;
  }
  if (name == "make") return make_channel(position);
  const std::optional<Builtin> builtin = builtin_named(name);
  return builtin ? builtin_call(*builtin, position) : call(variable);
}

Expression* Parser::runtime_call(Position position) {
  advance();
  expect(TokenKind::kDot, ". after runtime");
  const std::optional<Builtin> builtin = builtin_named("runtime." + std::string(token_.text));
  if (!builtin) {
    fail_expected("Goexit, GC or Gosched after runtime.");
    return make_expression(ExpressionKind::kNil, position);
  }
  const std::string_view function = token_.text;
  advance();
  if (!at(TokenKind::kLeftParenthesis)) {
    const std::string name = "runtime." + std::string(function);
    fail(position,
         name + " is only called; where a func() is wanted write func() { " + name + "() }");
  }
  return builtin_call(*builtin, position);
}

Expression* Parser::builtin_call(Builtin builtin, Position position) {
  Expression* call = make_expression(ExpressionKind::kBuiltinCall, position);
  call->builtin = builtin;
  call->arguments = arguments();
  raise_height(height_ + 1, position);
  reject_operator_on_value();
  return call;
}

// Reads make(chan T[, K]), from the parenthesis on.
Expression* Parser::make_channel(Position position) {
  Expression* make = make_expression(ExpressionKind::kMake, position);
  advance();
  expect(TokenKind::kChan, "chan; only channels are made with make");
  make->type = channel_type();
  make->value = -1;
  if (accept(TokenKind::kComma) && !at(TokenKind::kRightParenthesis)) {
    make->value = static_cast<int64_t>(
        integer(kMaxChannelCapacity, "the channel's capacity, a decimal from 0 to 1024"));
    accept(TokenKind::kComma);
  }
  expect(TokenKind::kRightParenthesis, ") after the channel's type and capacity");
  reject_operator_on_value();
  return make;
}

// Reads a literal, or a call of one.
Expression* Parser::function_literal() {
  const Position position = token_.position;
  if (in_header_) fail(position, "a function literal does not stand in a header");
  advance();
  if (at(TokenKind::kName)) {
    fail(token_.position,
         "a function with a name stands at the top level, not in another function; if it does, a "
         "} is missing above");
  }
  Function* function = arena_.make<Function>();
  function->position = position;
  signature(*function);
  const size_t open = open_;
  open_ = 0;
  function_body(*function);
  open_ = open;
  Expression* literal = make_expression(ExpressionKind::kFunctionLiteral, position);
  literal->function = function;
  if (at(TokenKind::kLeftParenthesis)) return call(literal);
  reject_operator_on_value();
  return literal;
}

Expression* Parser::index(Expression* array) {
  Expression* index = make_expression(ExpressionKind::kIndex, array->position);
  advance();
  index->left = array;
  if (!at(TokenKind::kColon)) index->right = nested_expression();
  if (at(TokenKind::kColon)) {
    fail(token_.position, "slices are not in the language; take one element, or the whole array");
  }
  expect(TokenKind::kRightBracket, "] after the index");
  raise_height(height_ + 1, index->position);
  reject_operator_on_value();
  return index;
}

Expression* Parser::selector(Expression* object) {
  Expression* selector = make_expression(ExpressionKind::kSelector, object->position);
  advance();
  selector->left = object;
  if (!is_field(token_.text)) fail_selector(*object);
  selector->field = field({});
  height_ = 1;
  reject_operator_on_value();
  return selector;
}

// Fails at a token after the dot that is no field of a node.
void Parser::fail_selector(const Expression& object) {
  if (at(TokenKind::kLeftParenthesis)) {
    fail(token_.position,
         "type assertions are not in the language; code(x) tells the int that a panic carried");
  }
  if (!at(TokenKind::kName)) return;
  const std::string name = std::string(object.name) + "." + std::string(token_.text);
  if (is_known_package(object.name)) {
    fail(object.position,
         name + " is not in the language; " + std::string(instead_of_package(object.name)));
  } else if (token_after().kind == TokenKind::kLeftParenthesis) {
    fail(object.position, name +
                              " is not in the language: there are no methods and, but for "
                              "runtime, no packages; call a function of the program");
  }
}

Expression* Parser::call(Expression* callee) {
  Expression* call = make_expression(ExpressionKind::kCall, callee->position);
  call->left = callee;
  call->arguments = arguments();
  raise_height(height_ + 1, call->position);
  reject_operator_on_value();
  return call;
}

// Reads ( … ). Sets height_ to the height of the highest argument, or 0.
std::span<Expression*> Parser::arguments() {
  const size_t first = expressions_.size();
  size_t height = 0;
  expect(TokenKind::kLeftParenthesis, "( and the arguments");
  while (!failed_ && !at(TokenKind::kRightParenthesis)) {
    expressions_.push_back(nested_expression());
    height = std::max(height, height_);
    if (!accept(TokenKind::kComma)) break;
  }
  expect(TokenKind::kRightParenthesis, ") after the arguments");
  height_ = height;
  return take_list(expressions_, first);
}

// Fails when [, . or ( follows an expression that is not a plain name.
void Parser::reject_operator_on_value() {
  if (at(TokenKind::kLeftBracket) || at(TokenKind::kDot) || at(TokenKind::kLeftParenthesis)) {
    fail(token_.position, "only a name may stand before [, . and (; keep the value in a variable");
  }
}

}  // namespace stackquake
