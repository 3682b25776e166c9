#ifndef STACKQUAKE_HARNESS_ORACLE_EVALUATOR_H_
#define STACKQUAKE_HARNESS_ORACLE_EVALUATOR_H_

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "harness/language/arena.h"
#include "harness/language/tree.h"
#include "harness/oracle/channel.h"
#include "harness/oracle/goroutine.h"
#include "harness/oracle/oracle.h"
#include "harness/oracle/plan.h"
#include "harness/oracle/scheduler.h"

namespace stackquake::oracle {

// Evaluates a nest, one statement at a time.
//
// Only expressions recurse: they contain no calls and are at most 64 deep. Everything else changes
// the state of the running goroutine (goroutine.h). So calls, panics and switches of goroutines do
// not recurse here.
//
// A fault in an expression is noted in fault_, and the expression's value is then 0. The statement
// does nothing else, and its fault becomes a panic. No statement has two kinds of faults. Only the
// cases of a select may; then the first case in the text counts.
//
// The evaluator counts *steps* so that a runtime with ten times the fuel finishes every nest that
// finishes here:
//   - one step for each statement and for each part of an expression, none of which takes a runtime
//     more than ten instructions,
//   - more steps where a runtime's work grows with the size of its data, or switches goroutines.
//
// An evaluator may be used many times. It keeps memory for the next nest, but no more than an
// ordinary one needs.
class Evaluator {
 public:
  // Of goroutines that have ended, for later ones; and the words of memory of each of them.
  static constexpr size_t kKeptGoroutines = 32;
  static constexpr size_t kKeptWords = size_t{8} << 10;

  const OracleResult& evaluate(const Nest& nest, const OracleOptions& options);

  // The words of memory that its goroutines have, which may have ended.
  size_t capacity() const;

 private:
  using Kind = OracleOutcome::Kind;

  // For letting another goroutine run, which takes a runtime 16 steps.
  static constexpr uint64_t kStepsPerSwitch = 2;

  // The run: evaluator.cc.
  void begin(const Nest& nest, const OracleOptions& options);
  void end_goroutines();
  void run();
  void resume(Goroutine& goroutine);
  void step();
  void preempt();
  void finish(Kind kind);
  void charge(uint64_t steps);
  void note(OracleEvent event) { result_.events.add(event); }
  void take_words(uint64_t words);
  void give_words_back(uint64_t words) { running_->words -= words; }
  Goroutine& new_goroutine();
  void reserve_stack(Goroutine& goroutine, uint64_t words);
  static uint64_t records(const Goroutine& goroutine);
  void end_running();
  void out_of_goroutines();

  // Expressions: expressions.cc.
  Value value(const Expression& expression);
  void value_to(const Expression& expression, Type type, Word* to);
  bool holds(const Expression& condition);
  Word* place(const Expression& expression);
  Word* cell_of(const Variable& variable) const;
  void fault(ErrorCode code);
  Word arithmetic(const Expression& expression);
  Word quotient(Operation operation, int64_t left, int64_t right);
  bool comparison(const Expression& expression);
  bool is_in_deferred_call_of_epilogue() const;
  Value new_node(const Expression& expression);
  Value new_channel(const Expression& expression);
  Value built_in_value(const Expression& call);
  Word address_number(Word address);

  // Statements: statements.cc.
  void execute(const Statement& statement);
  void declare(const Statement& statement);
  void assign(const Statement& statement);
  void operate(const Statement& statement);
  void expression_statement(const Statement& statement);
  void if_statement(const Statement& statement);
  void for_statement(const Statement& statement);
  void return_statement(const Statement& statement);
  void open_block(const Block& block, const Statement* loop = nullptr);
  void end_block();
  bool waits_for(const Expression& value, const Statement& statement);
  void deliver(const Statement& statement, Value result);
  void built_in(const Expression& call, const Statement& statement);
  void panic_with(const Expression& argument);
  void trace(Word number);
  void move_stack();
  void grow_stack(int64_t words);
  void collect();

  // Calls: calls.cc.
  void call(const Expression& call, const Statement& statement);
  void defer(const Expression& call);
  void go(const Expression& call);
  Activation& push_activation(Goroutine& goroutine, const Function& function, Frame* outer);
  void begin_function();
  void leave_function();
  void pop_activation();
  void cut_back(size_t activations);
  void leave_blocks();
  void run_deferred(const Deferred& deferred, Return return_to, uint32_t runner);
  void run_deferred_built_in(Builtin builtin, Word argument);

  // Panics and Goexits: unwinding.cc.
  void panic(Value value);
  void raise(ErrorCode code) { panic(error_any(code)); }
  void goexit();
  void push_unwinding(Unwinding unwinding);
  void pop_unwinding();
  void unwind();
  void run_newest_deferred();
  void deferred_call_returned();
  void resume_after_recovery(uint32_t owner);
  void forget_aborted();
  void out_of_deferred_calls();
  Value recover();
  bool is_below_call_of_panic() const;

  // Channels: communication.cc.
  void send(const Statement& statement);
  void send_buffered();
  void receive(const Expression& receive, const Statement& statement);
  void receive_buffered();
  void close(const Expression& call);
  void select(const Statement& statement);
  void try_select(bool was_woken);
  enum class Readiness : uint8_t { kNotReady, kReady, kClosed };
  Readiness try_case(PreparedCase& prepared);
  void choose(const SelectCase& select_case, Word element);
  static WaitQueue& queue_of(const PreparedCase& prepared);
  void wait_in_all();
  void continue_select();
  void pass_wakeups_on();
  void wait_in(WaitQueue& queue, Blocked blocked);
  void wake(Waiter& waiter, bool has_moved);
  void block(Blocked blocked);
  void continue_operation();
  bool hand_over(Channel& channel, Word element);
  bool take_from_sender(Channel& channel, Word& element);
  void push(Channel& channel, Word element);
  Word pop(Channel& channel);

  OracleOptions options_;
  OracleResult result_;
  bool finished_ = true;
  Plan plan_;
  Scheduler scheduler_;
  Arena heap_;  // nodes and channels; nothing is freed before the end
  uint64_t allocated_words_ = 0;
  uint64_t stack_words_ = 0;  // of all goroutines: the sum of Goroutine::stack_words
  uint64_t word_limit_ = 0;   // that one goroutine may take: see take_words

  Goroutine* running_ = nullptr;  // null: the scheduler picks the next one
  Frame* frame_ = nullptr;        // of the running goroutine's newest activation
  ErrorCode fault_ = kNoError;    // of the current statement

  std::vector<std::unique_ptr<Goroutine>> goroutines_;
  std::vector<Goroutine*> free_;  // goroutines that have ended or were never used
  uint32_t started_ = 0;
  uint32_t alive_ = 0;
  bool main_has_exited_ = false;

  std::vector<uint32_t> case_order_;
  std::vector<Word> arguments_;                      // of a `go` statement
  std::unordered_map<Word, uint64_t> address_book_;  // addresses, numbered by their first addr()
  uint64_t fresh_addresses_ = 0;
};

}  // namespace stackquake::oracle

#endif  // STACKQUAKE_HARNESS_ORACLE_EVALUATOR_H_
