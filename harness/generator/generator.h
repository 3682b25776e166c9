#ifndef STACKQUAKE_HARNESS_GENERATOR_GENERATOR_H_
#define STACKQUAKE_HARNESS_GENERATOR_GENERATOR_H_

// Makes random nests that are valid and small and that end. Also makes parts of nests for the
// mutators.
//
// How a nest is made:
//   1. It has a handful of functions, made from the innermost outwards.
//   2. A body is a list of pieces (pieces.def) and an ending (endings.def): a return, a panic, a
//      fault or a Goexit. Each has a weight, which depends on the kind of code.
//   3. main comes last and calls the functions that nothing else calls.
// No piece is a known bug. Bugs of movable stacks show in combinations of pieces, and the weights
// make those combinations likely.
//
// Why a nest ends: a function calls only functions made before it, or itself with a smaller first
// parameter `n`, and loops have small literal limits. An estimate of the steps bounds the product
// of loops, calls and recursions.
//
// Why check() accepts a nest: every local is read, a statement has one kind of fault, and literals
// capture only variables that they may capture. Pointers and nodes are seldom nil where they are
// used, so most faults are those that an ending asks for.

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "harness/generator/profiles.h"
#include "harness/generator/random.h"
#include "harness/generator/scope.h"
#include "harness/language/arena.h"
#include "harness/language/builder.h"
#include "harness/language/tree.h"

namespace stackquake {

// The largest scale of a nest: enough steps for collections that begin by themselves.
inline constexpr uint32_t kMostScale = 128;

// The defaults are picked, not measured: room for a few functions that defer, panic and recover, in
// a nest that a person can still read, and a short run.
struct GeneratorOptions {
  bool goroutines = false;
  // Nests with goroutines whose behaviour no schedule decides, in percent. Only they can be
  // compared with real Go; the others have more ways to wait and to be woken.
  uint32_t hand_overs = 10;
  Profile profile = Profile::kRecords;
  uint32_t statements = 18;  // of a nest, on average; see Mix::statements
  uint32_t steps = 1500;     // of a run, estimated; a large nest may take `scale()` times as many
  uint32_t most_scale = kMostScale;  // 1: no nest is large
};

// Everything that a Generator makes lies in the arena. The same state of `random` gives the same
// tree.
class Generator {
 public:
  Generator(Random& random, Arena& arena, GeneratorOptions options = {});

  // Makes a nest that check() accepts. The caller must still check it, which fills in the tree.
  Nest* nest();

  // How large the nest is that was made last, or is being made: 1 for most, up to kMostScale for a
  // large one, which has some sizes, depths or counts that are far beyond the usual ones.
  uint32_t scale() const { return scale_; }

  // ---- Parts for existing trees ----

  // Call it before making parts for a tree: new variables and functions then get other names.
  void avoid_names(const Nest& nest);

  // Makes a statement that is valid at the place, but may exceed a limit of the language together
  // with the rest of the tree. It declares nothing but counters.
  Statement* statement(Scope& scope);

  // Makes one or more statements that belong together and are valid at the place. They may contain
  // declarations if scope.top_level allows.
  std::vector<Statement*> statements(Scope& scope);

  // Makes a value that may stand in a larger expression: neither a call nor a func() literal. Null
  // when no variable is visible that an array or a channel needs. An int may contain one kind of
  // fault: divisions, indexes or dereferences.
  Expression* expression(Type type, const Scope& scope);

  // Makes one or more comparisons.
  Expression* condition(const Scope& scope);

  // Makes a declared function with a new name, which calls only functions in `callable`.
  Function* function(const std::vector<Function*>& callable);

  // Copies and collections are seldom forced everywhere in a large nest.
  Directives directives();

 private:
  using Statements = std::vector<Statement*>;

  enum class Fault : uint8_t { kNone, kDereference, kIndex, kDivide };
  enum class Role : uint8_t { kOrdinary, kDeferred, kMain, kGoroutine };

  // A function or literal that is being made, or an existing one that gets a part.
  struct Frame {
    Scope& scope;
    Role role;
    uint32_t literals = 0;               // this one, if it is one, and those around it
    bool recovers = false;               // it is deferred and still has to call recover
    bool guarded = false;                // it must end abnormally, and first defer a recover
    Statements* prologue = nullptr;      // for later declarations; null if none may stand
    std::vector<Variable*> locals = {};  // declared so far; the body must read them
    uint32_t block = 0;                  // words of the largest block of arguments so far
  };

  // One value that a goroutine gets or gives: see hand_overs.cc.
  struct HandOver {
    size_t parameter = 0;  // of the goroutine's function: the channel
    bool goroutine_sends = false;
    bool closes = false;  // in place of sending
  };

  // A goroutine that main has started, with its channels.
  struct Session {
    std::vector<HandOver> list;
    std::vector<const Variable*> channels;
    size_t done;  // of the list
  };

