#include "harness/oracle/plan.h"

#include <algorithm>

#include "harness/oracle/value.h"

namespace stackquake::oracle {

namespace {

// A deferred call and a `go` statement also store the size of their arguments and the function.
constexpr uint32_t kWordsBesideArguments = 2;

// A runtime may keep the record of a deferred call in the frame, if it is not large.
constexpr uint32_t kWordsOfRecord = 6;
constexpr uint32_t kMostDeferredWordsInFrame = 16;

uint32_t words_of_record(const Expression& call) {
  uint32_t words = call.type.words();
  for (const Expression* argument : call.arguments) words += argument->type.words();
  return words > kMostDeferredWordsInFrame ? 0 : kWordsOfRecord + words;
}

// Even a function without variables takes stack: its return address and a saved frame pointer.
constexpr uint32_t kLeastWords = 2;

// A call costs more than a statement: it enters the function, reserves its frame, and leaves it.
constexpr uint32_t kCallSteps = 3;

}  // namespace

void Plan::read(const Nest& nest) {
  functions_.assign(nest.all.size(), {});
  size_t variables = 0;
  for (const Function* function : nest.all) variables += function->variables.size();
  cells_.clear();
  cells_.reserve(variables);
  for (const Function* function : nest.all) lay_out(*function);
}

void Plan::lay_out(const Function& function) {
  FunctionPlan& plan = functions_[function.index];
  plan.function = &function;
  plan.cells_of_variables = cells_.data() + cells_.size();
  uint32_t variable_words = 0;
  for (const Variable* variable : function.variables) {
    const uint32_t cells = cells_of(variable->type);
    cells_.push_back(plan.cells);
    plan.cells += cells;
    variable_words += variable->type.words();
    if (variable->kind == VariableKind::kParameter) plan.parameter_cells += cells;
    if (variable->kind == VariableKind::kResult) plan.result_cells += cells;
  }
  function_ = &function;
  block_words_ = closure_words_ = record_words_ = statement_words_ = 0;
  add_needs(function.body);
  plan.words =
      std::max(variable_words + block_words_ + closure_words_ + record_words_ + statement_words_,
               kLeastWords);
  plan.entry_steps = kCallSteps + static_cast<uint32_t>(function.captures.size()) +
                     static_cast<uint32_t>(function.parameters.size()) + plan.words / kWordsPerStep;
}

void Plan::add_needs(const Block& block) {
  for (const Statement* statement : block.statements) add_needs(*statement);
}

void Plan::add_needs(const Statement& statement) {
  uint32_t words = words_needed(statement.target) + words_needed(statement.value) +
                   words_needed(statement.limit);
  for (const SelectCase& select_case : statement.cases) {
    words += 1 + words_needed(select_case.channel) + words_needed(select_case.value);
  }
  if (statement.kind == StatementKind::kDefer || statement.kind == StatementKind::kGo) {
    words += kWordsBesideArguments;
  }
  if (statement.kind == StatementKind::kDefer) record_words_ += words_of_record(*statement.value);
  statement_words_ = std::max(statement_words_, words);
  add_needs(statement.body);
  if (statement.otherwise != nullptr) add_needs(*statement.otherwise);
  for (const SelectCase& select_case : statement.cases) add_needs(select_case.body);
}

// Whether the value needs no word of its own: it is a constant or a plain variable.
bool Plan::needs_no_copy(const Expression& e) const {
  if (e.kind == ExpressionKind::kLiteral || e.kind == ExpressionKind::kNil) return true;
  return e.kind == ExpressionKind::kVariable && e.variable != nullptr &&
         e.variable->owner == function_ && !e.variable->boxed;
}

uint32_t Plan::words_needed(const Expression* expression) {
  if (expression == nullptr) return 0;
  const Expression& e = *expression;
  if (needs_no_copy(e)) return 0;
  uint32_t words = e.type.words();
  if (e.kind == ExpressionKind::kVariable) return words;
  if (e.kind == ExpressionKind::kCall || e.kind == ExpressionKind::kBuiltinCall) {
    uint32_t block = e.type.words();
    for (const Expression* argument : e.arguments) block += argument->type.words();
    block_words_ = std::max(block_words_, block);
  }
  for (const Expression* argument : e.arguments) words += words_needed(argument);
  if (e.kind == ExpressionKind::kFunctionLiteral) {
    closure_words_ += static_cast<uint32_t>(e.function->captures.size()) + 1;
  }
  return words + words_needed(e.left) + words_needed(e.right);
}

}  // namespace stackquake::oracle
