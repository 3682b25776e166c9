#include "harness/language/builder.h"

#include "harness/language/spelling.h"
#include "harness/language/walk.h"

namespace stackquake {

Expression* Builder::make_expression(ExpressionKind kind) {
  auto* expression = arena_.make<Expression>();
  expression->kind = kind;
  return expression;
}

Statement* Builder::make_statement(StatementKind kind) {
  auto* statement = arena_.make<Statement>();
  statement->kind = kind;
  return statement;
}

// ---- Expressions ----

Expression* Builder::literal(int64_t value) {
  Expression* made = make_expression(ExpressionKind::kLiteral);
  made->value = value;
  return made;
}

Expression* Builder::nil() {
  return make_expression(ExpressionKind::kNil);
}

Expression* Builder::name(std::string_view name) {
  Expression* made = make_expression(ExpressionKind::kVariable);
  made->name = arena_.copy(name);
  return made;
}

Expression* Builder::index(Expression* array, Expression* index) {
  Expression* made = make_expression(ExpressionKind::kIndex);
  made->left = array;
  made->right = index;
  return made;
}

Expression* Builder::dereference(Expression* pointer) {
  Expression* made = make_expression(ExpressionKind::kDereference);
  made->left = pointer;
  return made;
}

Expression* Builder::selector(Expression* object, Field field) {
  Expression* made = make_expression(ExpressionKind::kSelector);
  made->left = object;
  made->field = field;
  return made;
}

Expression* Builder::address(Expression* place) {
  Expression* made = make_expression(ExpressionKind::kAddress);
  made->left = place;
  return made;
}

Expression* Builder::node(std::span<const Field> fields, Expressions values) {
  Expression* made = make_expression(ExpressionKind::kNode);
  made->fields = arena_.copy(fields);
  made->arguments = arena_.copy(values);
  return made;
}

Expression* Builder::binary(Operation operation, Expression* left, Expression* right) {
  Expression* made = make_expression(ExpressionKind::kBinary);
  made->operation = operation;
  made->left = left;
  made->right = right;
  return made;
}

Expression* Builder::logical_not(Expression* condition) {
  Expression* made = make_expression(ExpressionKind::kNot);
  made->left = condition;
  return made;
}

Expression* Builder::function_literal(Function* function) {
  Expression* made = make_expression(ExpressionKind::kFunctionLiteral);
  made->function = function;
  return made;
}

Expression* Builder::call(std::string_view callee, Expressions arguments) {
  return call(name(callee), arguments);
}

Expression* Builder::call(Expression* callee, Expressions arguments) {
  Expression* made = make_expression(ExpressionKind::kCall);
  made->left = callee;
  made->arguments = arena_.copy(arguments);
  return made;
}

Expression* Builder::builtin(Builtin builtin, Expression* argument) {
  Expression* made = make_expression(ExpressionKind::kBuiltinCall);
  made->builtin = builtin;
  if (argument != nullptr) made->arguments = arena_.copy(Expressions(&argument, 1));
  return made;
}

Expression* Builder::make(Type type, int64_t capacity) {
  Expression* made = make_expression(ExpressionKind::kMake);
  made->type = type;
  made->value = capacity < 0 ? -1 : capacity;
  return made;
}

Expression* Builder::receive(Expression* channel) {
  Expression* made = make_expression(ExpressionKind::kReceive);
  made->left = channel;
  return made;
}

// ---- Statements ----

Statement* Builder::declare_long(Variable* variable, Expression* value) {
  Statement* made = declare(variable, value);
  made->long_form = true;
  return made;
}

Statement* Builder::declare(Variable* variable, Expression* value) {
  Statement* made = make_statement(StatementKind::kDeclare);
  made->variable = variable;
  made->value = value;
  return made;
}

Statement* Builder::assign(Expression* target, Expression* value) {
  Statement* made = make_statement(StatementKind::kAssign);
  made->target = target;
  made->value = value;
  return made;
}

Statement* Builder::operate(Expression* target, Operation operation, Expression* value) {
  Statement* made = make_statement(StatementKind::kOperate);
  made->target = target;
  made->operation = operation;
  made->value = value;
  return made;
}

Statement* Builder::with_value(StatementKind kind, Expression* value) {
  Statement* made = make_statement(kind);
  made->value = value;
  return made;
}

Statement* Builder::expression(Expression* call) {
  return with_value(StatementKind::kExpression, call);
}

Statement* Builder::defer(Expression* call) {
  return with_value(StatementKind::kDefer, call);
}

Statement* Builder::go(Expression* call) {
  return with_value(StatementKind::kGo, call);
}

Statement* Builder::conditional(Expression* condition, Block body, Statement* otherwise) {
  Statement* made = make_statement(StatementKind::kIf);
  made->value = condition;
  made->body = body;
  made->otherwise = otherwise;
  return made;
}

Statement* Builder::loop(Variable* counter, Expression* first, Expression* limit, Block body) {
  Statement* made = make_statement(StatementKind::kFor);
  made->variable = counter;
  made->value = first;
  made->limit = limit;
  made->body = body;
  return made;
}

Statement* Builder::return_value(Expression* value) {
  return with_value(StatementKind::kReturn, value);
}

Statement* Builder::nested(Block body) {
  Statement* made = make_statement(StatementKind::kBlock);
  made->body = body;
  return made;
}

Statement* Builder::send(Expression* channel, Expression* value) {
  Statement* made = make_statement(StatementKind::kSend);
  made->target = channel;
  made->value = value;
  return made;
}

Statement* Builder::select(std::span<const SelectCase> cases) {
  Statement* made = make_statement(StatementKind::kSelect);
  made->cases = arena_.copy(cases);
  return made;
}

// ---- Select cases, blocks, variables, functions, nests ----

SelectCase Builder::send_case(Expression* channel, Expression* value, Block body) {
  return {CaseKind::kSend, {}, channel, value, nullptr, body};
}

SelectCase Builder::receive_case(Expression* target, Expression* channel, Block body) {
  return {CaseKind::kReceive, {}, channel, nullptr, target, body};
}

SelectCase Builder::default_case(Block body) {
  return {CaseKind::kDefault, {}, nullptr, nullptr, nullptr, body};
}

Block Builder::block(std::span<Statement* const> statements) {
  return {arena_.copy(statements)};
}

Block Builder::block(std::initializer_list<Statement*> statements) {
  return block(std::span<Statement* const>(statements.begin(), statements.size()));
}

Variable* Builder::make_variable(std::string_view name, Type type, VariableKind kind) {
  auto* made = arena_.make<Variable>();
  made->name = arena_.copy(name);
  made->type = type;
  made->kind = kind;
  return made;
}

Function* Builder::function(std::string_view name, std::span<Variable* const> parameters,
                            Variable* result, Block body) {
  auto* made = arena_.make<Function>();
  made->name = arena_.copy(name);
  made->parameters = arena_.copy(parameters);
  made->result = result;
  made->body = body;
  return made;
}

Nest* Builder::nest(const Directives& directives, std::span<Function* const> functions) {
  auto* made = arena_.make<Nest>();
  made->directives = directives;
  made->functions = arena_.copy(functions);
  made->imports_runtime = needs_runtime(*made);
  return made;
}

bool needs_runtime(const Nest& nest) {
  bool needed = false;
  for_each_expression(nest, [&](const Expression* expression) {
    needed = needed || (expression->kind == ExpressionKind::kBuiltinCall &&
                        spelling(expression->builtin).starts_with("runtime."));
  });
  return needed;
}

}  // namespace stackquake