  using Maker = std::function<void(Frame&, Statements&)>;

  // A node whose field `next` is another one, as long as nothing changes it.
  struct Link {
    const Variable* next;
    const Variable* node;
  };

  // A declared function that may be called.
  struct Known {
    Function* function;
    Role role;
    uint64_t steps;  // of a call; for a recursion, of each level
    bool called;
    std::vector<HandOver> hand_overs = {};
    bool contends = false;  // a contending_function, …
    bool sends = false;     // … which sends
    bool fails = false;     // a failing_function
  };

  // generator.cc: the nest.
  std::string_view fresh_name(char letter);
  Function* new_function();
  bool has_room() const;
  int64_t size(int64_t least, int64_t usual, int64_t limit);
  uint64_t fitting(uint64_t times, uint64_t steps) const;
  void start_nest();
  Function* make_main();
  void call_the_uncalled(Frame& frame, Statements& out);
  void know(const std::vector<Function*>& callable);
  Statements parts(Scope& scope);

  // functions.cc: functions, literals and their bodies.
  Function* declared_function(Role role);
  Function* plain_function(Role role);
  Function* failing_function();
  Function* goroutine_function();
  Function* recursive_function();
  void recursive_body(Frame& frame);
  void leave_recursion(Frame& frame, Statements& out);
  void recur(Frame& frame, Statements& out);
  Function* declare_named(char letter, Role role);
  Type array_type();
  Type array_type(const Frame& frame);
  Type short_array_type() const;
  bool fits_frame(const Frame& frame, uint32_t words) const;
  bool has_variables_left(const Frame& frame) const;
  Type parameter_type(Role role);
  Variable* parameter(std::string_view name, Type type, Function& owner);
  size_t parameter_count(Role role);
  void add_parameters(Function& function, Role role, size_t count, Variable* last = nullptr);
  void add_result(Function& function);
  Scope scope_in(Function& function) const;
  Scope scope_inside(Frame& outer, Function& literal) const;
  void fill(Frame& frame, uint32_t pieces);
  void open_body(Frame& frame, Statements& out);
  void close_body(Frame& frame, Statements& prologue, Statements& body, Statements& ending);
  void use_locals(const Frame& frame, const Statements& others, Statements& out);
  Statement* final_return(Frame& frame);
  Expression* plain_literal(Frame& frame, Role role, bool recovers, bool guarded);
  Expression* literal_call(Frame& frame, Role role, bool recovers);
  void fill_literal(Frame& outer, Function& literal, Role role, bool recovers, bool guarded);
  uint32_t literal_size();

  // pieces.cc: the choice of pieces, and the pieces that compute.
  void piece(Frame& frame, Statements& out);
  bool try_piece(size_t index, Frame& frame, Statements& out);
  size_t choose_ending(Role role, bool must_end_abnormally);
  void put_ending(size_t index, Frame& frame, Statements& out);
  Block inner_block(Frame& frame, uint32_t pieces, bool in_loop);
  void emit(Statement* statement, Statements& out);
  bool declare(Frame& frame, Statements& out);
  bool trace(Frame& frame, Statements& out);
  bool assign(Frame& frame, Statements& out);
  bool operate(Frame& frame, Statements& out);
  bool store(Frame& frame, Statements& out);
  bool store_element(Frame& frame, Statements& out);
  bool store_in_node(Frame& frame, Statements& out);
  void put_store(const Variable& array, uint32_t by_variable, Frame& frame, Statements& out);
  bool conditional(Frame& frame, Statements& out);
  bool loop(Frame& frame, Statements& out);
  bool nested(Frame& frame, Statements& out);
  bool move(Frame& frame, Statements& out);
  bool grow(Frame& frame, Statements& out);
  Expression* growth(int64_t usual);
  bool shrink(Frame& frame, Statements& out);
  bool collect(Frame& frame, Statements& out);
  bool frames(Frame& frame, Statements& out);
  bool address(Frame& frame, Statements& out);

  // shapes.cc: values over calls and branches.
  bool load_early(Frame& frame, Statements& out);
  bool merge(Frame& frame, Statements& out);
  Statement* choose_int(const Variable& merged, Frame& frame, Statements& out);
  bool keep_alive(Frame& frame, Statements& out);
  bool divide_extremes(Frame& frame, Statements& out);
  bool link_nodes(Frame& frame, Statements& out);
  bool follow(Frame& frame, Statements& out);
  bool fault_within(Frame& frame, Statements& out);
  Expression* load(Frame& frame, bool doubtful, Statements& out);
  Variable* doubtful_pointer(Type type, Frame& frame, Statements& out);
  void disturb(Frame& frame, Statements& out);
  Statement* use(const Variable& value, Frame& frame);
  void use_on_a_branch(const Variable& value, Frame& frame, Statements& out);
  void follow_once(const Variable& base, Frame& frame, Statements& out);
  void follow_in_loop(const Variable& base, Frame& frame, Statements& out);
  Statement* defer_plain_recover();
  Statement* guarded(Expression* call);
  Statement* watched(Expression* call, Frame& frame);
  void hide(const Variable& variable, Scope& scope);

