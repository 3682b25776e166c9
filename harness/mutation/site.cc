#include "harness/mutation/site.h"

#include <algorithm>

#include "harness/mutation/lists.h"

namespace stackquake {

void ScopeTracker::statement(Statement*& statement) {
  inside_ = statement;
}

void ScopeTracker::enter(Block& block) {
  const bool loop =
      inside_ != nullptr && inside_->kind == StatementKind::kFor && &inside_->body == &block;
  // The counter is declared before its body is entered, but it is visible only inside the body.
  open_.push_back({&block, visible_.size() - (loop ? 1 : 0), loop, inside_});
  if (loop) ++functions_.back().loops;
}

void ScopeTracker::leave(Block& /*block*/) {
  visible_.resize(open_.back().visible);
  if (open_.back().loop) --functions_.back().loops;
  inside_ = open_.back().around;
  open_.pop_back();
}

void ScopeTracker::enter(Function& function) {
  functions_.push_back({&function, visible_.size(), open_.size(), 0});
}

void ScopeTracker::leave(Function& /*function*/) {
  visible_.resize(functions_.back().visible);
  functions_.pop_back();
}

bool ScopeTracker::in_block(Statement* const& slot) const {
  if (open_.empty()) return false;
  const std::span<Statement*> statements = block().statements;
  const auto address = reinterpret_cast<uintptr_t>(&slot);
  const auto first = reinterpret_cast<uintptr_t>(statements.data());
  return address >= first && address < first + statements.size_bytes();
}

size_t ScopeTracker::index_of(Statement* const& slot) const {
  return static_cast<size_t>(&slot - block().statements.data());
}

void ScopeTracker::keep(Site& site, size_t index) const {
  site.block = &block();
  site.index = index;
  site.declared = functions_.front().function;
  Scope& scope = site.scope;
  scope.nest = &nest_;
  scope.function = functions_.back().function;
  scope.callable.clear();
  scope.loops = functions_.back().loops;
  scope.blocks = static_cast<uint32_t>(open_.size() - functions_.back().blocks);
  scope.top_level = scope.blocks == 1;
  scope.variables.clear();
  for (size_t i = 0; i < visible_.size(); ++i) {
    const auto shadows = [&](const Variable* later) { return later->name == visible_[i]->name; };
    const auto rest = visible_.begin() + static_cast<std::ptrdiff_t>(i) + 1;
    if (std::none_of(rest, visible_.end(), shadows)) scope.variables.push_back(visible_[i]);
  }
}

void find_gap(Nest& nest, Random& random, Site& site) {
  struct Finder : ScopeTracker {
    Finder(Nest& nest, Random& random, Site& site)
        : ScopeTracker(nest), random(random), site(site) {}
    using ScopeTracker::leave;

    void statement(Statement*& slot) {
      if (in_block(slot) && random.below(++seen) == 0) keep(site, index_of(slot));
      ScopeTracker::statement(slot);
    }
    void leave(Block& block) {
      if (random.below(++seen) == 0) keep(site, block.statements.size());
      ScopeTracker::leave(block);
    }

    Random& random;
    Site& site;
    uint64_t seen = 0;
  } finder(nest, random, site);
  walk(nest, finder);
}

void find_callable(Site& site) {
  site.scope.callable = callable_from(*site.scope.nest, *site.declared);
}

void insert(Block& block, size_t index, std::span<Statement* const> statements, Arena& arena) {
  const std::span<Statement*> old = block.statements;
  const auto head = concatenated(old.first(index), statements, arena);
  block.statements = concatenated<Statement>(head, old.subspan(index), arena);
}

void insert(Block& block, size_t index, Statement* statement, Arena& arena) {
  insert(block, index, std::span<Statement* const>(&statement, 1), arena);
}

void remove(Block& block, size_t index, size_t count) {
  erase(block.statements, index, count);
}

}  // namespace stackquake
