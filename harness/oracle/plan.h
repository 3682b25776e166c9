#ifndef STACKQUAKE_HARNESS_ORACLE_PLAN_H_
#define STACKQUAKE_HARNESS_ORACLE_PLAN_H_

#include <cstdint>
#include <span>
#include <vector>

#include "harness/language/tree.h"

namespace stackquake::oracle {

// Copying or clearing this many words costs one step.
inline constexpr uint32_t kWordsPerStep = 8;

// The facts about a function that are the same in all its calls.
struct FunctionPlan {
  const Function* function = nullptr;
  const uint32_t* cells_of_variables = nullptr;  // by Variable::index: the first cell of each
  uint32_t cells = 0;
  uint32_t parameter_cells = 0;  // the first cells of a frame
  uint32_t result_cells = 0;     // the next cells

  // The most words of a stack that a call takes in any reasonable layout, at least 2:
  //   - the variables,
  //   - the largest block of arguments for a callee,
  //   - a closure for each literal in the function,
  //   - a record for each defer statement,
  //   - the intermediate values of its largest statement.
  uint32_t words = 0;

  // The steps that starting a call costs.
  uint32_t entry_steps = 0;
};

// The facts about a nest that the evaluator needs beforehand. Storage is reused for the next nest.
class Plan {
 public:
  // The nest must have been checked, and must outlive its use here.
  void read(const Nest& nest);

  const FunctionPlan& of(const Function& function) const { return functions_[function.index]; }

 private:
  void lay_out(const Function& function);
  void add_needs(const Block& block);
  void add_needs(const Statement& statement);
  bool needs_no_copy(const Expression& expression) const;
  uint32_t words_needed(const Expression* expression);

  const Function* function_ = nullptr;  // the function that lay_out looks at
  uint32_t block_words_ = 0;
  uint32_t closure_words_ = 0;
  uint32_t record_words_ = 0;
  uint32_t statement_words_ = 0;

  std::vector<FunctionPlan> functions_;  // by Function::index
  std::vector<uint32_t> cells_;
};

}  // namespace stackquake::oracle

#endif  // STACKQUAKE_HARNESS_ORACLE_PLAN_H_