  // loops.cc: many objects, and what a loop makes anew in each round.
  bool make_list(Frame& frame, Statements& out);
  bool make_garbage(Frame& frame, Statements& out);
  bool keep_recovered(Frame& frame, Statements& out);
  bool change_result(Frame& frame, Statements& out);
  bool copy_captured(Frame& frame, Statements& out);
  bool capture_parameter(Frame& frame, Statements& out);
  bool call_in_loop(Frame& frame, Statements& out);
  void in_loop(Frame& frame, int64_t times, const Maker& make, Statements& out);
  void put_bounded_loop(Variable* counter, int64_t times, const Statements& body,
                        const Scope& scope, Statements& out);
  void put_loop(Variable* counter, int64_t times, const Statements& body, Statements& out);
  Variable* new_counter(const Frame& frame);

  // reuse.cc: memory, records and variables that are used again.
  bool refill(Frame& frame, Statements& out);
  bool reuse_records(Frame& frame, Statements& out);
  bool replace_result(Frame& frame, Statements& out);
  bool trace_changed_result(Frame& frame, Statements& out);
  bool keep_closures(Frame& frame, Statements& out);
  bool keep_element(Frame& frame, Statements& out);
  Function* new_function_with(Type result);
  void make_unused(Frame& frame, Statements& out);
  void may_fault_once(const Variable& pointer, Frame& frame, Statements& out);

  // crowds.cc: many goroutines, and those that contend.
  bool start_many(Frame& frame, Statements& out);
  bool put_starts(int64_t most, Frame& frame, Statements& out);
  Function* contending_function(bool sends);
  bool contend(Frame& frame, Statements& out);
  void put_operation(const Variable& channel, bool sends, Frame& frame, Statements& out);
  void select_any(std::span<Variable* const> channels, bool sends, Frame& frame, Statements& out);
  bool yield_often(Frame& frame, Statements& out);
  void put_yields(int64_t most, Frame& frame, Statements& out);

  // calls.cc: calls, deferred calls, panics and recovers.
  bool call_function(Frame& frame, Statements& out);
  bool call_literal(Frame& frame, Statements& out);
  bool call_value(Frame& frame, Statements& out);
  bool protect(Frame& frame, Statements& out);
  bool defer_function(Frame& frame, Statements& out);
  bool defer_literal(Frame& frame, Statements& out);
  bool defer_recovering(Frame& frame, Statements& out);
  void defer_watching(Frame& frame, Statements& out);
  bool defer_value(Frame& frame, Statements& out);
  bool defer_builtin(Frame& frame, Statements& out);
  bool defer_in_loop(Frame& frame, Statements& out);
  bool defer_many(Frame& frame, Statements& out);
  bool defer_address(Frame& frame, Statements& out);
  bool recover(Frame& frame, Statements& out);
  bool panic_again(Frame& frame, Statements& out);
  bool return_normally(Frame& frame, Statements& out);
  bool panic(Frame& frame, Statements& out);
  bool fault(Frame& frame, Statements& out);
  bool fault_by_index(bool stores, Frame& frame, Statements& out);
  bool fault_by_division(Frame& frame, Statements& out);
  bool fault_by_channel(Frame& frame, Statements& out);
  void put_faulting(Expression* value, Frame& frame, Statements& out);
  bool exit_goroutine(Frame& frame, Statements& out);
  bool call_nil(Frame& frame, Statements& out);
  bool call_last(Frame& frame, Statements& out);
  bool call_failing(Frame& frame, Statements& out);
  Known* choose_callee(Frame& frame, Role preferred);
  Expression* call_of(Known& callee, Frame& frame);
  void put_call(Expression* call, Type result, Frame& frame, Statements& out);
  bool arguments(const Function& callee, Frame& frame, std::vector<Expression*>& values);
  bool reserve_block(const Function& callee, Frame& frame) const;
  bool escapes(const Variable& parameter);
  Expression* argument(const Variable& parameter, Frame& frame);
  Expression* node_argument(Frame& frame);
  Expression* depth_of(const Known& callee);
  bool fits_steps(uint64_t steps) const;

  // unwindings.cc: frames through which several panics and Goexits come.
  bool unwind_layers(Frame& frame, Statements& out);
  void put_layer(uint32_t layers, Frame& frame, Statements& out);
  void end_layer(Frame& frame, Statements& out);
  void defer_ending(Frame& frame, Statements& out);
  void defer_in_layer(bool innermost, Frame& frame, Statements& out);

