#include "harness/language/printer.h"

#include <algorithm>

#include "harness/language/directives.h"
#include "harness/language/language.h"
#include "harness/language/spelling.h"

namespace stackquake {

void Printer::line() {
  out_ += '\n';
  out_.append(indentation_, '\t');
}

void Printer::nest(const Nest& nest) {
  const size_t start = out_.size();
  print_directives(nest.directives, out_);
  if (out_.size() > start) out_ += '\n';
  out_ += "package main\n";
  if (nest.imports_runtime) out_ += "\nimport \"runtime\"\n";
  for (const Function* function : nest.functions) {
    out_ += "\nfunc ";
    out_ += function->name;
    signature(*function);
    function_body(function->body);
    out_ += '\n';
  }
}

void Printer::signature(const Function& function) {
  std::string_view separator = "(";
  if (function.parameters.empty()) out_ += separator;
  for (const Variable* parameter : function.parameters) {
    out_ += separator;
    out_ += parameter->name;
    out_ += ' ';
    out_ += spelling(parameter->type);
    separator = ", ";
  }
  out_ += ") ";
  if (function.result == nullptr) return;
  const std::string_view name = function.result->name;
  if (!name.empty()) {
    out_ += '(';
    out_ += name;
    out_ += ' ';
  }
  out_ += spelling(function.result->type);
  out_ += name.empty() ? " " : ") ";
}

void Printer::function_body(const Block& body) {
  if (body.statements.empty()) {
    out_ += "{}";
  } else {
    block(body);
  }
}

void Printer::block(const Block& block) {
  out_ += '{';
  statements(block);
  line();
  out_ += '}';
}

void Printer::statements(const Block& block) {
  const bool in_header = in_header_;
  in_header_ = false;
  ++indentation_;
  for (const Statement* one : block.statements) {
    line();
    statement(*one);
  }
  --indentation_;
  in_header_ = in_header;
}

// ---- Statements ----

void Printer::statement(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kDeclare:
      return declaration(statement);
    case StatementKind::kAssign:
      return assignment(statement);
    case StatementKind::kOperate:
      return operation(statement);
    case StatementKind::kExpression:
      return expression(*statement.value);
    case StatementKind::kDefer:
      out_ += "defer ";
      return expression(*statement.value);
    case StatementKind::kGo:
      out_ += "go ";
      return expression(*statement.value);
    case StatementKind::kIf:
      return conditional(statement);
    case StatementKind::kFor:
      return loop(statement);
    case StatementKind::kReturn:
      out_ += "return";
      if (statement.value == nullptr) return;
      out_ += ' ';
      return expression(*statement.value);
    case StatementKind::kBlock:
      return block(statement.body);
    case StatementKind::kSend:
      expression(*statement.target);
      out_ += " <- ";
      return expression(*statement.value);
    case StatementKind::kSelect:
      return select(statement);
  }
}

void Printer::declaration(const Statement& statement) {
  const Variable& variable = *statement.variable;
  if (statement.long_form) {
    out_ += "var ";
    out_ += variable.name;
    out_ += ' ';
    out_ += spelling(variable.type);
    if (statement.value != nullptr) out_ += " = ";
  } else {
    out_ += variable.name;
    out_ += " := ";
  }
  if (statement.value != nullptr) expression(*statement.value);
}

void Printer::assignment(const Statement& statement) {
  if (statement.target == nullptr) {
    out_ += '_';
  } else {
    expression(*statement.target);
  }
  out_ += " = ";
  expression(*statement.value);
}

void Printer::operation(const Statement& statement) {
  const std::string_view sign = spelling(statement.operation);
  expression(*statement.target);
  if (statement.value == nullptr) {
    out_ += sign;
    out_ += sign;
    return;
  }
  out_ += ' ';
  out_ += sign;
  out_ += "= ";
  expression(*statement.value);
}

void Printer::header(const Expression& condition) {
  in_header_ = true;
  expression(condition);
  in_header_ = false;
}

void Printer::conditional(const Statement& statement) {
  out_ += "if ";
  header(*statement.value);
  out_ += ' ';
  block(statement.body);
  if (statement.otherwise == nullptr) return;
  out_ += " else ";
  this->statement(*statement.otherwise);
}

void Printer::loop(const Statement& statement) {
  const std::string_view counter = statement.variable->name;
  out_ += "for ";
  out_ += counter;
  out_ += " := ";
  header(*statement.value);
  out_ += "; ";
  // The tree holds only the right operand of the loop's comparison, so build the whole one.
  Expression left;
  left.kind = ExpressionKind::kVariable;
  left.name = counter;
  Expression comparison;
  comparison.kind = ExpressionKind::kBinary;
  comparison.operation = Operation::kLess;
  comparison.left = &left;
  comparison.right = statement.limit;
  header(comparison);
  out_ += "; ";
  out_ += counter;
  out_ += "++ ";
  block(statement.body);
}

void Printer::select(const Statement& statement) {
  out_ += "select {";
  for (const SelectCase& one : statement.cases) {
    line();
    communication(one);
    out_ += ':';
    statements(one.body);
  }
  line();
  out_ += '}';
}

void Printer::communication(const SelectCase& select_case) {
  if (select_case.kind == CaseKind::kDefault) {
    out_ += "default";
    return;
  }
  out_ += "case ";
  if (select_case.kind == CaseKind::kSend) {
    expression(*select_case.channel);
    out_ += " <- ";
    return expression(*select_case.value);
  }
  if (select_case.target != nullptr) {
    expression(*select_case.target);
    out_ += " = ";
  }
  out_ += "<-";
  expression(*select_case.channel);
}

// ---- Expressions ----

