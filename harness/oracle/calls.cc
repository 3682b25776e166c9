#include <algorithm>

#include "harness/oracle/evaluator.h"

namespace stackquake::oracle {

namespace {

// The words that a deferred call takes in addition to its arguments: a runtime's record of it.
constexpr uint64_t kDeferredWords = 6;

const Function* called_function(const Expression& call, Value closure) {
  return call.function != nullptr ? call.function : to_pointer<const Function>(closure.first);
}

bool is_literal(const Expression& callee) {
  return callee.kind == ExpressionKind::kFunctionLiteral;
}

}  // namespace

// ---- Starting a function ----

// Adds a newest activation to a goroutine. The caller still has to store its parameters.
Activation& Evaluator::push_activation(Goroutine& goroutine, const Function& function,
                                       Frame* outer) {
  constexpr uint32_t kHeaderWords = sizeof(Frame) / sizeof(Word);
  const FunctionPlan& plan = plan_.of(function);
  const CellStack::Mark mark = goroutine.cells.mark();
  auto* frame = reinterpret_cast<Frame*>(goroutine.cells.take(kHeaderWords + plan.cells));
  frame->plan = &plan;
  frame->outer = outer;
  const auto first_block = static_cast<uint32_t>(goroutine.blocks.size());
  Statement* const* first = function.body.statements.data();
  goroutine.blocks.push_back({first, first + function.body.statements.size(), nullptr});
  return goroutine.activations.emplace_back(
      Activation{frame, nullptr, mark, first_block, 0, kNoUnwinding, Return::kEndsGoroutine});
}

// Starts the running goroutine's newest activation, whose arguments are in place.
void Evaluator::begin_function() {
  frame_ = running_->top().frame;
  const FunctionPlan& plan = *frame_->plan;
  std::fill_n(frame_->cells() + plan.parameter_cells, plan.result_cells, 0);
  charge(plan.entry_steps);
  running_->top().words = plan.words;
  take_words(plan.words);
  if (!scheduler_.preempts()) return;
  scheduler_.ready(*running_);
  running_ = nullptr;
}

// The arguments are evaluated in the caller's frame; frame_ still points to it.
void Evaluator::call(const Expression& call, const Statement& statement) {
  const Value closure =
      call.function == nullptr || is_literal(*call.left) ? value(*call.left) : Value{};
  const Function* function = called_function(call, closure);
  if (function == nullptr) return fault(kNilDereference);
  Activation& activation = push_activation(*running_, *function, to_pointer<Frame>(closure.second));
  activation.statement = &statement;
  activation.return_to = Return::kToStatement;
  Word* to = activation.frame->cells();
  for (const Expression* argument : call.arguments) {
    value_to(*argument, argument->type, to);
    to += cells_of(argument->type);
  }
  if (fault_ == kNoError) {
    begin_function();
  } else {
    pop_activation();
  }
}

void Evaluator::defer(const Expression& call) {
  Goroutine& goroutine = *running_;
  Deferred deferred;
  deferred.owner = static_cast<uint32_t>(goroutine.activations.size() - 1);
  deferred.first_word = static_cast<uint32_t>(goroutine.deferred_words.size());
  if (call.kind == ExpressionKind::kBuiltinCall) {
    deferred.is_builtin = true;
    deferred.builtin = call.builtin;
  } else {
    const Value closure =
        call.function == nullptr || is_literal(*call.left) ? value(*call.left) : Value{};
    deferred.function = called_function(call, closure);
    deferred.outer = to_pointer<Frame>(closure.second);
  }
  size_t end = goroutine.deferred_words.size();
  for (const Expression* argument : call.arguments) {
    goroutine.deferred_words.resize(end + cells_of(argument->type));
    value_to(*argument, argument->type, goroutine.deferred_words.data() + end);
    end = goroutine.deferred_words.size();
  }
  if (fault_ != kNoError) return goroutine.deferred_words.resize(deferred.first_word);
  allocated_words_ += kDeferredWords + end - deferred.first_word;
  goroutine.deferred.push_back(deferred);
}

void Evaluator::go(const Expression& call) {
  arguments_.clear();
  for (const Expression* argument : call.arguments) arguments_.push_back(value(*argument).first);
  if (fault_ != kNoError) return;
  Goroutine& goroutine = new_goroutine();
  Activation& activation = push_activation(goroutine, *call.function, nullptr);
  std::copy(arguments_.begin(), arguments_.end(), activation.frame->cells());
}

// ---- Leaving a function ----

// Drops the open blocks of the newest activation, so that only its deferred calls remain.
void Evaluator::leave_blocks() {
  running_->blocks.resize(running_->top().first_block);
}

// Runs the next deferred call of the newest activation, or returns from it when none is left.
void Evaluator::leave_function() {
  Goroutine& goroutine = *running_;
  const auto own = static_cast<uint32_t>(goroutine.activations.size() - 1);
  if (!goroutine.deferred.empty() && goroutine.deferred.back().owner == own) {
    const Deferred deferred = goroutine.deferred.back();
    goroutine.deferred.pop_back();
    run_deferred(deferred, Return::kToEpilogue, kNoUnwinding);
    return;
  }
  const Activation left = goroutine.top();
  const Variable* variable = left.frame->plan->function->result;
  const Value result =
      variable == nullptr ? Value{} : load(variable->type, left.frame->cell(*variable));
  if (left.return_to == Return::kEndsGoroutine) {
    if (goroutine.number == 1) finish(Kind::kExit);
    return end_running();
  }
  pop_activation();
  if (left.return_to == Return::kToStatement) deliver(*left.statement, result);
  if (left.return_to == Return::kToUnwinding) deferred_call_returned();
}

void Evaluator::pop_activation() {
  cut_back(running_->activations.size() - 1);
}

// Keeps the oldest `activations`, at least one, and only the open blocks that belong to them.
void Evaluator::cut_back(size_t activations) {
  Goroutine& goroutine = *running_;
  while (goroutine.activations.size() > activations) {
    const Activation& top = goroutine.top();
    give_words_back(top.words);
    goroutine.blocks.resize(top.first_block);
    goroutine.cells.release(top.cells);
    goroutine.activations.pop_back();
  }
  frame_ = goroutine.top().frame;
}

// ---- Deferred calls ----

// Starts a deferred call, whose arguments are the last deferred words, or carries it out when it is
// a built-in. A nil func() faults only here, not at its defer statement.
void Evaluator::run_deferred(const Deferred& deferred, Return return_to, uint32_t runner) {
  Goroutine& goroutine = *running_;
  const Word* arguments = goroutine.deferred_words.data() + deferred.first_word;
  const size_t count = goroutine.deferred_words.size() - deferred.first_word;
  if (deferred.is_builtin) {
    run_deferred_built_in(deferred.builtin, count == 0 ? 0 : *arguments);
  } else if (deferred.function == nullptr) {
    fault(kNilDereference);
  } else {
    Activation& activation = push_activation(goroutine, *deferred.function, deferred.outer);
    activation.return_to = return_to;
    activation.runner = runner;
    std::copy_n(arguments, count, activation.frame->cells());
  }
  goroutine.deferred_words.resize(deferred.first_word);
  if (deferred.function != nullptr) begin_function();
}

void Evaluator::run_deferred_built_in(Builtin builtin, Word argument) {
  switch (builtin) {
    case Builtin::kTrace:
      return trace(argument);
    case Builtin::kGrow:
      return grow_stack(to_int(argument));
    default:
      return move_stack();  // move or shrink
  }
}

}  // namespace stackquake::oracle