  // channels.cc: goroutines and channels.
  bool start_goroutine(Frame& frame, Statements& out);
  bool yield(Frame& frame, Statements& out);
  bool send(Frame& frame, Statements& out);
  bool receive(Frame& frame, Statements& out);
  bool select(Frame& frame, Statements& out);
  bool wait_on_large_stack(Frame& frame, Statements& out);
  void grow_much(Statements& out);
  bool close(Frame& frame, Statements& out);
  Variable* channel(Frame& frame);
  SelectCase select_case(Variable& channel, Frame& frame);
  void wait_for_goroutines(Frame& frame, Statements& out);

  void declare_done(Frame& frame);
  void start_any_goroutine(Frame& frame, Statements& out);

  // hand_overs.cc: goroutines whose behaviour no schedule decides.
  Function* hand_over_function(std::vector<HandOver>& list);
  std::vector<HandOver> hand_overs_on(const Function& function, size_t channels);
  void report_at_end(Statements& out);
  void start_handing_over(Known& callee, Frame& frame, Statements& out);
  bool continue_handing_over(Frame& frame, Statements& out);
  void between(Frame& frame, Statements& out);
  void hand_over(const Variable& channel, const HandOver& one, bool sends, Frame& frame,
                 Statements& out);
  void communicate(const Variable& channel, const HandOver& one, bool sends, Frame& frame,
                   Statements& out);
  void select_from_two(const Variable& channel, bool sends, Frame& frame, Statements& out);
  void hand_over_in_panic(const Maker& communicates, Frame& frame, Statements& out);
  Expression* literal_with(Frame& outer, const Maker& make, Function* made = nullptr);
  Expression* new_node(const Scope& scope);

  // expressions.cc
  Expression* read(const Variable& variable);
  Variable* find(Type type, const Scope& scope);
  Variable* find_target(Type type, const Scope& scope);
  Variable* demand(Type type, Frame& frame);
  Variable* add_local(Type type, Expression* value, Frame& frame, Statements& out);
  Expression* first_value(Type type);
  Expression* escaping_expression(Type type, const Scope& scope);
  Expression* integer(const Scope& scope, uint32_t depth);
  Expression* integer_literal();
  Expression* element(const Scope& scope);
  Expression* binary(const Scope& scope, uint32_t depth);
  Expression* long_integer(const Scope& scope, int64_t operands);
  Expression* from_literal(Operation operation, Expression* right);
  Expression* not_literal(Expression* variable, const Scope& scope);
  Expression* pointer(const Scope& scope);
  Expression* node(const Scope& scope, uint32_t depth);
  Expression* comparison(const Scope& scope);
  Expression* pair_of_conditions(const Scope& scope, uint32_t depth);
  Expression* pointer_comparison(const Scope& scope);
  Expression* linked_comparison(const Scope& scope);
  Variable* find_linked(const Variable& one, const Scope& scope);
  Expression* pointer_operand(Type type, const Scope& scope, bool loaded);
  Expression* nil_comparison(const Variable& variable);
  Expression* variable_index(int64_t length, const Scope& scope);
  Expression* divisor(const Scope& scope);
  bool may_fault(Fault fault);

  const Mix& mix() const { return mix_of(options_.profile); }

  Random& random_;
  Arena& arena_;
  Builder builder_;
  GeneratorOptions options_;
  std::vector<Known> known_;
  std::vector<uint32_t> lengths_;          // of arrays; a nest has two, so variables fit parameters
  std::vector<const Variable*> on_stack_;  // nodes that nothing is to store in the heap
  std::vector<const Variable*> escaping_;  // parameters that their function stores there
  std::vector<Link> links_;
  const Variable* linked_argument_ = nullptr;  // the node that was passed last in this call
  bool escapes_ = false;                       // the current value goes into the heap
  Fault fault_ = Fault::kNone;                 // in the current statement
  uint32_t next_name_ = 1;
  uint32_t functions_ = 0;  // and literals, so far
  int32_t statements_left_ = 0;
  bool hands_over_ = false;  // the nest is of hand_overs.cc's kind
  std::vector<Session> sessions_;
  Variable* done_ = nullptr;    // main's channel on which goroutines report
  uint32_t started_ = 0;        // goroutines for which main waits
  uint64_t repeats_ = 1;        // how often the current place runs in one call
  bool is_deep_ = false;        // many blocks are to be put around the current place
  bool yields_often_ = false;   // a goroutine outruns the scheduler's list with main
  int64_t largest_growth_ = 0;  // in words
  uint32_t scale_ = 1;
  uint32_t long_tail_ = 0;  // the chance of a size beyond the usual ones, in percent
  uint64_t most_steps_ = 0;
  uint64_t steps_ = 0;  // of one call of the current function, so far
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_GENERATOR_GENERATOR_H_
