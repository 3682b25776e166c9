#ifndef STACKQUAKE_HARNESS_ORACLE_ORACLE_H_
#define STACKQUAKE_HARNESS_ORACLE_ORACLE_H_

// What a nest does, by the Go specification: the truth that every design of a runtime is compared
// with.
//
// The oracle walks the tree of the nest. It knows nothing of stacks, frames, copies or collections,
// and uses nothing of the runtime under test, so that no error can be in both. Only the decisions
// of the scheduler are the same, by the nest's seed: without them a nest whose behaviour depends on
// the schedule could not be compared.
//
// An Oracle reuses its storage from one nest to the next. Several can live at a time.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "harness/language/tree.h"

namespace stackquake {

namespace oracle {
class Evaluator;
}

// Where Go itself has changed.
enum class Level : uint8_t {
  kGo14,    // a panic that a deferred call raised while a Goexit ran it, and that another one
            // recovers, cancels the Goexit
  kModern,  // Go 1.22 and later: the Goexit goes on
};

// Which numbers the built-in addr() gives for the addresses of variables. They mean nothing, so a
// program that behaves alike under all of these does not depend on them.
enum class AddressAssignment : uint8_t {
  kAscending,   // one number for a variable, later ones larger
  kDescending,  // one number for a variable, later ones smaller
  kFresh,       // another number at each call
};

// A tenth of what the runtimes under test have.
constexpr uint64_t kMostOracleSteps = 1'000'000;

struct OracleOptions {
  Level level = Level::kGo14;
  uint32_t seed = 0;              // of the scheduler
  uint32_t stack_bytes = 2048;    // of a new goroutine; only the count of steps depends on it
  uint32_t limit_bytes = 262144;  // of a stack
  AddressAssignment addresses = AddressAssignment::kAscending;
  uint32_t address_seed = 0;  // of kFresh: another one gives other numbers
  // Goroutines are preempted before any of their statements, and not only where a function begins,
  // as in the runtimes under test: what behaves alike under many seeds then, does so everywhere.
  bool preempts_anywhere = false;
  // One goroutine may get far ahead of others that could run, as on a Go where one collects and
  // waits for that. Needs a seed.
  bool by_priority = false;
  // A buffered channel serves a goroutine that waits there at once, as today's Go does. Otherwise
  // it is woken to try again, as by the runtimes under test, and another one may forestall it.
  bool hands_over = false;
  uint64_t max_steps = kMostOracleSteps;  // a nest that needs more ends in kFuel
};

// As the directives ask.
OracleOptions oracle_options(const Directives& directives, Level level);

struct OracleOutcome {
  // As runtime::OutcomeKind, except that an overflow comes earlier and fuel ends sooner, so that
  // whatever ends otherwise here does so on every runtime.
  enum class Kind : uint8_t {
    kExit,      // main returned
    kPanic,     // a goroutine panicked, and nothing recovered the panic
    kGoexit,    // main called Goexit, and no goroutine is left
    kDeadlock,  // every goroutine that is left waits at a channel
    kOverflow,  // stacks took more than a quarter of the limit, for which every runtime has room
    kFuel,      // max_steps ran out, or more than 1,023 goroutines were started beside main
    kNilpanic,  // panic was called with a nil `any`, which versions of Go treat differently
  };

  // A panic that was in progress when the program crashed.
  struct Link {
    int64_t code = 0;
    bool recovered = false;

    friend bool operator==(const Link&, const Link&) = default;
  };

  Kind kind = Kind::kExit;
  std::vector<Link> chain;  // oldest first; empty unless kPanic

  friend bool operator==(const OracleOutcome&, const OracleOutcome&) = default;
};

struct OracleResult {
  OracleOutcome outcome;
  uint64_t steps = 0;
  uint64_t most_words = 0;  // that one stack held at once: variables, arguments, what calls need
  bool used_addr = false;   // the built-in addr() was called

  // Of all goroutines, in the order in which they were started.
  std::span<const std::vector<int64_t>> traces() const { return {traces_.data(), trace_count_}; }

  void clear();
  std::vector<int64_t>& trace_of(uint32_t goroutine);  // numbers count from 1

 private:
  std::vector<std::vector<int64_t>> traces_;  // keeps its vectors for later evaluations
  size_t trace_count_ = 0;
};

class Oracle {
 public:
  Oracle();
  ~Oracle();
  Oracle(Oracle&&) noexcept;
  Oracle& operator=(Oracle&&) noexcept;

  // The nest must have been checked. The result is valid until the next evaluation.
  const OracleResult& evaluate(const Nest& nest, const OracleOptions& options);

 private:
  std::unique_ptr<oracle::Evaluator> evaluator_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_ORACLE_ORACLE_H_
