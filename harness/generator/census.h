#ifndef STACKQUAKE_HARNESS_GENERATOR_CENSUS_H_
#define STACKQUAKE_HARNESS_GENERATOR_CENSUS_H_

// Counts what generated nests have, kind by kind and place by place: for a test, and for the table
// in README.md.
//
// A *kind* is a form of a statement, expression, comparison or fault (kinds.def). A *place* is
// where in its function something stands. A call is one of the program or of a built-in that moves
// the stack, in the function itself. Literals in a branch, in a loop or in deferred code count as
// being there with all that they contain. Deferred code is a function that some statement defers.
//
// A fault is counted where it is certain from the text: at a pointer, func() or channel that is nil
// because it never gets a value, at an index with a bit that no length has, at a division by x - x,
// and at a channel that the statement before closes.

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/language/tree.h"
#include "harness/language/walk.h"

namespace stackquake {

inline constexpr std::array<std::string_view, 6> kPlaces = {
    "before a call", "after a call", "before a branch", "in a branch", "in a loop", "deferred"};

struct Kind {
  std::string_view group;
  std::string_view name;
};

inline constexpr Kind kKinds[] = {
#define STACKQUAKE_KIND(group, name) {group, name},
#include "harness/generator/kinds.def"
#undef STACKQUAKE_KIND
};

class Census : public Visitor {
 public:
  // Adds the occurrences in a nest that has been checked.
  void count(const Nest& nest);

  // How often a kind has occurred in each of kPlaces.
  std::array<uint64_t, kPlaces.size()> counts(const Kind& kind) const;

  // Names in use that kinds.def does not have. There should be none.
  std::vector<std::string> unknown() const;

  // All kinds as a table in Markdown.
  std::string table() const;

  // ---- For the walk over a nest ----

  void statement(Statement*& one);
  void expression(Expression*& one);
  void enter(Block& block);
  void leave(Block& block);
  void enter(Function& function);
  void leave(Function& function);

 private:
  // Something in a function, in the order of the text.
  struct Event {
    std::string key;
    bool in_branch;
    bool in_loop;
  };

  // A function that is being walked. Positions are numbers of events.
  struct Frame {
    bool deferred = false;
    std::vector<Event> events = {};
    size_t statement = 0;         // where the current statement begins
    bool calls = false;           // the current statement does
    size_t last_call_begins = 0;  // where the last statement with a call begins
    size_t first_call_ends = ~size_t{0};
    size_t last_branch_begins = 0;
    uint32_t branches = 0;  // open ones
    uint32_t loops = 0;
  };

  void note(std::string_view group, std::string_view name);
  void end_statement();
  void declaration_or_assignment(const Statement& one);
  void store(const Expression& place);
  void deferred_call(const Expression& call);
  void choices(const Statement& select);
  void closed_channels(const Block& block);
  void operation(const Expression& one);
  void comparison(const Expression& one);
  void load(const Expression& one);
  void call(const Expression& one);
  bool is_nil(const Expression& one) const;

  std::map<std::string, std::array<uint64_t, kPlaces.size()>, std::less<>> counts_;
  std::vector<Frame> frames_;
  std::set<const Function*> deferred_;
  std::set<const Block*> branches_;
  std::set<const Block*> loops_;
  std::set<const Variable*> without_value_;  // declared without one
  std::set<const Expression*> skipped_;      // targets of stores, and calls that come later
  std::map<const Statement*, std::string_view> faulting_;  // as channels are closed
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_GENERATOR_CENSUS_H_
