#ifndef STACKQUAKE_HARNESS_GENERATOR_LIMITS_H_
#define STACKQUAKE_HARNESS_GENERATOR_LIMITS_H_

// Counts how many generated nests go far: near the limits of the language, and into combinations
// that few nests have (limits.def). For a test, and for the second table in README.md.

#include <array>
#include <bitset>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "harness/language/tree.h"
#include "harness/language/walk.h"

namespace stackquake {

enum class Limit : uint8_t {
#define STACKQUAKE_LIMIT(enumerator, name) enumerator,
#include "harness/generator/limits.def"
#undef STACKQUAKE_LIMIT
  kCount
};

inline constexpr std::array<std::string_view, static_cast<size_t>(Limit::kCount)> kLimitNames = {
#define STACKQUAKE_LIMIT(enumerator, name) name,
#include "harness/generator/limits.def"
#undef STACKQUAKE_LIMIT
};

class LimitCensus : public Visitor {
 public:
  // Begins with the next nest, and notes what its text shows. It must have been checked.
  void count(const Nest& nest);

  // Notes something of the current nest, once.
  void note(Limit limit);

  // How many nests have it.
  uint64_t nests(Limit limit) const { return nests_.at(static_cast<size_t>(limit)); }

  // All limits as a table in Markdown.
  std::string table() const;

  // ---- For the walk over a nest ----

  void statement(Statement*& one);
  void expression(Expression*& one);
  void enter(Block& block);
  void leave(Block& block);
  void enter(Function& function);
  void leave(Function& function);

 private:
  void note_if(bool has, Limit limit);
  void arguments(const Expression& call);
  void store(const Statement& assignment);
  void results(const Block& block);
  void yield();
  bool is_refill() const;
  void deferred_call(const Expression& call);
  void started_call(const Expression& call);
  void operation(const Expression& one);
  int64_t rounds() const { return loops_.empty() ? 0 : loops_.back().rounds; }

  struct OpenLoop {
    const Block* body;
    int64_t rounds;
  };

  std::array<uint64_t, kLimitNames.size()> nests_{};
  std::bitset<kLimitNames.size()> noted_;
  std::vector<OpenLoop> pending_;  // of statements whose body comes next
  std::vector<OpenLoop> loops_;
  std::vector<const Function*> functions_;
  std::vector<const Function*> deferred_;
  uint32_t blocks_ = 0;
  bool main_yields_ = false;   // in a long loop, …
  bool others_yield_ = false;  // … as another function does
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_GENERATOR_LIMITS_H_
