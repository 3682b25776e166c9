#ifndef STACKQUAKE_HARNESS_REDUCER_REDUCER_H_
#define STACKQUAKE_HARNESS_REDUCER_REDUCER_H_

// Finds a small nest that is still interesting, from a large one. A predicate of the caller says
// which nests are interesting.
//
// 1. Each pass (pass.h) makes its choices, one after another, on the smallest nest so far.
// 2. The result of a choice is tidied, printed, and checked. It is rejected if it is not a nest, is
//    not smaller (size.h), or has been tried before.
// 3. The caller's predicate is asked about the others. One that it accepts is the smallest nest
//    from then on.
// 4. When a round of all passes has found nothing smaller, the names are made short. Where a pass
//    has put every safepoint in the place of some, the first one that is enough by itself is told
//    instead, though that is no smaller.
//
// Everything is deterministic if the predicate is, unless the time runs out.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "harness/language/language.h"
#include "harness/reducer/pass.h"
#include "harness/reducer/size.h"

namespace stackquake::reducer {

// Whether a nest, given as its text, is still interesting.
using Predicate = std::function<bool(std::string_view text)>;

struct Reduction {
  std::string text;
  Size before;
  Size after;
  uint64_t candidates = 0;  // nests about which the predicate was asked
  bool is_done = false;     // false if the time ran out while the nest could still become smaller
};

class Reducer {
 public:
  using Clock = std::chrono::steady_clock;

  // No further candidate is begun after `deadline`.
  explicit Reducer(Predicate is_interesting, Clock::time_point deadline = Clock::time_point::max())
      : is_interesting_(std::move(is_interesting)), deadline_(deadline) {}

  // `text` must be an interesting nest. Its comments and its directive `finds` are dropped.
  Reduction reduce(std::string_view text);

 private:
  void begin(std::string_view text);
  bool run_round();
  bool run(const Pass& pass);
  bool is_smaller(std::string_view candidate, Size& size);
  bool accept(std::string_view candidate);
  void shorten_names();
  void narrow_safepoints();
  void narrow(bool (*name)(Directives& directives, uint64_t safepoint, Arena& arena));
  bool is_late() const { return Clock::now() >= deadline_; }

  Predicate is_interesting_;
  Clock::time_point deadline_;
  Reduction best_;
  Arena arena_;                           // of the tree that is being changed
  Arena candidate_arena_;                 // of the tree of a candidate's text
  std::unordered_set<std::string> seen_;  // all texts that have been judged
  bool had_move_at_ = false;              // the nest in the beginning named safepoints
  bool had_gc_at_ = false;
};

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_REDUCER_H_
