#include <algorithm>

#include "harness/language/spelling.h"
#include "harness/mutation/lists.h"
#include "harness/mutation/mender.h"
#include "harness/mutation/percent.h"
#include "harness/mutation/types.h"

namespace stackquake {
namespace {

constexpr Type kFuncType{TypeKind::kFunc};

// Half of the limit is left for literals, which count as functions, too.
constexpr size_t kMostAdopting = kMaxFunctions / 2;

}  // namespace

// Mends a call that must give a value of `type`, or, with kNone, any value or none.
bool Mender::any_call(Expression& call, Type type, CallUse use) {
  if (call.kind == ExpressionKind::kBuiltinCall) return builtin_call(call, type, use);
  if (call.kind != ExpressionKind::kCall) return false;
  if (call.left->kind == ExpressionKind::kVariable) return named_call(call, type);
  Function& function = *call.left->function;
  literal_body(function);
  arguments(call, function);
  call.function = &function;
  call.type = function.result != nullptr ? function.result->type : Type{};
  return type.kind == TypeKind::kNone || call.type == type;
}

bool Mender::named_call(Expression& call, Type type) {
  const Expression& name = *call.left;
  const Visible* variable = name.variable == nullptr ? written_as(name.name) : nullptr;
  const bool of_variable =
      call.function == nullptr &&
      (name.variable != nullptr ||
       (variable != nullptr && variable->variable->type.kind == TypeKind::kFunc));
  if (of_variable) return type.kind == TypeKind::kNone && variable_call(call);
  Function* function = callee(call);
  if (function == nullptr || innermost(function->name) != nullptr) return false;
  call.function = function;
  call.left->name = function->name;
  arguments(call, *function);
  call.type = function->result != nullptr ? function->result->type : Type{};
  return type.kind == TypeKind::kNone || call.type == type;
}

bool Mender::variable_call(Expression& call) {
  call.type = {};
  call.arguments = {};
  return name(*call.left, kFuncType, Role::kRead).kind == TypeKind::kFunc;
}

// The function of the nest that a call goes to from now on.
Function* Mender::callee(const Expression& call) {
  const auto of_nest = [&](const auto& is_it) -> Function* {
    const auto found = std::find_if(functions_.begin(), functions_.end(), is_it);
    return found == functions_.end() ? nullptr : *found;
  };
  if (call.function == nullptr) {
    return of_nest([&](const Function* one) { return one->name == call.left->name; });
  }
  if (of_nest([&](const Function* one) { return one == call.function; }) != nullptr) {
    return call.function;
  }
  const bool of_donor = std::find(donor_.begin(), donor_.end(), call.function) != donor_.end();
  if (of_donor && functions_.size() < kMostAdopting && random_.chance(mutation_percent::kEven)) {
    return adopt(*call.function);
  }
  Function* const namesake =
      of_nest([&](const Function* one) { return one->name == call.function->name; });
  if (namesake != nullptr && have_same_signature(*namesake, *call.function)) return namesake;
  Function* other = same_signature(*call.function);
  if (other != nullptr || !of_donor || functions_.size() >= kMostAdopting) return other;
  return adopt(*call.function);
}

// Adopts a function of the donor. The loop over functions_ mends it later.
Function* Mender::adopt(Function& function) {
  if (function.name == "main") return nullptr;
  const bool taken = std::find(names_.begin(), names_.end(), function.name) != names_.end();
  if (taken) {
    function.name = new_name("f");
  } else {
    names_.push_back(function.name);
  }
  functions_.push_back(&function);
  return &function;
}

// A function of the same signature. Neither main nor the declared function around the call, because
// such a recursion would hardly ever end.
Function* Mender::same_signature(const Function& function) {
  Function* chosen = nullptr;
  uint64_t seen = 0;
  const Frame* outermost = frame_;
  while (outermost->outer != nullptr) outermost = outermost->outer;
  for (Function* one : functions_) {
    if (one->name == "main" || one == outermost->function) continue;
    if (have_same_signature(*one, function) && random_.below(++seen) == 0) chosen = one;
  }
  return chosen;
}

// Makes the arguments fit the parameters in number and type.
void Mender::arguments(Expression& call, const Function& callee) {
  const size_t wanted = callee.parameters.size();
  if (call.arguments.size() > wanted) call.arguments = call.arguments.first(wanted);
  while (call.arguments.size() < wanted) {
    call.arguments = with_last<Expression>(call.arguments, nullptr, arena_);
  }
  for (size_t i = 0; i < wanted; ++i) {
    Expression*& argument = call.arguments[i];
    const Type type = callee.parameters[i]->type;
    if (argument == nullptr) {
      argument = substitute(type);
    } else if (argument->kind == ExpressionKind::kFunctionLiteral && type == kFuncType) {
      function_value(*argument);
    } else {
      operand(argument, type);
    }
  }
}

bool Mender::builtin_call(Expression& call, Type type, CallUse use) {
  constexpr std::string_view kParameters[] = {
#define STACKQUAKE_BUILTIN(enumerator, spelling, parameters, result, deferrable) parameters,
#include "harness/language/builtins.def"
#undef STACKQUAKE_BUILTIN
  };
  constexpr TypeKind kResults[] = {
#define STACKQUAKE_BUILTIN(enumerator, spelling, parameters, result, deferrable) TypeKind::result,
#include "harness/language/builtins.def"
#undef STACKQUAKE_BUILTIN
  };
  const auto builtin = static_cast<size_t>(call.builtin);
  call.type = {kResults[builtin]};
  if (spelling(call.builtin).starts_with("runtime.")) runtime_used_ = true;
  if (!kParameters[builtin].empty()) builtin_argument(call, kParameters[builtin][0], use);
  return type.kind == TypeKind::kNone || call.type == type;
}

// Mends the one argument of a built-in call; builtins.def explains the letters.
void Mender::builtin_argument(Expression& call, char parameter, CallUse use) {
  switch (parameter) {
    case 'i':
      return integer_argument(call, use);
    case 'a':
      return recovered_argument(call.arguments[0]);
    case 'p':
      operand(call.arguments[0], {TypeKind::kIntPointer});
      return;
    case 'c':
      channel(*call.arguments[0], {});
      return;
    default:
      return panic_argument(call.arguments[0]);
  }
}

// The argument is an int. For a trace that is not deferred it may also be a call.
void Mender::integer_argument(Expression& call, CallUse use) {
  Expression*& argument = call.arguments[0];
  const bool traced_call = call.builtin == Builtin::kTrace && use == CallUse::kNow &&
                           is_call(*argument) && !is_builtin(*argument, Builtin::kAddr);
  if (!traced_call) {
    operand(argument, kIntType);
  } else if (!any_call(*argument, kIntType, use)) {
    argument = substitute(kIntType);
  }
}

void Mender::recovered_argument(Expression*& argument) {
  if (is_builtin(*argument, Builtin::kRecover)) return;
  if (argument->kind == ExpressionKind::kVariable) {
    name(*argument, {TypeKind::kAny}, Role::kRead);
  } else {
    argument = substitute_variable({TypeKind::kAny});
  }
}

void Mender::panic_argument(Expression*& argument) {
  const Type type = operand(argument, {});
  if (type.kind != TypeKind::kAny && type.kind != TypeKind::kInt) argument = literal_node(1);
  if (is_literal(*argument) && argument->value < 1) argument->value = 1;
}

}  // namespace stackquake
