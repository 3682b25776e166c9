#ifndef STACKQUAKE_HARNESS_ORACLE_GOROUTINE_H_
#define STACKQUAKE_HARNESS_ORACLE_GOROUTINE_H_

// The state of a goroutine, as plain data.
//
// A goroutine has
//   - a stack of activations, each with its open blocks,
//   - the deferred calls that have not returned,
//   - the panics and Goexits in progress.
// Between two statements nothing is half evaluated, because a call or a receive is never part of a
// larger expression.

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
  Frame* outer;  // for a literal: the frame of the function around it, which is still active

  Word* cells() { return reinterpret_cast<Word*>(this + 1); }
  Word* cell(const Variable& variable) {
    return cells() + plan->cells_of_variables[variable.index];
  }
};
static_assert(sizeof(Frame) % sizeof(Word) == 0);

// A block that is being executed: its remaining statements. `loop` is the `for` whose body the
// block is, or null.
struct OpenBlock {
  Statement* const* next;
  Statement* const* end;
  const Statement* loop;
};

// What happens when a function returns.
enum class Return : uint8_t {
  kToStatement,  // its result goes to Activation::statement
  kToEpilogue,   // it was a deferred call of a returning function, which runs its next one
  kToUnwinding,  // it was a deferred call that the newest panic or Goexit ran
  kEndsGoroutine,
};

constexpr uint32_t kNoUnwinding = std::numeric_limits<uint32_t>::max();

struct Activation {
  Frame* frame;
  const Statement* statement;  // of the caller, for kToStatement
  CellStack::Mark cells;       // the height of the cells below its frame
  uint32_t first_block;        // the index of its first block in Goroutine::blocks
  uint32_t words;              // that it has taken; 0 until its arguments are in place
  uint32_t runner;             // the unwinding that it may recover, or kNoUnwinding
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
  uint32_t started_by = kNoUnwinding;  // the panic or Goexit that has started it
};

// A panic or a Goexit in progress. It runs the deferred calls, from the newest on.
struct Unwinding {
  bool is_goexit = false;
  bool recovered = false;
  bool aborted = false;    // a newer one has unwound the deferred call that this one was running
  bool forgotten = false;  // a crash of the program does not report it
  uint32_t depth = 0;      // the number of activations when it began; it resumes with as many
  Value value;             // an any
};

// What a goroutine waits for. Keeps its value after the goroutine is woken, until it runs.
enum class Blocked : uint8_t { kNot, kSend, kReceive, kSelect };

struct PreparedCase {
  const SelectCase* select_case;
  Channel* channel;
  Word element;  // the value to send
};

struct Goroutine {
  uint32_t number = 0;  // 1 for main's goroutine, then in the order of their start
  CellStack cells;
  std::vector<Activation> activations;
  std::vector<OpenBlock> blocks;
  std::vector<Deferred> deferred;
  std::vector<Word> deferred_words;
  std::vector<Unwinding> unwindings;

  uint64_t words = 0;        // that its activations and unwindings take now
  uint64_t stack_words = 0;  // the most that a runtime's stack for it may have
  bool has_begun = false;
  bool unwinds = false;  // the newest unwinding looks for its next deferred call

  // The operation in which it is blocked.
  Blocked blocked = Blocked::kNot;
  const Statement* statement = nullptr;
  Channel* channel = nullptr;
  Word element = 0;                 // the value to send, or the received one
  std::vector<PreparedCase> cases;  // of a select
  std::vector<Waiter> waiters;      // one; for a select, one for each case
  bool is_served = false;           // a waiter has been taken out of its queue
  // The waiter whose element has been moved. Null when the goroutine was woken because the channel
  // has changed or was closed.
  const Waiter* served = nullptr;

  Activation& top() { return activations.back(); }

  // The words of memory that its stack and its lists have, in use or not.
  size_t capacity() const {
    const auto words = [](const auto& list) {
      return list.capacity() * sizeof(list[0]) / sizeof(Word);
    };
    return cells.capacity() + words(activations) + words(blocks) + words(deferred) +
           words(deferred_words) + words(unwindings) + words(cases) + words(waiters);
  }

  void clear() {
    cells.release({});
    activations.clear();
    blocks.clear();
    deferred.clear();
    deferred_words.clear();
    unwindings.clear();
    cases.clear();
    words = stack_words = 0;
    has_begun = unwinds = false;
    blocked = Blocked::kNot;
  }
};

}  // namespace stackquake::oracle

#endif  // STACKQUAKE_HARNESS_ORACLE_GOROUTINE_H_
