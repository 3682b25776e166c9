#ifndef STACKQUAKE_HARNESS_MUTATION_SITE_H_
#define STACKQUAKE_HARNESS_MUTATION_SITE_H_

// Places in a checked nest, and what is in scope there.
//
// One walk over the nest draws one of the wanted places; all have the same chance. During the walk
// only the place that was drawn last is kept. A Site that is used again keeps its storage.

#include <span>
#include <vector>

#include "harness/generator/random.h"
#include "harness/generator/scope.h"
#include "harness/language/arena.h"
#include "harness/language/tree.h"
#include "harness/language/walk.h"

namespace stackquake {

// A statement of a block, or the gap before it. When `index` is the number of statements, the gap
// after the last one. The branch of an else belongs to its if and is not a site.
struct Site {
  Block* block = nullptr;
  size_t index = 0;
  Scope scope;                   // before the statement; find_callable fills in `callable`
  Function* declared = nullptr;  // the declared function around it
  Expression** slot = nullptr;   // of find_expression: the place of the expression in the tree
  Statement* inside = nullptr;   // of find_expression: the innermost statement around it

  Statement& statement() const { return *block->statements[index]; }
};

// Tracks what is in scope at the current node while a tree is walked.
class ScopeTracker : public Visitor {
 public:
  explicit ScopeTracker(Nest& nest) : nest_(nest) {}

  void statement(Statement*& statement);
  void enter(Block& block);
  void leave(Block& block);
  void enter(Function& function);
  void leave(Function& function);
  void declaration(Variable& variable) { visible_.push_back(&variable); }

 protected:
  bool in_block(Statement* const& slot) const;
  size_t index_of(Statement* const& slot) const;
  // Stores the current place in a site.
  void keep(Site& site, size_t index) const;

  Block& block() const { return *open_.back().block; }
  const Function& function() const { return *functions_.back().function; }
  Statement* inside() const { return inside_; }

 private:
  struct OpenBlock {
    Block* block;
    size_t visible;
    bool loop;
    Statement* around;
  };
  struct OpenFunction {
    Function* function;
    size_t visible;
    size_t blocks;
    uint32_t loops;
  };

  Nest& nest_;
  std::vector<Variable*> visible_;
  std::vector<OpenBlock> open_;
  std::vector<OpenFunction> functions_;
  Statement* inside_ = nullptr;
};

// Draws a statement for which `wanted(const Statement&)` is true. False when there is none.
template <typename Wanted>
bool find_statement(Nest& nest, Random& random, Site& site, Wanted wanted) {
  struct Finder : ScopeTracker {
    Finder(Nest& nest, Random& random, Site& site, Wanted& wanted)
        : ScopeTracker(nest), random(random), site(site), wanted(wanted) {}

    void statement(Statement*& slot) {
      if (in_block(slot) && wanted(static_cast<const Statement&>(*slot)) &&
          random.below(++seen) == 0) {
        keep(site, index_of(slot));
      }
      ScopeTracker::statement(slot);
    }

    Random& random;
    Site& site;
    Wanted& wanted;
    uint64_t seen = 0;
  } finder(nest, random, site, wanted);
  walk(nest, finder);
  return finder.seen > 0;
}

// Draws a gap. Every block has at least one.
void find_gap(Nest& nest, Random& random, Site& site);

// Draws an expression for which `wanted(const Expression&, const Statement& inside)` is true; parts
// of larger expressions are drawn, too. False when there is none. Does not set block and index.
template <typename Wanted>
bool find_expression(Nest& nest, Random& random, Site& site, Wanted wanted) {
  struct Finder : ScopeTracker {
    Finder(Nest& nest, Random& random, Site& site, Wanted& wanted)
        : ScopeTracker(nest), random(random), site(site), wanted(wanted) {}

    void expression(Expression*& slot) {
      if (!wanted(static_cast<const Expression&>(*slot),
                  static_cast<const Statement&>(*inside()))) {
        return;
      }
      if (random.below(++seen) != 0) return;
      keep(site, 0);
      site.slot = &slot;
      site.inside = inside();
    }

    Random& random;
    Site& site;
    Wanted& wanted;
    uint64_t seen = 0;
  } finder(nest, random, site, wanted);
  walk(nest, finder);
  return finder.seen > 0;
}

// Fills in the functions that a call at the site may go to without making a new recursion.
void find_callable(Site& site);

// ---- Changing blocks ----

void insert(Block& block, size_t index, std::span<Statement* const> statements, Arena& arena);
void insert(Block& block, size_t index, Statement* statement, Arena& arena);
void remove(Block& block, size_t index, size_t count = 1);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_MUTATION_SITE_H_