void Printer::expression(const Expression& expression, int depth) {
  switch (expression.kind) {
    case ExpressionKind::kLiteral:
      out_ += std::to_string(expression.value);
      return;
    case ExpressionKind::kNil:
      out_ += "nil";
      return;
    case ExpressionKind::kVariable:
      out_ += expression.name;
      return;
    case ExpressionKind::kIndex:
      this->expression(*expression.left);
      out_ += '[';
      this->expression(*expression.right, depth + 1);
      out_ += ']';
      return;
    case ExpressionKind::kDereference:
      out_ += '*';
      return this->expression(*expression.left);
    case ExpressionKind::kSelector:
      this->expression(*expression.left);
      out_ += '.';
      out_ += spelling(expression.field);
      return;
    case ExpressionKind::kAddress:
      out_ += '&';
      return this->expression(*expression.left, depth);
    case ExpressionKind::kNode:
      return node(expression);
    case ExpressionKind::kBinary:
      return binary(expression, depth);
    case ExpressionKind::kNot:
      out_ += '!';
      return operand(expression, *expression.left, depth);
    case ExpressionKind::kFunctionLiteral:
      out_ += "func";
      signature(*expression.function);
      return function_body(expression.function->body);
    case ExpressionKind::kCall:
      this->expression(*expression.left);
      return arguments(expression.arguments, depth);
    case ExpressionKind::kBuiltinCall:
      out_ += spelling(expression.builtin);
      return arguments(expression.arguments, depth);
    case ExpressionKind::kMake:
      return make(expression);
    case ExpressionKind::kReceive:
      out_ += "<-";
      return this->expression(*expression.left);
  }
}

namespace {

// The facts on which gofmt's blanks in a binary expression depend, down to the next parentheses.
struct Precedences {
  bool sums = false;      // has operators of precedence 4
  bool products = false;  // has operators of precedence 5
  // The highest precedence at which two adjacent characters would read as one token without blanks;
  // 0 if there is none.
  int ambiguous = 0;
};

// The precedence of `operation` when it and `operand`, written without a blank between them, would
// read as another token: / *p, - -5, & &x. Otherwise 0.
int ambiguous_precedence(Operation operation, const Expression& operand) {
  if (operation == Operation::kDivide && operand.kind == ExpressionKind::kDereference) return 5;
  const bool ampersand =
      operand.kind == ExpressionKind::kAddress || operand.kind == ExpressionKind::kNode;
  if (operation == Operation::kAnd && ampersand) return 5;
  const bool minus = operand.kind == ExpressionKind::kLiteral && operand.value < 0;
  return operation == Operation::kSubtract && minus ? 4 : 0;
}

void collect_precedences(const Expression& expression, Precedences& found) {
  const int own = precedence(expression.operation);
  found.sums = found.sums || own == 4;
  found.products = found.products || own == 5;
  found.ambiguous =
      std::max(found.ambiguous, ambiguous_precedence(expression.operation, *expression.right));
  for (const Expression* operand : {expression.left, expression.right}) {
    if (operand->kind == ExpressionKind::kBinary && !needs_parentheses(expression, *operand)) {
      collect_precedences(*operand, found);
    }
  }
}

// Operators of the returned precedence and above are written without blanks.
int cutoff(const Expression& expression, int depth) {
  Precedences found;
  collect_precedences(expression, found);
  if (found.ambiguous > 0) return found.ambiguous + 1;
  if (depth > 1) return 4;
  return found.sums && found.products ? 5 : 6;
}

bool has_precedence(const Expression& expression, int wanted) {
  return expression.kind == ExpressionKind::kBinary && precedence(expression.operation) == wanted;
}

}  // namespace

void Printer::binary(const Expression& expression, int depth) {
  const int own = precedence(expression.operation);
  const bool blanks = own < cutoff(expression, depth);
  operand(expression, *expression.left, has_precedence(*expression.left, own) ? depth : depth + 1);
  if (blanks) out_ += ' ';
  out_ += spelling(expression.operation);
  if (blanks) out_ += ' ';
  const size_t right = out_.size();
  operand(expression, *expression.right, depth + 1);
  // A product may start with a minus, which collect_precedences does not look for: x- -5*y.
  if (out_[right - 1] == '-' && out_[right] == '-') out_.insert(right, 1, ' ');
}

// Prints an operand in its parentheses. Parentheses undo one level of depth.
void Printer::operand(const Expression& parent, const Expression& operand, int depth) {
  const bool in_header = in_header_;
  const bool parentheses =
      needs_parentheses(parent, operand) || (in_header && operand.kind == ExpressionKind::kNode);
  if (!parentheses) return expression(operand, depth);
  in_header_ = false;
  out_ += '(';
  expression(operand, std::max(1, depth - 1));
  out_ += ')';
  in_header_ = in_header;
}

void Printer::arguments(std::span<Expression* const> arguments, int depth) {
  std::string_view separator = "(";
  if (arguments.empty()) out_ += separator;
  for (const Expression* argument : arguments) {
    out_ += separator;
    expression(*argument, arguments.size() > 1 ? depth + 1 : depth);
    separator = ", ";
  }
  out_ += ')';
}

void Printer::node(const Expression& expression) {
  std::string_view separator;
  out_ += "&node{";
  for (size_t i = 0; i < expression.fields.size(); ++i) {
    out_ += separator;
    out_ += spelling(expression.fields[i]);
    out_ += ": ";
    this->expression(*expression.arguments[i]);
    separator = ", ";
  }
  out_ += '}';
}

void Printer::make(const Expression& expression) {
  out_ += "make(";
  out_ += spelling(expression.type);
  if (expression.value >= 0) {
    out_ += ", ";
    out_ += std::to_string(expression.value);
  }
  out_ += ')';
}

void print(const Nest& nest, std::string& out) {
  Printer(out).nest(nest);
}

}  // namespace stackquake
