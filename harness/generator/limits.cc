#include "harness/generator/limits.h"

#include <algorithm>

namespace stackquake {
namespace {

bool has_kind(const Expression& one, ExpressionKind kind) {
  return one.kind == kind;
}

uint32_t words_of(std::span<Expression* const> arguments) {
  uint32_t words = 0;
  for (const Expression* argument : arguments) words += argument->type.words();
  return words;
}

uint32_t depth_of(const Expression* one) {
  if (one == nullptr || one->kind != ExpressionKind::kBinary) return 1;
  return 1 + std::max(depth_of(one->left), depth_of(one->right));
}

uint32_t pairs_of(const Expression* one) {
  if (one->kind == ExpressionKind::kNot) return pairs_of(one->left);
  const bool pair =
      one->kind == ExpressionKind::kBinary && one->operation >= Operation::kLogicalAnd;
  return pair ? 1 + std::max(pairs_of(one->left), pairs_of(one->right)) : 0;
}

bool is_recursion(const Expression& call) {
  return call.function != nullptr && !call.function->parameters.empty() &&
         call.function->parameters[0]->name == "n" && !call.arguments.empty() &&
         has_kind(*call.arguments[0], ExpressionKind::kLiteral);
}

}  // namespace

void LimitCensus::count(const Nest& nest) {
  noted_.reset();
  pending_.clear();
  loops_.clear();
  functions_.clear();
  deferred_.clear();
  blocks_ = 0;
  main_yields_ = others_yield_ = false;
  note_if(nest.all.size() > 20, Limit::kManyFunctions);
  note_if(nest.directives.limit > 262144, Limit::kLargeLimit);
  for_each_statement(nest, [&](const Statement* one) {
    note_if(one->kind == StatementKind::kGo && nest.directives.sched != 0,
            Limit::kNotUsualSchedule);
  });
  walk(nest, *this);
}

void LimitCensus::note(Limit limit) {
  const auto index = static_cast<size_t>(limit);
  if (noted_.test(index)) return;
  noted_.set(index);
  ++nests_.at(index);
}

void LimitCensus::note_if(bool has, Limit limit) {
  if (has) note(limit);
}

// ---- Functions and blocks ----

void LimitCensus::enter(Function& function) {
  functions_.push_back(&function);
  uint32_t words = 0;
  for (const Variable* variable : function.variables) {
    const Type type = variable->type;
    words += type.words();
    note_if(type.length > 300, Limit::kLongArray);
    note_if(type.length == kMaxArrayLength, Limit::kLongestArray);
    if (!variable->boxed) continue;
    note_if(type.kind == TypeKind::kArray, Limit::kBoxedArray);
    note_if(type.kind == TypeKind::kAny, Limit::kBoxedAny);
    note_if(variable->kind == VariableKind::kResult, Limit::kBoxedResult);
    note_if(variable->kind == VariableKind::kParameter, Limit::kBoxedParameter);
  }
  note_if(words > 2048, Limit::kLargeFrame);
  note_if(function.variables.size() > 30, Limit::kManyVariables);
}

void LimitCensus::leave(Function& /*function*/) {
  functions_.pop_back();
}

void LimitCensus::enter(Block& block) {
  note_if(++blocks_ > 20, Limit::kDeepBlocks);
  results(block);
  if (pending_.empty() || pending_.back().body != &block) return;
  loops_.push_back(pending_.back());
  pending_.pop_back();
}

// A result is set, an object is made, something that may panic is done, the result is set again.
void LimitCensus::results(const Block& block) {
  const auto sets = [](const Statement& one) -> const Variable* {
    const bool assigns = one.kind == StatementKind::kAssign && one.target != nullptr;
    if (!assigns || !has_kind(*one.target, ExpressionKind::kVariable)) return nullptr;
    const Variable* variable = one.target->variable;
    const bool is_pointer = variable->type.kind == TypeKind::kNodePointer;
    return is_pointer && variable->kind == VariableKind::kResult ? variable : nullptr;
  };
  const auto makes = [](const Statement& one) {
    if (one.kind != StatementKind::kDeclare || one.value == nullptr) return false;
    return has_kind(*one.value, ExpressionKind::kMake) ||
           has_kind(*one.value, ExpressionKind::kNode);
  };
  for (size_t i = 0; i + 3 < block.statements.size(); ++i) {
    const Variable* result = sets(*block.statements[i]);
    if (result == nullptr || !makes(*block.statements[i + 1])) continue;
    note_if(sets(*block.statements[i + 3]) == result, Limit::kReplacedResult);
  }
}

void LimitCensus::leave(Block& block) {
  --blocks_;
  if (!loops_.empty() && loops_.back().body == &block) loops_.pop_back();
}

// ---- Statements ----

void LimitCensus::statement(Statement*& one) {
  switch (one->kind) {
    case StatementKind::kFor: {
      const int64_t times = has_kind(*one->limit, ExpressionKind::kLiteral) ? one->limit->value : 1;
      pending_.push_back({&one->body, times});
      note_if(times > 100, Limit::kLongLoop);
      return;
    }
    case StatementKind::kAssign:
      if (one->target != nullptr) store(*one);
      return;
    case StatementKind::kDefer:
      note_if(rounds() > 100, Limit::kManyDefers);
      return deferred_call(*one->value);
    case StatementKind::kGo:
      return started_call(*one->value);
    case StatementKind::kIf:
      note_if(pairs_of(one->value) > 2, Limit::kDeepCondition);
      return;
    case StatementKind::kSelect: {
      const std::span<Variable* const> parameters = functions_.front()->parameters;
      const bool reports = !parameters.empty() && parameters.back()->name == "done";
      note_if(reports && rounds() > 1, Limit::kSelectInLoop);
      return;
    }
    default:
      return;
  }
}

void LimitCensus::store(const Statement& assignment) {
  const Expression& target = *assignment.target;
  const Expression& value = *assignment.value;
  note_if(rounds() > 1 && has_kind(value, ExpressionKind::kVariable) &&
              target.type.kind == TypeKind::kFunc,
          Limit::kTwoClosures);
  if (has_kind(target, ExpressionKind::kIndex)) {
    const bool by_variable = !has_kind(*target.right, ExpressionKind::kLiteral);
    note_if(by_variable && target.left->variable->boxed, Limit::kStoreInBoxedArray);
  }
  const bool recovers =
      has_kind(value, ExpressionKind::kBuiltinCall) && value.builtin == Builtin::kRecover;
  note_if(recovers && has_kind(target, ExpressionKind::kVariable) &&
              target.variable->owner != functions_.back(),
          Limit::kCapturedAny);
}

void LimitCensus::deferred_call(const Expression& call) {
  const uint32_t words = words_of(call.arguments);
  note_if(words > 256, Limit::kLargeDeferred);
  note_if(words > 2048, Limit::kLargestDeferred);
  note_if(rounds() > 1 && (words == 7 || words == 8), Limit::kLastPool);
  if (!has_kind(call, ExpressionKind::kCall)) return;
  if (has_kind(*call.left, ExpressionKind::kFunctionLiteral)) {
    deferred_.push_back(call.left->function);
  }
}

void LimitCensus::started_call(const Expression& call) {
  note_if(call.arguments.size() > 5, Limit::kGoArguments);
  note_if(call.arguments.size() > 30, Limit::kManyGoArguments);
  note_if(rounds() > 100, Limit::kManyGoroutines);
}

// ---- Expressions ----

void LimitCensus::expression(Expression*& one) {
  switch (one->kind) {
    case ExpressionKind::kBinary:
      return operation(*one);
    case ExpressionKind::kMake:
      note_if(one->value == kMaxChannelCapacity, Limit::kLargestChannel);
      return note_if(is_refill(), Limit::kRefilled);
    case ExpressionKind::kNode:
      note_if(rounds() > 341, Limit::kManyObjects);
      return note_if(is_refill(), Limit::kRefilled);
    case ExpressionKind::kBuiltinCall:
      if (one->builtin == Builtin::kGosched) return yield();
      if (one->builtin != Builtin::kGrow) return;
      note_if(one->arguments[0]->value > 4096, Limit::kLargeGrowth);
      return note_if(one->arguments[0]->value > 262144, Limit::kLargestGrowth);
    case ExpressionKind::kCall:
      return arguments(*one);
    default:
      return;
  }
}

bool LimitCensus::is_refill() const {
  return loops_.size() > 1 && rounds() > 84 && loops_[loops_.size() - 2].rounds > 2;
}

void LimitCensus::yield() {
  if (rounds() <= 1000) return;
  (functions_.front()->name == "main" ? main_yields_ : others_yield_) = true;
  note_if(main_yields_ && others_yield_, Limit::kManyYields);
}

void LimitCensus::operation(const Expression& one) {
  note_if(depth_of(&one) > 20, Limit::kDeepExpression);
  const bool one_way = one.operation == Operation::kSubtract || one.operation == Operation::kDivide;
  note_if(one_way && has_kind(*one.left, ExpressionKind::kLiteral), Limit::kLiteralLeft);
}

void LimitCensus::arguments(const Expression& call) {
  if (is_recursion(call)) {
    const int64_t depth = call.arguments[0]->value;
    note_if(depth > 24, Limit::kDeep);
    note_if(depth > 100, Limit::kDeeper);
    note_if(depth > 1000, Limit::kDeepest);
  }
  const bool in_deferred =
      std::find(deferred_.begin(), deferred_.end(), functions_.back()) != deferred_.end();
  note_if(in_deferred && call.function == functions_.front(), Limit::kDeferredRecursion);
  const auto is_pointer = [](const Expression* argument) {
    return argument->type.kind == TypeKind::kIntPointer ||
           argument->type.kind == TypeKind::kNodePointer;
  };
  const auto is_closure = [](const Expression* argument) {
    return argument->kind == ExpressionKind::kFunctionLiteral &&
           !argument->function->captures.empty();
  };
  note_if(rounds() > 0 && std::ranges::any_of(call.arguments, is_pointer) &&
              std::ranges::any_of(call.arguments, is_closure),
          Limit::kLiteralBesidePointer);
}

std::string LimitCensus::table() const {
  std::string text = "| far out | nests |\n|---|---:|\n";
  for (size_t i = 0; i < kLimitNames.size(); ++i) {
    text += "| " + std::string(kLimitNames.at(i)) + " | " + std::to_string(nests_.at(i)) + " |\n";
  }
  return text;
}

}  // namespace stackquake
