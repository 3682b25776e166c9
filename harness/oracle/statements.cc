#include <algorithm>

#include "harness/oracle/evaluator.h"

namespace stackquake::oracle {

namespace {

// How many words one step pays for. A runtime has ten times as many steps. Its copy of a stack
// takes one of them for 32 words; its collection takes one for 8, and as many for a small object.
// What it looks at besides words is counted by records().
constexpr uint64_t kCopiedWordsPerStep = 128;
constexpr uint64_t kGrownWordsPerStep = 32;
constexpr uint64_t kCollectedWordsPerStep = 4;

// What a collection costs besides. A runtime's takes 32 steps.
constexpr uint64_t kStepsPerCollection = 4;

bool is_call(const Expression& expression) {
  return expression.kind == ExpressionKind::kCall;
}

}  // namespace

void Evaluator::execute(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kDeclare:
      return declare(statement);
    case StatementKind::kAssign:
      return assign(statement);
    case StatementKind::kOperate:
      return operate(statement);
    case StatementKind::kExpression:
      return expression_statement(statement);
    case StatementKind::kDefer:
      return defer(*statement.value);
    case StatementKind::kGo:
      return go(*statement.value);
    case StatementKind::kIf:
      return if_statement(statement);
    case StatementKind::kFor:
      return for_statement(statement);
    case StatementKind::kReturn:
      return return_statement(statement);
    case StatementKind::kBlock:
      return open_block(statement.body);
    case StatementKind::kSend:
      return send(statement);
    case StatementKind::kSelect:
      return select(statement);
  }
}

// ---- Values from a call or a receive ----

// Starts the call or the receive that `value` is; its result later goes to `deliver`. False when
// `value` is neither of them.
bool Evaluator::waits_for(const Expression& value, const Statement& statement) {
  if (is_call(value)) {
    call(value, statement);
    return true;
  }
  if (value.kind != ExpressionKind::kReceive) return false;
  receive(value, statement);
  return true;
}

void Evaluator::deliver(const Statement& statement, Value result) {
  switch (statement.kind) {
    case StatementKind::kDeclare:
      return store(statement.variable->type, cell_of(*statement.variable), result);
    case StatementKind::kAssign:
      if (statement.target == nullptr) return;
      return store(statement.target->type, cell_of(*statement.target->variable), result);
    case StatementKind::kReturn: {
      const Variable& variable = *frame_->plan->function->result;
      store(variable.type, frame_->cell(variable), result);
      return leave_blocks();
    }
    default:
      if (statement.value->kind == ExpressionKind::kBuiltinCall) trace(result.first);
  }
}

// ---- Variables ----

void Evaluator::declare(const Statement& statement) {
  const Variable& variable = *statement.variable;
  Word* to = frame_->cell(variable);
  if (statement.value == nullptr) {
    std::fill_n(to, cells_of(variable.type), 0);
  } else if (!waits_for(*statement.value, statement)) {
    value_to(*statement.value, variable.type, to);
  }
}

void Evaluator::assign(const Statement& statement) {
  const Expression& from = *statement.value;
  if (waits_for(from, statement)) return;
  if (statement.target == nullptr) {
    if (from.type.kind != TypeKind::kArray) value(from);
    return;
  }
  const Expression& target = *statement.target;
  if (target.type.kind == TypeKind::kArray) {
    return value_to(from, target.type, cell_of(*target.variable));
  }
  const Value assigned = value(from);
  Word* to = place(target);
  if (fault_ == kNoError) store(target.type, to, assigned);
}

void Evaluator::operate(const Statement& statement) {
  const Word operand = statement.value == nullptr ? 1 : value(*statement.value).first;
  if (fault_ != kNoError) return;
  Word& variable = *cell_of(*statement.target->variable);
  variable += statement.operation == Operation::kAdd ? operand : 0 - operand;
}

// ---- Control ----

void Evaluator::open_block(const Block& block, const Statement* loop) {
  Statement* const* first = block.statements.data();
  running_->blocks.push_back({first, first + block.statements.size(), loop});
}

// Ends a block. The end of a loop's body starts the next round.
void Evaluator::end_block() {
  const Statement* loop = running_->blocks.back().loop;
  running_->blocks.pop_back();
  if (loop == nullptr) return;
  ++*frame_->cell(*loop->variable);
  if (to_int(*frame_->cell(*loop->variable)) < to_int(value(*loop->limit).first)) {
    open_block(loop->body, loop);
  }
}

void Evaluator::if_statement(const Statement& statement) {
  const bool chosen = holds(*statement.value);
  if (fault_ != kNoError) return;
  if (chosen) {
    open_block(statement.body);
  } else if (statement.otherwise != nullptr) {
    execute(*statement.otherwise);
  }
}

void Evaluator::for_statement(const Statement& statement) {
  Word* counter = frame_->cell(*statement.variable);
  *counter = value(*statement.value).first;
  if (fault_ != kNoError) return;
  const int64_t limit = to_int(value(*statement.limit).first);
  if (to_int(*counter) < limit) open_block(statement.body, &statement);
}

void Evaluator::return_statement(const Statement& statement) {
  if (statement.value != nullptr) {
    if (waits_for(*statement.value, statement)) return;
    const Value result = value(*statement.value);
    if (fault_ != kNoError) return;
    return deliver(statement, result);
  }
  leave_blocks();
}

// ---- Calls that stand alone ----

void Evaluator::expression_statement(const Statement& statement) {
  if (waits_for(*statement.value, statement)) return;
  built_in(*statement.value, statement);
}

void Evaluator::built_in(const Expression& call, const Statement& statement) {
  switch (call.builtin) {
    case Builtin::kTrace:
      if (waits_for(*call.arguments[0], statement)) return;
      if (const Word x = value(*call.arguments[0]).first; fault_ == kNoError) trace(x);
      return;
    case Builtin::kMove:
    case Builtin::kShrink:
      return move_stack();
    case Builtin::kGrow:
      if (const Word x = value(*call.arguments[0]).first; fault_ == kNoError) grow_stack(to_int(x));
      return;
    case Builtin::kPanic:
      return panic_with(*call.arguments[0]);
    case Builtin::kClose:
      return close(call);
    case Builtin::kGoexit:
      return goexit();
    case Builtin::kGC:
      return collect();
    case Builtin::kGosched:
      charge(kStepsPerSwitch);
      scheduler_.ready(*running_);
      running_ = nullptr;
      return;
    default:
      value(call);
  }
}

void Evaluator::panic_with(const Expression& argument) {
  const Value raised = value(argument);
  if (fault_ != kNoError) return;
  panic(argument.type.kind == TypeKind::kAny ? raised : int_any(raised.first));
}

void Evaluator::trace(Word number) {
  result_.trace_of(running_->number).push_back(to_int(number));
}

// ---- Built-in calls that do nothing here, but cost a runtime steps ----

void Evaluator::move_stack() {
  charge(running_->stack_words / kCopiedWordsPerStep + records(*running_));
}

void Evaluator::grow_stack(int64_t words) {
  if (words < 1) return;
  const uint64_t asked = std::min(static_cast<uint64_t>(words), word_limit_ + 1);
  charge(1 + asked / kGrownWordsPerStep);
  take_words(asked);
  give_words_back(asked);
}

void Evaluator::collect() {
  charge(kStepsPerCollection + (allocated_words_ + stack_words_) / kCollectedWordsPerStep);
  // Each stack is walked, and may be copied to a smaller one and back.
  for (const auto& goroutine : goroutines_) {
    if (goroutine->number != 0) charge(2 * records(*goroutine));
  }
  charge(started_);
}

}  // namespace stackquake::oracle
