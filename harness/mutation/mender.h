#ifndef STACKQUAKE_HARNESS_MUTATION_MENDER_H_
#define STACKQUAKE_HARNESS_MUTATION_MENDER_H_

// Makes a tree a nest again after a mutator has changed it.
//
// Mutators move, copy and delete pieces without a look at the names in them. The mender then walks
// the whole tree in the order of the text, as the checker does, and repairs what it would refuse:
//
//   - a variable that cannot be used where its name now stands gives way to another one of its
//     type, to a literal or nil, or to a new local at the top of the function;
//   - declared names that collide are changed, and with them their uses;
//   - a declaration inside of a block becomes an assignment, its variable a local of the function;
//   - a call finds its function by what the checker knew of it: under a new name, in the nest that
//     the piece came from (which then hands the function over), or another of the same signature;
//   - arguments, results, returns and operands get the type that is asked of them;
//   - a second kind of fault in a statement, unused variables, missing returns and the import are
//     put right.
//
// A nest that is valid stays as it is. What is beyond repair is left for check() to refuse: limits
// above all. Nodes that were in a checked tree must still carry what the checker has filled in;
// nodes that are new carry nothing, and their names are found as Go finds them.

#include <span>
#include <string_view>
#include <vector>

#include "harness/generator/random.h"
#include "harness/language/arena.h"
#include "harness/language/tree.h"

namespace stackquake {

class Mender {
 public:
  // Both must outlive the mender. What is new in the tree lives in the arena.
  Mender(Arena& arena, Random& random) : arena_(arena), random_(random) {}

  // `donor` are the functions of the nest that pieces may have come from: they move over when they
  // are called. Its tree is given up by that.
  void mend(Nest& nest, std::span<Function* const> donor = {});

 private:
  enum class Role : uint8_t { kRead, kAssign, kAddress };
  enum class Fault : uint8_t { kNone, kDereference, kIndex, kDivide };
  enum class CallUse : uint8_t { kNow, kDeferred };

  struct Visible {
    Variable* variable;
    std::string_view written;  // its name before the mender changed it
    bool hoisted;              // declared at the top of its function, whatever block comes to ask
  };

  // A function on the way from a declared one to the literal at hand.
  struct Frame {
    Function* function;
    Frame* outer;
    bool in_loop;
    uint32_t loops = 0;
    size_t variables = 0;  // owned so far
    size_t first_new;      // its first among new_locals_
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

  // Statements: mender_statements.cc. What returns bool says whether the statement can stay.
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

  // Expressions: mender_expressions.cc. A `type` of kNone asks for the type that the expression had
  // so far; the type that it has then is returned.
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

  // Calls: mender_calls.cc. False where the call cannot be made to fit.
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
  std::vector<Variable*> new_locals_;  // of the functions at hand, to be declared at their tops
  std::vector<std::string_view> names_;
  std::vector<Statement*> statements_;  // scratch
  Frame* frame_ = nullptr;
  Fault fault_ = Fault::kNone;
  bool runtime_used_ = false;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_MUTATION_MENDER_H_
