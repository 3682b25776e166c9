#include <algorithm>
#include <string>

#include "harness/language/checker.h"
#include "harness/language/foreign.h"
#include "harness/language/spelling.h"

namespace stackquake {
namespace {

struct BuiltinFacts {
  std::string_view parameters;
  TypeKind result;
  bool deferrable;
};

constexpr BuiltinFacts kFacts[] = {
#define STACKQUAKE_BUILTIN(enumerator, spelling, parameters, result, deferrable) \
  {parameters, TypeKind::result, deferrable},
#include "harness/language/builtins.def"
#undef STACKQUAKE_BUILTIN
};

const BuiltinFacts& facts(Builtin builtin) {
  return kFacts[static_cast<size_t>(builtin)];
}

bool is_builtin(const Expression& expression, Builtin builtin) {
  return expression.kind == ExpressionKind::kBuiltinCall && expression.builtin == builtin;
}

}  // namespace

// Makes room in the frame for the arguments of a call.
void TreeChecker::reserve_arguments(uint32_t words) {
  frame_->argument_words = std::max(frame_->argument_words, words);
}

bool TreeChecker::any_call(Expression& expression, CallUse use) {
  if (expression.kind == ExpressionKind::kMake) {
    return fail(expression.position, {"a new channel must be stored: write c := make(chan int)"});
  }
  return expression.kind == ExpressionKind::kBuiltinCall ? builtin_call(expression, use)
                                                         : call(expression);
}

// ---- Calls of functions, func() variables and literals ----

bool TreeChecker::call(Expression& call) {
  return call.left->kind == ExpressionKind::kVariable ? named_call(call) : literal_call(call);
}

bool TreeChecker::named_call(Expression& call) {
  Expression& callee = *call.left;
  call.type = {};
  call.function = nullptr;
  if (visible(callee.name) != nullptr) {
    if (!read(callee)) return false;
    if (callee.type.kind == TypeKind::kFunc) return argument_count(call, callee.name, 0);
    return fail(callee.position,
                {callee.name, " is a ", spelling(callee.type), " and is not called"});
  }
  callee.variable = nullptr;
  callee.type = {};
  call.function = function_named(callee.name);
  if (call.function == nullptr) return fail_unknown_call(callee);
  return argument_count(call, callee.name, call.function->parameters.size()) &&
         call_arguments(call, *call.function);
}

bool TreeChecker::fail_unknown_call(const Expression& callee) {
  is_follow_up_ =
      std::find(misdeclared_.begin(), misdeclared_.end(), callee.name) != misdeclared_.end();
  std::string_view instead = instead_of_name(callee.name);
  if (callee.name == "int") instead = "every number is an int: leave the conversion out";
  if (callee.name == "any") instead = "an any comes from recover() alone";
  if (instead.empty()) instead = instead_of_type(callee.name);
  if (!instead.empty()) {
    return fail(callee.position, {callee.name, "(...) is not in the language; ", instead});
  }
  return fail(callee.position, {callee.name,
                                " is not declared; functions of the program, func() variables, "
                                "literals and the built-in calls are called"});
}

bool TreeChecker::literal_call(Expression& call) {
  Function& function = *call.left->function;
  const bool plain = function.parameters.empty() && function.result == nullptr;
  call.function = &function;
  call.left->type = {plain ? TypeKind::kFunc : TypeKind::kNone};
  return literal_body(function) &&
         argument_count(call, "the literal", function.parameters.size()) &&
         call_arguments(call, function);
}

bool TreeChecker::argument_count(const Expression& call, std::string_view name, size_t expected) {
  const size_t given = call.arguments.size();
  if (given == expected) return true;
  return fail(call.position,
              {name, " takes ", std::to_string(expected),
               expected == 1 ? " argument, not " : " arguments, not ", std::to_string(given)});
}

bool TreeChecker::call_arguments(Expression& call, const Function& callee) {
  uint32_t words = 0;
  call.type = {};
  if (callee.result != nullptr) {
    call.type = callee.result->type;
    words += callee.result->type.words();
  }
  ++depth_;
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    Expression& argument = *call.arguments[i];
    const bool is_function = argument.kind == ExpressionKind::kFunctionLiteral;
    if (is_function ? !function_value(argument) : !operand(argument)) return false;
    if (!fits(argument, callee.parameters[i]->type)) return false;
    words += argument.type.words();
  }
  --depth_;
  reserve_arguments(words);
  return true;
}

// ---- Built-in calls ----

