#ifndef STACKQUAKE_HARNESS_ORACLE_PLAN_H_
#define STACKQUAKE_HARNESS_ORACLE_PLAN_H_

#include <cstdint>
#include <span>
#include <vector>

#include "harness/language/tree.h"

namespace stackquake::oracle {

// Copying this many words costs one step of fuel.
inline constexpr uint32_t kWordsPerStep = 8;

// What is the same in every call of a function.
struct FunctionPlan {
  const Function* function = nullptr;
  const uint32_t* cells_of_variables = nullptr;  // by Variable::index: the first cell of each
  uint32_t cells = 0;
  uint32_t parameter_cells = 0;  // they come first
  uint32_t result_cells = 0;     // they come next

  // What a call of it takes of a stack, in words, by any reasonable layout: its variables, the
  // largest block of arguments that it passes on, a closure for each literal in it, and the
  // intermediate values of its largest statement. At least 2.
  uint32_t words = 0;

  // What it costs to begin a call, in steps of the fuel.
  uint32_t entry_steps = 0;
};

// What an evaluation wants to know of a nest beforehand. Storage is reused from nest to nest.
class Plan {
 public:
  // The nest must have been checked, and outlive its use here.
  void read(const Nest& nest);

  const FunctionPlan& of(const Function& function) const { return functions_[function.index]; }

 private:
  void lay_out(const Function& function);
  void add_needs(const Block& block);
  void add_needs(const Statement& statement);
  bool needs_no_copy(const Expression& expression) const;
  uint32_t words_needed(const Expression* expression);

  const Function* function_ = nullptr;  // the one that is being read
  uint32_t block_words_ = 0;
  uint32_t closure_words_ = 0;
  uint32_t statement_words_ = 0;

  std::vector<FunctionPlan> functions_;  // by Function::index
  std::vector<uint32_t> cells_;
};

}  // namespace stackquake::oracle

#endif  // STACKQUAKE_HARNESS_ORACLE_PLAN_H_
