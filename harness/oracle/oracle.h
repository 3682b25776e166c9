#ifndef STACKQUAKE_HARNESS_ORACLE_ORACLE_H_
#define STACKQUAKE_HARNESS_ORACLE_ORACLE_H_

// The oracle: what a nest does according to the Go specification. Every design of a runtime is
// compared with it.
//
// The oracle walks the tree of the nest. It knows nothing of stacks, frames, copies or collections,
// and uses no code of the runtime under test, so that no error can be in both. Only the decisions
// of the scheduler are the same, made from the nest's seed: otherwise a nest whose behaviour
// depends on the schedule could not be compared.
//
// An Oracle reuses its storage from one nest to the next. Several can exist at the same time.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "harness/language/tree.h"
#include "harness/oracle/events.h"

namespace stackquake {

namespace oracle {
class Evaluator;
}

// The version of Go, where Go itself has changed. The question is a panic that is raised by a
// deferred call that a Goexit runs, and that another deferred call recovers.
enum class Level : uint8_t {
  kGo14,    // the recovery cancels the Goexit
  kModern,  // Go 1.22 and later: the Goexit goes on
};

// The names of levels: "go1.4", "modern".
std::string_view to_string(Level level);

// The numbers that the built-in addr() gives for the addresses of variables. The language gives
// them no meaning: a program that behaves the same with all of these does not depend on them.
enum class AddressAssignment : uint8_t {
  kAscending,   // one number for each variable, larger for a later one
  kDescending,  // one number for each variable, smaller for a later one
  kFresh,       // another number at each call
};

// A tenth of the runtimes' fuel: see evaluator.h.
constexpr uint64_t kMostOracleSteps = 1'000'000;

// A goroutine is certain to fit when the words that it takes are this part of the limit of a stack.
// The oracle does not know how large frames are.
constexpr uint32_t kLimitPart = 4;

struct OracleOptions {
  Level level = Level::kGo14;
  uint32_t seed = 0;              // of the scheduler
  uint32_t stack_bytes = 2048;    // of a new goroutine; affects only the count of steps
  uint32_t limit_bytes = 262144;  // of a stack
  AddressAssignment addresses = AddressAssignment::kAscending;
  uint32_t address_seed = 0;   // for kFresh: the numbers depend on it
  uint64_t first_address = 0;  // of a variable, unless kFresh; 0: no runtime's
  uint64_t address_bytes = 0;  // from one address to the next, unless kFresh; 0: a few
  // Preempts goroutines before any statement, not only at the start of a function as the runtimes
  // under test do. A nest that behaves the same under many seeds does so on every runtime.
  bool preempts_anywhere = false;
  // Lets one goroutine get far ahead of others that could run. On real Go this happens when a
  // goroutine waits for a collection. Needs a seed.
  bool by_priority = false;
  // A buffered channel serves a waiting goroutine at once, as today's Go does. Otherwise the
  // waiting goroutine is woken to try again, as in the runtimes under test, and another goroutine
  // may come first.
  bool direct_handoff = false;
  uint64_t max_steps = kMostOracleSteps;  // a nest that needs more ends in kFuel

  friend bool operator==(const OracleOptions&, const OracleOptions&) = default;
};

// The options that the directives of a nest ask for.
OracleOptions oracle_options(const Directives& directives, Level level);

// Options with which the oracle follows a nest as deep as a run can go: it gives up at kLimitPart
// of the limit.
OracleOptions with_room(OracleOptions options);

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
  uint64_t most_words = 0;  // that one goroutine took at once: variables, arguments, calls
  bool used_addr = false;   // the built-in addr() was called
  OracleEvents events;

  // The traces of all goroutines, in the order in which they were started.
  std::span<const std::vector<int64_t>> traces() const { return {traces_.data(), trace_count_}; }

  void clear();
  std::vector<int64_t>& trace_of(uint32_t goroutine);  // `goroutine` counts from 1

 private:
  std::vector<std::vector<int64_t>> traces_;  // the vectors are kept for later evaluations
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