bool TreeChecker::builtin_call(Expression& call, CallUse use) {
  const std::string_view name = spelling(call.builtin);
  const std::string_view parameters = facts(call.builtin).parameters;
  call.type = {facts(call.builtin).result};
  if (name.starts_with("runtime.")) {
    runtime_used_ = true;
    if (!nest_.imports_runtime) {
      return fail(call.position, {name, " needs import \"runtime\" after the package clause"});
    }
  }
  if (!argument_count(call, name, parameters.size())) return false;
  reserve_arguments(static_cast<uint32_t>(parameters.size()) + call.type.words());
  ++depth_;
  if (!parameters.empty() && !builtin_argument(call, parameters[0], use)) return false;
  --depth_;
  return true;
}

// Checks the one argument of a built-in call; builtins.def explains the letters.
bool TreeChecker::builtin_argument(Expression& call, char parameter, CallUse use) {
  Expression& argument = *call.arguments[0];
  Type element;
  switch (parameter) {
    case 'i':
      return integer_argument(call, use);
    case 'a':
      return recovered_argument(argument);
    case 'p':
      return operand(argument) && fits(argument, {TypeKind::kIntPointer});
    case 'c':
      if (argument.kind == ExpressionKind::kVariable)
        return channel(argument, spelling(call.builtin), element);
      return fail(argument.position, {spelling(call.builtin), " takes a channel variable"});
    default:
      return panic_argument(argument);
  }
}

// The argument is an int. For trace it may also be a call, unless the trace is deferred. It may not
// be an address, for then traces would differ from run to run.
bool TreeChecker::integer_argument(Expression& call, CallUse use) {
  Expression& argument = *call.arguments[0];
  const bool is_call =
      argument.kind == ExpressionKind::kCall || argument.kind == ExpressionKind::kBuiltinCall;
  if (!is_call || call.builtin != Builtin::kTrace || use == CallUse::kDeferred) {
    return integer(argument, "the argument");
  }
  if (is_builtin(argument, Builtin::kAddr)) {
    return fail(argument.position,
                {"an address is not traced; it means nothing outside of one run"});
  }
  if (!any_call(argument, use)) return false;
  if (argument.type.kind == TypeKind::kInt) return true;
  return fail(argument.position,
              {"trace takes an int, and this call gives ", spelling(argument.type)});
}

bool TreeChecker::recovered_argument(Expression& argument) {
  if (is_builtin(argument, Builtin::kRecover)) return builtin_call(argument, CallUse::kNow);
  if (argument.kind == ExpressionKind::kVariable) {
    if (!read(argument)) return false;
    if (argument.type.kind == TypeKind::kAny) return true;
  }
  return fail(argument.position, {"code takes an any variable or recover()"});
}

bool TreeChecker::panic_argument(Expression& argument) {
  if (!operand(argument)) return false;
  if (argument.kind == ExpressionKind::kLiteral && argument.value < 1) {
    return fail(argument.position,
                {"a literal given to panic must be 1 or more; for code() other numbers mean other "
                 "panics"});
  }
  if (argument.type.kind == TypeKind::kInt || argument.type.kind == TypeKind::kAny) return true;
  return fail(argument.position,
              {"panic takes an int or an any variable, not ", spelling(argument.type)});
}

// ---- defer and go ----

bool TreeChecker::deferred(Expression& call) {
  frame_->function->has_defer = true;
  if (call.kind == ExpressionKind::kBuiltinCall && !facts(call.builtin).deferrable) {
    return fail(call.position, {spelling(call.builtin),
                                " is not deferred; functions, func() variables, literals, trace, "
                                "move, grow and shrink are: write defer func() { ... }()"});
  }
  return any_call(call, CallUse::kDeferred);
}

bool TreeChecker::go(Expression& call) {
  if (call.kind != ExpressionKind::kCall || call.left->kind != ExpressionKind::kVariable ||
      visible(call.left->name) != nullptr) {
    return fail(call.position,
                {"go takes a call of a function of the program, by its name: write a function with "
                 "parameters in place of a literal"});
  }
  const Function* function = function_named(call.left->name);
  for (const Variable* parameter :
       function == nullptr ? std::span<Variable*>() : function->parameters) {
    switch (parameter->type.kind) {
      case TypeKind::kInt:
      case TypeKind::kNodePointer:
      case TypeKind::kIntChannel:
      case TypeKind::kNodeChannel:
        break;
      default:
        return fail(call.position, {"a go argument is an int, a *node or a channel, not a ",
                                    spelling(parameter->type)});
    }
  }
  return named_call(call);
}

}  // namespace stackquake
