#ifndef STACKQUAKE_HARNESS_MUTATION_SITE_H_
#define STACKQUAKE_HARNESS_MUTATION_SITE_H_

// Places in a checked nest, with what can be named there.
//
// One walk over the nest draws a place from all those that are wanted, each as likely as the next.
// Only the one that is drawn last is kept; a Site that is used again keeps its storage.

#include <span>
#include <vector>

#include "harness/generator/random.h"
#include "harness/generator/scope.h"
#include "harness/language/arena.h"
#include "harness/language/tree.h"
#include "harness/language/walk.h"

namespace stackquake {

// A statement of a block, or the gap before it (after the last one where `index` is their number).
// The branch of an else is part of its if, and no site.
struct Site {
  Block* block = nullptr;
  size_t index = 0;
  Scope scope;                   // before the statement; without `callable`: see find_callable
  Function* declared = nullptr;  // the declared function around it
  Expression** slot = nullptr;   // of find_expression: where the tree holds the expression
  Statement* inside = nullptr;   // of find_expression: the innermost statement around it

  Statement& statement() const { return *block->statements[index]; }
};

// Knows, while a tree is walked, what can be named at the node at hand.
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
  // Puts the place at hand into a site.
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

// Draws a statement for which `wanted(const Statement&)`. False where there is none.
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

// Draws a gap. There is one in every block.
void find_gap(Nest& nest, Random& random, Site& site);

// Draws an expression for which `wanted(const Expression&, const Statement& inside)`, all the parts
// of larger ones included. False where there is none. Of the site, block and index are not set.
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

// Fills in which functions can be called at the site without a recursion that was not there.
void find_callable(Site& site);

// ---- Changing blocks ----

void insert(Block& block, size_t index, std::span<Statement* const> statements, Arena& arena);
void insert(Block& block, size_t index, Statement* statement, Arena& arena);
void remove(Block& block, size_t index, size_t count = 1);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_MUTATION_SITE_H_
