#include <string>

#include "harness/language/parser.h"

namespace stackquake {

Statement* Parser::make_statement(StatementKind kind) {
  Statement* statement = arena_.make<Statement>();
  statement->kind = kind;
  statement->position = token_.position;
  return statement;
}

void Parser::function_body(Function& function) {
  if (!at(TokenKind::kLeftBrace)) fail_expected("{ and the function's body");
  function.body = block();
  function.end = end_of_block_;
}

// Reads { … }.
Block Parser::block() {
  if (++blocks_ > kMaxNesting) {
    fail(token_.position, "blocks nest at most 64 deep, a function's body being 1");
  }
  expect(TokenKind::kLeftBrace, "{");
  const Block block = statements();
  end_of_block_ = token_.position;
  expect(TokenKind::kRightBrace, "a statement or }");
  --blocks_;
  return block;
}

// Reads statements up to the end of a block or of a select case.
Block Parser::statements() {
  const size_t first = statements_.size();
  while (!failed_ && !at(TokenKind::kRightBrace) && !at(TokenKind::kCase) &&
         !at(TokenKind::kDefault)) {
    const Position start = token_.position;
    statements_.push_back(statement());
    end_of_statement();
    if (failed_) resume_after(start, Unit::kStatement);
  }
  return {take_list(statements_, first)};
}

void Parser::end_of_statement() {
  if (accept(TokenKind::kSemicolon) || at(TokenKind::kRightBrace)) return;
  fail_end_of_statement();
}

// Fails at a token that cannot follow the statement before it.
void Parser::fail_end_of_statement() {
  switch (token_.kind) {
    case TokenKind::kComma:
      return fail(token_.position, "a second value; a statement has one name and one value");
    case TokenKind::kColon:
      return fail(token_.position, "labels are not in the language; write if, for and calls");
    case TokenKind::kIncrement:
    case TokenKind::kDecrement:
    case TokenKind::kAssign:
    case TokenKind::kDeclare:
    case TokenKind::kAddAssign:
    case TokenKind::kSubtractAssign:
      return fail(token_.position, "a statement with " + std::string(token_.text) +
                                       " has no value; write it on a line of its own");
    default:
      return fail_expected("the end of the statement");
  }
}

// Fails at the comma of a list on the left of := or =.
void Parser::fail_list() {
  Lexer ahead = lexer_;
  Token token = token_;
  const auto is_over = [&] {
    return token.kind == TokenKind::kSemicolon || token.kind == TokenKind::kEnd ||
           token.kind == TokenKind::kError;
  };
  const auto assigns = [&] {
    return token.kind == TokenKind::kDeclare || token.kind == TokenKind::kAssign;
  };
  while (!is_over() && !assigns()) token = ahead.next();
  std::string message = "a list of variables; declare or assign one in each statement";
  if (assigns() && ahead.next().kind == TokenKind::kArrow) {
    message += "; a receive gives one value, which is 0 or nil when the channel is closed";
  } else if (token.kind == TokenKind::kAssign) {
    message += ", and swap two by way of a third";
  }
  fail(token_.position, std::move(message));
}

Statement* Parser::statement() {
  switch (token_.kind) {
    case TokenKind::kVar:
      return variable_declaration();
    case TokenKind::kDefer:
      return call_statement(StatementKind::kDefer);
    case TokenKind::kGo:
      return call_statement(StatementKind::kGo);
    case TokenKind::kIf:
      return if_statement();
    case TokenKind::kFor:
      return for_statement();
    case TokenKind::kReturn:
      return return_statement();
    case TokenKind::kSelect:
      return select_statement();
    case TokenKind::kLeftBrace: {
      Statement* statement = make_statement(StatementKind::kBlock);
      statement->body = block();
      return statement;
    }
    case TokenKind::kElse:
      fail(token_.position,
           "expected a statement or }, found else; it stands on the line of the } before it");
      return make_statement(StatementKind::kBlock);
    case TokenKind::kForeign:
    case TokenKind::kSemicolon:
    case TokenKind::kEnd:
      fail_expected("a statement or }");
      return make_statement(StatementKind::kBlock);
    default:
      return at_name("_") ? blank_assignment() : simple_statement();
  }
}

// Reads a statement that starts with an expression.
Statement* Parser::simple_statement() {
  Statement* statement = make_statement(StatementKind::kExpression);
  Expression* first = expression();
  switch (token_.kind) {
    case TokenKind::kDeclare:
      return short_declaration(statement, *first);
    case TokenKind::kAssign:
      check_assignable(*first);
      advance();
      statement->kind = StatementKind::kAssign;
      statement->target = first;
      statement->value = expression();
      return statement;
    case TokenKind::kIncrement:
    case TokenKind::kAddAssign:
      statement->target = first;
      return operate(statement, Operation::kAdd, at(TokenKind::kIncrement));
    case TokenKind::kDecrement:
    case TokenKind::kSubtractAssign:
      statement->target = first;
      return operate(statement, Operation::kSubtract, at(TokenKind::kDecrement));
    case TokenKind::kArrow:
      if (first->kind != ExpressionKind::kVariable) {
        fail(first->position, "only a variable may stand before <-");
      }
      advance();
      statement->kind = StatementKind::kSend;
      statement->target = first;
      statement->value = expression();
      return statement;
    case TokenKind::kComma:
      fail_list();
      break;
    default:
      statement->value = first;
      break;
  }
  if (!at(TokenKind::kSemicolon) && !at(TokenKind::kRightBrace)) end_of_statement();
  if (first->kind != ExpressionKind::kCall && first->kind != ExpressionKind::kBuiltinCall &&
      first->kind != ExpressionKind::kReceive) {
    fail(first->position, "this value is not used; only a call or a receive may stand alone");
  }
  return statement;
}

void Parser::check_assignable(const Expression& target) {
  switch (target.kind) {
    case ExpressionKind::kVariable:
    case ExpressionKind::kIndex:
    case ExpressionKind::kDereference:
    case ExpressionKind::kSelector:
      return;
    default:
      fail(target.position,
           "this cannot be assigned to; variables, *p, a[i], n.val, n.next, n.peer and _ can");
  }
}

Statement* Parser::operate(Statement* statement, Operation operation, bool by_one) {
  if (statement->target->kind != ExpressionKind::kVariable) {
    fail(statement->target->position, "++, --, += and -= stand after a variable; write x = x + e");
  }
  advance();
  statement->kind = StatementKind::kOperate;
  statement->operation = operation;
  if (!by_one) statement->value = expression();
  return statement;
}

Statement* Parser::blank_assignment() {
  Statement* statement = make_statement(StatementKind::kAssign);
  advance();
  if (at(TokenKind::kComma)) fail_list();
  expect(TokenKind::kAssign, "= after _");
  statement->value = expression();
  return statement;
}

// Reads var x T [= e].
Statement* Parser::variable_declaration() {
  Statement* statement = make_statement(StatementKind::kDeclare);
  advance();
  statement->long_form = true;
  statement->variable = arena_.make<Variable>();
  statement->variable->position = token_.position;
  statement->variable->name = name("a name; variables are declared one at a time");
  if (at(TokenKind::kComma)) fail(token_.position, "variables are declared one at a time");
  if (at(TokenKind::kAssign)) fail(token_.position, "expected a type; write var x T = e or x := e");
  statement->variable->type = type();
  if (accept(TokenKind::kAssign)) statement->value = expression();
  return statement;
}

// Reads x := e, from the operator on.
Statement* Parser::short_declaration(Statement* statement, const Expression& name) {
  if (name.kind != ExpressionKind::kVariable) {
    fail(name.position, "only a name may stand before :=; write = to assign");
  }
  advance();
  statement->kind = StatementKind::kDeclare;
  statement->variable = arena_.make<Variable>();
  statement->variable->position = name.position;
  statement->variable->name = name.name;
  statement->value = expression();
  return statement;
}

Statement* Parser::call_statement(StatementKind kind) {
  Statement* statement = make_statement(kind);
  const std::string keyword(token_.text);
  advance();
  if (at(TokenKind::kLeftParenthesis)) {
    fail(token_.position, "the call after " + keyword + " stands without parentheses");
  }
  statement->value = expression();
  if (statement->value->kind == ExpressionKind::kFunctionLiteral) {
    fail(statement->value->position,
         keyword + " takes a call; write () behind the literal's closing brace");
  }
  if (statement->value->kind != ExpressionKind::kCall &&
      statement->value->kind != ExpressionKind::kBuiltinCall) {
    fail(statement->value->position, keyword + " takes a call, as in " + keyword + " f()");
  }
  return statement;
}

Statement* Parser::if_statement() {
  Statement* statement = make_statement(StatementKind::kIf);
  advance();
  statement->value = header_expression();
  if (at(TokenKind::kSemicolon) || at(TokenKind::kDeclare) || at(TokenKind::kAssign)) {
    fail(token_.position,
         "expected { after the condition; an if has nothing but a condition: declare and assign "
         "in a statement before it");
  }
  statement->body = block();
  if (accept(TokenKind::kElse)) statement->otherwise = otherwise();
  return statement;
}

// Reads what follows `else`. In Go each `if` of a chain stands in the block of the one before it,
// so each counts as one level of nesting.
Statement* Parser::otherwise() {
  if (!at(TokenKind::kIf)) {
    Statement* statement = make_statement(StatementKind::kBlock);
    statement->body = block();
    return statement;
  }
  if (++blocks_ > kMaxNesting) {
    fail(token_.position, "else if nests at most 64 deep, each counting as a block");
  }
  Statement* statement = if_statement();
  --blocks_;
  return statement;
}

// Reads for i := A; i < B; i++ { … }.
Statement* Parser::for_statement() {
  constexpr std::string_view kForm = "for i := A; i < B; i++, the only loop";
  Statement* statement = make_statement(StatementKind::kFor);
  advance();
  statement->variable = arena_.make<Variable>();
  Variable& counter = *statement->variable;
  counter.kind = VariableKind::kCounter;
  counter.position = token_.position;
  counter.name = name(kForm);
  expect(TokenKind::kDeclare, kForm);
  statement->value = header_expression();
  if (token_.text != ";") fail_expected("; in " + std::string(kForm));
  advance();
  if (!at_name(counter.name)) fail_expected("the counter in " + std::string(kForm));
  advance();
  expect(TokenKind::kLess, "< in " + std::string(kForm));
  statement->limit = header_expression(4);
  if (token_.text != ";") fail_expected("; in " + std::string(kForm));
  advance();
  if (!at_name(counter.name)) fail_expected("the counter in " + std::string(kForm));
  advance();
  expect(TokenKind::kIncrement, "++ in " + std::string(kForm));
  statement->body = block();
  return statement;
}

Statement* Parser::return_statement() {
  Statement* statement = make_statement(StatementKind::kReturn);
  advance();
  if (!at(TokenKind::kSemicolon) && !at(TokenKind::kRightBrace)) statement->value = expression();
  if (at(TokenKind::kComma)) {
    fail(token_.position,
         "a return has one value, as a function has one result; give others back through a *int "
         "parameter");
  }
  return statement;
}

Statement* Parser::select_statement() {
  Statement* statement = make_statement(StatementKind::kSelect);
  advance();
  if (++blocks_ > kMaxNesting) {
    fail(statement->position, "blocks nest at most 64 deep, a function's body being 1");
  }
  expect(TokenKind::kLeftBrace, "{ after select");
  const size_t first = cases_.size();
  while (!failed_ && !at(TokenKind::kRightBrace)) cases_.push_back(select_case());
  expect(TokenKind::kRightBrace, "}");
  statement->cases = take_list(cases_, first);
  --blocks_;
  return statement;
}

SelectCase Parser::select_case() {
  SelectCase select_case;
  select_case.position = token_.position;
  if (!accept(TokenKind::kDefault)) {
    expect(TokenKind::kCase, "case, default or }");
    communication(select_case);
  }
  expect(TokenKind::kColon, ": after the case");
  select_case.body = statements();
  return select_case;
}

// Reads ch <- e, <-ch or x = <-ch.
void Parser::communication(SelectCase& select_case) {
  Expression* first = expression();
  select_case.kind = CaseKind::kReceive;
  if (first->kind == ExpressionKind::kReceive) {
    select_case.channel = first->left;
    return;
  }
  if (first->kind != ExpressionKind::kVariable) {
    fail(first->position, "a case is ch <- e, <-ch or x = <-ch, where ch and x are variables");
  }
  if (accept(TokenKind::kArrow)) {
    select_case.kind = CaseKind::kSend;
    select_case.channel = first;
    select_case.value = expression();
    return;
  }
  if (at(TokenKind::kDeclare)) {
    fail(token_.position,
         "a case declares nothing; declare the variable at the top of the function's body, and "
         "write case x = <-ch");
  }
  if (at(TokenKind::kComma)) fail_list();
  expect(TokenKind::kAssign, "ch <- e, <-ch or x = <-ch");
  select_case.target = first;
  if (!at(TokenKind::kArrow)) fail_expected("<- and a channel");
  select_case.channel = receive()->left;
}

}  // namespace stackquake
