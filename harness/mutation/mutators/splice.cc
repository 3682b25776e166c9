#include <utility>

#include "harness/mutation/mutator.h"
#include "harness/mutation/outline.h"
#include "harness/mutation/percent.h"

namespace stackquake {
namespace {

// Takes statements out of the donor. They leave it, because a function of the donor that is adopted
// later would bring them along once more.
std::span<Statement*> some_statements(Nest& donor, MutationContext& context) {
  Site& site = context.site;
  const auto any = [](const Statement&) { return true; };
  if (!find_statement(donor, context.random, site, any)) return {};
  const std::span<Statement*> statements = statements_at(site, context);
  remove(*site.block, site.index, statements.size());
  return statements;
}

std::span<Statement*> whole_block(Nest& donor, MutationContext& context) {
  find_gap(donor, context.random, context.site);
  return std::exchange(context.site.block->statements, {});
}

// A call of one of the donor's functions. The mender adopts the function and makes the arguments.
std::span<Statement*> function_call(Nest& donor, MutationContext& context) {
  Function* const function = context.random.pick(donor.functions);
  if (function == donor.main) return donor.main->body.statements;
  Builder builder(context.arena);
  Expression* const call = builder.call(function->name);
  call->function = function;
  Statement* const statement = context.random.chance(mutation_percent::kDeferSplicedCall)
                                   ? builder.defer(call)
                                   : builder.expression(call);
  return context.arena.copy(std::span<Statement* const>(&statement, 1));
}

// Of a hundred pieces 55 are statements, which fit nearly everywhere, 20 are whole blocks, and 25
// are calls of functions.
std::span<Statement*> piece(Nest& donor, MutationContext& context) {
  const uint64_t choice = context.random.below(100);
  if (choice < 55) return some_statements(donor, context);
  return choice < 75 ? whole_block(donor, context) : function_call(donor, context);
}

}  // namespace

// Inserts a piece of the donor, or replaces the rest of a block by it.
bool splice(MutationContext& context) {
  const std::span<Statement*> added = piece(context.donor.take(), context);
  if (added.empty()) return false;
  Site& site = context.site;
  find_gap(context.nest, context.random, site);
  if (context.random.chance(mutation_percent::kReplaceRestOfBlock)) {
    remove(*site.block, site.index, site.block->statements.size() - site.index);
  }
  insert(*site.block, site.index, added, context.arena);
  return true;
}

}  // namespace stackquake
