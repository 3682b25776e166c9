#ifndef STACKQUAKE_HARNESS_MUTATION_MENDER_H_
#define STACKQUAKE_HARNESS_MUTATION_MENDER_H_

// Repairs a tree after a mutator has changed it, so that it is a valid nest again.
//
// Mutators move, copy and delete pieces without looking at the names in them. The mender walks the
// whole tree in the order of the text, as the checker does, and repairs what the checker would
// refuse:
//
//   - A variable that cannot be used at its new place is replaced: by another one of its type, by a
//     literal or nil, or by a new local at the top of the function.
//   - Declared names that collide are changed, together with their uses.
//   - A declaration inside a block becomes an assignment, and its variable a local of the function.
//   - A call gets the function that the checker had found for it: under its new name, or adopted
//   from
//     the nest that the piece came from (which loses it), or another one of the same signature.
//   - Arguments, results, returns and operands get the required type.
//   - A second kind of fault in a statement, unused variables, missing returns and the import are
//     corrected.
//
// A valid nest is not changed. What the mender cannot repair, such as exceeded limits, check()
// refuses.
//
// Nodes from a checked tree must still have what the checker filled in. New nodes have nothing of
// it, and their names are looked up as Go looks them up.

#include <span>
#include <string_view>
#include <vector>

#include "harness/generator/random.h"
#include "harness/language/arena.h"
#include "harness/language/tree.h"

namespace stackquake {

class Mender {
 public:
  // Both must outlive the mender. New nodes are allocated in the arena.
  Mender(Arena& arena, Random& random) : arena_(arena), random_(random) {}

  // `donor` are the functions of the nest from which pieces may have come. A function that is
  // called moves to `nest`, so the donor's tree must not be used afterwards.
  void mend(Nest& nest, std::span<Function* const> donor = {});

 private:
  enum class Role : uint8_t { kRead, kAssign, kAddress };
  enum class Fault : uint8_t { kNone, kDereference, kIndex, kDivide };
  enum class CallUse : uint8_t { kNow, kDeferred };

  struct Visible {
    Variable* variable;
    std::string_view written;  // its name before the mender changed it
    bool hoisted;              // declared at the top of its function, so visible in all its blocks
  };

  // One for each function that is being mended: the declared one and the literals open inside it.
  struct Frame {
    Function* function;
    Frame* outer;
    bool in_loop;
    uint32_t loops = 0;
    size_t variables = 0;  // that it owns so far
    size_t first_new;      // the index of its first one in new_locals_
  };

  // Functions: mender.cc.
  void function(Function& function);
  void signature(Function& function);
  void body(Function& function, const Frame& frame);
  void add_declarations(Function& function, const Frame& frame);
  void use_variables(Function& function);
  void add_return(Function& function);
  void leave(size_t first_visible, bool with_hoisted);

  // Names: mender_names.cc.
  void collect_names(const Nest& nest);
  void declare(Variable& variable, VariableKind kind, bool hoisted);
  std::string_view new_name(std::string_view stem);
  bool is_function_name(std::string_view name) const;
  Variable* innermost(std::string_view name) const;
  const Visible* written_as(std::string_view name) const;
  bool may_use(const Variable& variable, Role role) const;
  Variable* any_variable(Type type, Role role);
  Variable* new_local(Type type);
  Variable* find(const Expression& name, Type type, Role role);
  Type name(Expression& name, Type type, Role role);
  void note_use(Variable& variable, Role role);

  // New nodes: mender_names.cc.
  Expression* variable_node(Variable& variable);
  Expression* literal_node(int64_t value);
  Expression* substitute(Type type);
  Expression* substitute_variable(Type type);

  // Statements: mender_statements.cc. A bool result says whether the statement can stay.
  void block(Block& block, bool top_level);
  bool statement(Statement& statement, bool top_level);
  bool call_statement(Statement& statement);
  bool deferred(Statement& statement);
  bool go(Statement& statement);
  bool declaration(Statement& statement, bool top_level);
  bool assignment(Statement& statement);
  bool operate(Statement& statement);
  void loop(Statement& statement);
  void return_value(Statement& statement);
  Type channel(Expression& name, Type element);
  void select_case(SelectCase& select_case);

  // Expressions: mender_expressions.cc. `type` is the required type; kNone stands for the type that
  // the expression had so far. The result is the type that it has afterwards.
  Type right_side(Expression*& value, Type type);
  Type operand(Expression*& slot, Type type);
  Type place_or_operation(Expression*& slot, Type type);
  void condition(Expression*& slot);
  Type index(Expression& expression);
  Type selector(Expression*& slot, Type type);
  Type address(Expression*& slot);
  void node(Expression& expression);
  Type binary(Expression& expression);
  void arithmetic(Expression& expression);
  void comparison(Expression& expression);
  void function_value(Expression& literal);
  void literal_body(Function& function);
  bool fault(Fault fault);

  // Calls: mender_calls.cc. False when the call cannot be repaired.
  bool any_call(Expression& call, Type type, CallUse use);
  bool named_call(Expression& call, Type type);
  bool variable_call(Expression& call);
  Function* callee(const Expression& call);
  Function* adopt(Function& function);
  Function* same_signature(const Function& function);
  void arguments(Expression& call, const Function& callee);
  bool builtin_call(Expression& call, Type type, CallUse use);
  void builtin_argument(Expression& call, char parameter, CallUse use);
  void integer_argument(Expression& call, CallUse use);
  void recovered_argument(Expression*& argument);
  void panic_argument(Expression*& argument);

  Arena& arena_;
  Random& random_;
  std::span<Function* const> donor_;
  std::vector<Function*> functions_;
  std::vector<Visible> visible_;
  std::vector<Variable*> new_locals_;  // of all open functions; declared at their tops later
  std::vector<std::string_view> names_;
  std::vector<Statement*> statements_;  // scratch
  Frame* frame_ = nullptr;
  Fault fault_ = Fault::kNone;
  bool runtime_used_ = false;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_MUTATION_MENDER_H_
