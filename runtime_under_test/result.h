#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_RESULT_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_RESULT_H_

// The result of a run: how it ended, the traces of its goroutines, a violation if there was one,
// and counters.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime_under_test/word.h"

namespace stackquake::runtime {

// How a program ended. None of these is an error in itself: the oracle says how a nest must end. A
// *blocked* goroutine waits at a channel that no other goroutine serves. *Fuel* bounds the time of
// a run: it is counted in steps, and options.h says how many steps things cost.
enum class OutcomeKind : uint8_t {
  kExit,      // main returned
  kPanic,     // a goroutine panicked, and nothing recovered the panic
  kGoexit,    // main called Goexit, and no goroutine is left
  kDeadlock,  // every goroutine that is left is blocked
  kOverflow,  // a stack would have passed Options::limit_bytes, or all stacks kMaxStackBytesInUse
  kFuel,      // the steps of Options::fuel ran out, or more than kMaxGoroutines were started
  kNilpanic,  // panic was called with a nil `any`, which versions of Go treat differently
};

std::string_view to_string(OutcomeKind kind);

// One panic that was in progress when the program crashed.
struct ChainLink {
  int64_t code = 0;
  bool recovered = false;

  friend bool operator==(const ChainLink&, const ChainLink&) = default;
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::kExit;
  std::vector<ChainLink> chain;  // oldest first; empty unless kPanic

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// A word of managed memory, by a name that a copy does not change.
struct WordName {
  uint32_t goroutine = 0;  // G::id, of a word on a stack; 0 for one elsewhere
  uint64_t place = 0;      // distance from the stack's high end in bytes; elsewhere the address

  friend bool operator==(const WordName&, const WordName&) = default;
};

enum class WordEventKind : uint8_t {
  kAllocated,  // the heap object with the word was allocated
  kStored,     // a value was stored in the word
  kAdjusted,   // a stack copy changed the word
  kMissed,     // a stack copy moved the word's target, and did not change the word
  kFreed,      // a collection freed the object with the word
};

std::string_view to_string(WordEventKind kind);

// An event in the history of a word.
struct WordEvent {
  WordEventKind kind = WordEventKind::kStored;
  std::string what;      // the stored value or the object: "the address of local word 2 of main"
  Word value = 0;        // of the word afterwards; 0 of kAllocated and kFreed
  uint64_t number = 0;   // of the copy or collection, from 1 over the whole run; 0 otherwise
  uint32_t count = 1;    // of copies in a row with the same event; `number` is that of the last
  std::string function;  // the function of the nest that ran; empty when none ran
  uint32_t line = 0;

  friend bool operator==(const WordEvent&, const WordEvent&) = default;
};

// A check that fired.
struct Violation {
  std::string_view check;  // its name, a literal
  std::string signature;   // equal for equal causes: no addresses, no lines
  std::string message;
  std::string function;  // of the nest, where the goroutine stood; empty when none ran
  uint32_t line = 0;
  uint32_t goroutine = 0;  // G::id of that goroutine; 0 when none ran
  std::string place;       // the role of the wrong word in the runtime; empty if no word is wrong
  WordName word;           // the name of the wrong word; its place is 0 if no word is wrong
  std::vector<WordEvent> history;  // of the word, oldest first; filled in by an investigation
};

// Counters of a run.
struct Stats {
#define STACKQUAKE_STAT(name) uint64_t name = 0;
#include "runtime_under_test/stats.def"
#undef STACKQUAKE_STAT

  friend bool operator==(const Stats&, const Stats&) = default;
};

// Owned by the Runtime that made it, and valid until its next run.
struct RunResult {
  Outcome outcome;
  std::optional<Violation> violation;  // where set, the outcome means nothing
  Stats stats;

  // The traces of all goroutines, in the order in which they were started.
  std::span<const std::vector<int64_t>> traces() const { return {traces_.data(), trace_count_}; }

  void clear();
  std::vector<int64_t>& trace_of(uint32_t goroutine_id);  // ids count from 1

 private:
  std::vector<std::vector<int64_t>> traces_;  // keeps its vectors for later runs
  size_t trace_count_ = 0;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_RESULT_H_
