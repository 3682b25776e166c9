#ifndef STACKQUAKE_HARNESS_ORACLE_GOROUTINE_H_
#define STACKQUAKE_HARNESS_ORACLE_GOROUTINE_H_

// The state of a goroutine, as plain data.
//
// A call or a receive is never part of a larger expression, so between two statements nothing is
// half evaluated: a goroutine is a stack of activations, each with its open blocks, the deferred
// calls that have not run, and the panics and Goexits that are in progress.

#include <cstdint>
#include <limits>
#include <vector>

#include "harness/language/tree.h"
#include "harness/oracle/cell_stack.h"
#include "harness/oracle/channel.h"
#include "harness/oracle/plan.h"
#include "harness/oracle/value.h"

namespace stackquake::oracle {

// The variables of an activation: this header, then their cells, in its goroutine's CellStack.
struct Frame {
  const FunctionPlan* plan;
  Frame* outer;  // of the function that a literal stands in, which is still active; else null

  Word* cells() { return reinterpret_cast<Word*>(this + 1); }
  Word* cell(const Variable& variable) {
    return cells() + plan->cells_of_variables[variable.index];
  }
};
static_assert(sizeof(Frame) % sizeof(Word) == 0);

// A block that is being executed: the statements that are left, and the `for` that it is the body
// of, or null.
struct OpenBlock {
  Statement* const* next;
  Statement* const* end;
  const Statement* loop;
};

// What a function's return leads to.
enum class Return : uint8_t {
  kToStatement,  // its result goes where Activation::statement wants it
  kToEpilogue,   // it was a deferred call of a function that is returning: the next one
  kToUnwinding,  // it was a deferred call that the newest panic or Goexit runs
  kEndsGoroutine,
};

constexpr uint32_t kNobody = std::numeric_limits<uint32_t>::max();

struct Activation {
  Frame* frame;
  const Statement* statement;  // of the caller, for kToStatement
  CellStack::Mark cells;       // before its frame
  uint32_t first_block;        // its first in Goroutine::blocks
  uint32_t words;              // that it has taken; 0 until its arguments are there
  uint32_t runner;  // the panic, in Goroutine::unwindings, that it may recover; or kNobody
  Return return_to;
};

// A deferred call that has not returned. Its arguments are in Goroutine::deferred_words.
struct Deferred {
  const Function* function = nullptr;  // null: a built-in, or a nil func()
  Frame* outer = nullptr;
  bool is_builtin = false;
  Builtin builtin{};
  uint32_t owner = 0;  // the activation that deferred it
  uint32_t first_word = 0;
  uint32_t started_by = kNobody;  // the panic or Goexit that has started it
};

// A panic or a Goexit that is in progress: it runs deferred calls from the newest on.
struct Unwinding {
  bool is_goexit = false;
  bool recovered = false;
  bool aborted = false;    // a later one has passed the deferred call that it was running
  bool forgotten = false;  // it is no longer told when the program crashes
  uint32_t depth = 0;      // activations when it began; those are left when it is resumed
  Value value;             // an any
};

// What a goroutine waits for, or waited for until it became runnable.
enum class Blocked : uint8_t { kNot, kSend, kReceive, kSelect };

struct PreparedCase {
  const SelectCase* select_case;
  Channel* channel;
  Word element;  // to be sent
};

struct Goroutine {
  uint32_t number = 0;  // counts the goroutines of a run from 1, which is main's
  CellStack cells;
  std::vector<Activation> activations;
  std::vector<OpenBlock> blocks;
  std::vector<Deferred> deferred;
  std::vector<Word> deferred_words;
  std::vector<Unwinding> unwindings;

  uint64_t words = 0;        // that its activations and unwindings take now
  uint64_t stack_words = 0;  // at most, of the stack that a runtime gives it
  bool has_begun = false;
  bool unwinds = false;  // the newest of unwindings runs deferred calls, and none is a function's

  // The operation it is blocked in.
  Blocked blocked = Blocked::kNot;
  const Statement* statement = nullptr;
  Channel* channel = nullptr;
  Word element = 0;                 // to be sent, or what another goroutine has handed over
  std::vector<PreparedCase> cases;  // of a select
  std::vector<Waiter> waiters;      // one; of a select, one for each case
  bool is_served = false;           // a waiter has been taken out of its queue
  const Waiter* served = nullptr;   // the one whose element has been moved; null when the
                                    // channel has changed or was closed instead

  Activation& top() { return activations.back(); }

  void clear() {
    cells.release({});
    activations.clear();
    blocks.clear();
    deferred.clear();
    deferred_words.clear();
    unwindings.clear();
    words = stack_words = 0;
    has_begun = unwinds = false;
    blocked = Blocked::kNot;
  }
};

}  // namespace stackquake::oracle

#endif  // STACKQUAKE_HARNESS_ORACLE_GOROUTINE_H_
